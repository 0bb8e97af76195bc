import { accountUnder } from '../../../domain/billing/account.ts';
import { budget } from '../../../domain/billing/budget.ts';
import { financeExport } from '../../../domain/billing/finance-export.ts';
import { SWEEPS_STREAM, sweeps } from '../../../domain/billing/payments/sweeps.ts';
import { payments } from '../../../domain/billing/payments.ts';
import { PERIODS_STREAM, periods } from '../../../domain/billing/periods.ts';
import { PRICE_LISTS_STREAM, priceLists } from '../../../domain/billing/price-lists.ts';
import { usage } from '../../../domain/billing/usage.ts';
import { emailClaim } from '../../../domain/identity/email-claim.ts';
import { providerClaim } from '../../../domain/identity/provider-claim.ts';
import { session } from '../../../domain/identity/session.ts';
import { user } from '../../../domain/identity/user.ts';
import type { Decider } from '../../../domain/kernel/decider.ts';
import type { Command, Event, Recorded } from '../../../domain/kernel/message.ts';
import { TIERS } from '../../../domain/kernel/tiers.ts';
import { adminSession } from '../../../domain/operations/admin-session.ts';
import { CONFIGURATION_STREAM, configuration } from '../../../domain/operations/configuration.ts';
import { ROSTER_STREAM, roster } from '../../../domain/operations/roster.ts';
import { SPENDING_STREAM, spending } from '../../../domain/operations/spending.ts';
import { ticketContext } from '../../../domain/operations/ticket.ts';
import { job } from '../../../domain/refactoring/job/job.ts';
import { ACCOUNT_SOURCES } from './what-if/account-sources.ts';
import {
  BUDGET_SOURCES,
  EXPORT_SOURCES,
  PAYMENT_SOURCES,
  PERIOD_SOURCES,
  PRICE_SOURCES,
  SWEEP_SOURCES,
  USAGE_SOURCES,
} from './what-if/billing-sources.ts';
import { JOB_SOURCES } from './what-if/job-sources.ts';
import {
  ADMIN_SESSION_SOURCES,
  CONFIGURATION_SOURCES,
  EMAIL_SOURCES,
  PROVIDER_SOURCES,
  ROSTER_SOURCES,
  SESSION_SOURCES,
  SPENDING_SOURCES,
  TICKET_CONTEXT_SOURCES,
  USER_SOURCES,
} from './what-if/people-sources.ts';
import type { Found, Sources, Written } from './what-if/source.ts';

/** The decider of a stream, whatever its types. */
export type StreamDecider = Readonly<{
  initialState: () => unknown;
  evolve: (state: unknown, event: Event) => unknown;
  decide: (command: Command, state: unknown) => readonly Event[];
  /** The command of the decision that begins with the first of these events; null: none begins with it. */
  commandOf: (first: Recorded, written: Written<unknown, Event>) => Found<Command> | null;
}>;

// The stream says which events there are, and a command is one of the decider that its sources belong to.
const known = <State, C extends Command, E extends Event>(
  { initialState, evolve, decide }: Decider<State, C, E>,
  sources: Sources<State, C, E>,
): StreamDecider => ({
  initialState,
  evolve: (state, event) => evolve(state as State, event as E),
  decide: (command, state) => decide(command as C, state as State),
  commandOf: (first, written) => {
    const source = Object.hasOwn(sources, first.type) ? sources[first.type as E['type']] : 'FOLLOWS';
    return typeof source === 'function' ? source(first as never, written as Written<State, E>) : null;
  },
});

const UUID = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const ACCOUNT = new RegExp(`^account-${UUID}$`);
const DECIDERS: readonly (readonly [name: RegExp, decider: StreamDecider])[] = [
  [new RegExp(`^job-${UUID}$`), known(job, JOB_SOURCES)],
  [new RegExp(`^budget-${UUID}$`), known(budget, BUDGET_SOURCES)],
  [new RegExp(`^usage-${UUID}$`), known(usage, USAGE_SOURCES)],
  [new RegExp(`^payments-${UUID}$`), known(payments, PAYMENT_SOURCES)],
  [new RegExp(`^user-${UUID}$`), known(user, USER_SOURCES)],
  [new RegExp(`^session-${UUID}$`), known(session, SESSION_SOURCES)],
  [new RegExp(`^admin-session-${UUID}$`), known(adminSession, ADMIN_SESSION_SOURCES)],
  [new RegExp(`^finance-export-${UUID}$`), known(financeExport, EXPORT_SOURCES)],
  [new RegExp(`^support-context-${UUID}$`), known(ticketContext, TICKET_CONTEXT_SOURCES)],
  [/^email-/, known(emailClaim, EMAIL_SOURCES)],
  [/^provider-/, known(providerClaim, PROVIDER_SOURCES)],
  [new RegExp(`^${ROSTER_STREAM}$`), known(roster, ROSTER_SOURCES)],
  [new RegExp(`^${SPENDING_STREAM}$`), known(spending, SPENDING_SOURCES)],
  [new RegExp(`^${CONFIGURATION_STREAM}$`), known(configuration, CONFIGURATION_SOURCES)],
  [new RegExp(`^${PERIODS_STREAM}$`), known(periods, PERIOD_SOURCES)],
  [new RegExp(`^${PRICE_LISTS_STREAM}$`), known(priceLists, PRICE_SOURCES)],
  [new RegExp(`^${SWEEPS_STREAM}$`), known(sweeps, SWEEP_SOURCES)],
];

/**
 * null: a stream whose events have no state together, such as lines of a log. `tiers`: what accounts are decided by; where they
 * are only folded, it does not matter.
 */
export const deciderOfStream = (streamName: string, tiers = TIERS): StreamDecider | null =>
  ACCOUNT.test(streamName)
    ? known(accountUnder(tiers), ACCOUNT_SOURCES)
    : (DECIDERS.find(([name]) => name.test(streamName))?.[1] ?? null);
