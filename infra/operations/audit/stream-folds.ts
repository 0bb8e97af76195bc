import { account } from '../../../domain/billing/account.ts';
import { budget } from '../../../domain/billing/budget.ts';
import { financeExport } from '../../../domain/billing/finance-export.ts';
import { PERIODS_STREAM, periods } from '../../../domain/billing/periods.ts';
import { PRICE_LISTS_STREAM, priceLists } from '../../../domain/billing/price-lists.ts';
import { emailClaim } from '../../../domain/identity/email-claim.ts';
import { providerClaim } from '../../../domain/identity/provider-claim.ts';
import { session } from '../../../domain/identity/session.ts';
import { user } from '../../../domain/identity/user.ts';
import type { Decider } from '../../../domain/kernel/decider.ts';
import type { Event } from '../../../domain/kernel/message.ts';
import { adminSession } from '../../../domain/operations/admin-session.ts';
import { CONFIGURATION_STREAM, configuration } from '../../../domain/operations/configuration.ts';
import { ROSTER_STREAM, roster } from '../../../domain/operations/roster.ts';
import { SPENDING_STREAM, spending } from '../../../domain/operations/spending.ts';
import { job } from '../../../domain/refactoring/job/job.ts';

/** How the events of a stream become its state; what any decider does, whatever its types. */
export type StreamFold = Readonly<{
  initialState: () => unknown;
  evolve: (state: unknown, event: Event) => unknown;
}>;

const foldOf = <State, E extends Event>(
  decider: Pick<Decider<State, never, E>, 'initialState' | 'evolve'>,
): StreamFold => ({
  initialState: decider.initialState,
  // The stream says which events there are.
  evolve: (state, event) => decider.evolve(state as State, event as E),
});

const UUID = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const FOLDS: readonly (readonly [name: RegExp, fold: StreamFold])[] = [
  [new RegExp(`^job-${UUID}$`), foldOf(job)],
  [new RegExp(`^account-${UUID}$`), foldOf(account)],
  [new RegExp(`^budget-${UUID}$`), foldOf(budget)],
  [new RegExp(`^user-${UUID}$`), foldOf(user)],
  [new RegExp(`^session-${UUID}$`), foldOf(session)],
  [new RegExp(`^admin-session-${UUID}$`), foldOf(adminSession)],
  [new RegExp(`^finance-export-${UUID}$`), foldOf(financeExport)],
  [/^email-/, foldOf(emailClaim)],
  [/^provider-/, foldOf(providerClaim)],
  [new RegExp(`^${ROSTER_STREAM}$`), foldOf(roster)],
  [new RegExp(`^${SPENDING_STREAM}$`), foldOf(spending)],
  [new RegExp(`^${CONFIGURATION_STREAM}$`), foldOf(configuration)],
  [new RegExp(`^${PERIODS_STREAM}$`), foldOf(periods)],
  [new RegExp(`^${PRICE_LISTS_STREAM}$`), foldOf(priceLists)],
];

/** null: a stream whose events have no state together, such as lines of a log. */
export const foldOfStream = (streamName: string): StreamFold | null =>
  FOLDS.find(([name]) => name.test(streamName))?.[1] ?? null;
