import type { AccountEvent } from '../../domain/billing/account/events.ts';
import { accountStream } from '../../domain/billing/account.ts';
import { type BudgetEvent, budgetStream } from '../../domain/billing/budget.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { Positioned, Recorded } from '../../domain/kernel/message.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import { jobStream } from '../../domain/refactoring/job/job.ts';
import { jobSettlement, type SettlementEvent } from '../../processors/billing/job-settlement.ts';
import { asPositioned } from '../../read-api/kernel/query.ts';

const byPosition = (one: Positioned, other: Positioned): number =>
  Number(one.metadata.globalPosition - other.metadata.globalPosition);

/**
 * Micro-credits that the story of the job asks for; null: it has not ended, or never started, or calls are still waited for. Those that
 * nobody settled until `now` when they were due count as told: of the time before anything waited for calls there are some left.
 */
export const chargeByJob = async (
  store: Pick<StreamStore, 'read'>,
  jobId: string,
  now: Date,
): Promise<number | null> => {
  const isMine = (event: Recorded<JobEvent | BudgetEvent>): event is Recorded<SettlementEvent> =>
    jobSettlement.handles.some((type) => type === event.type);
  const { events } = await store.read<JobEvent>(jobStream(jobId));
  const calls = await store.read<BudgetEvent>(budgetStream(jobId));
  const mine = asPositioned([...events, ...calls.events].filter(isMine));
  const story = mine.toSorted(byPosition);
  let state = jobSettlement.initialState();
  // What is overdue comes at the end of the story, which grows by it.
  for (const event of story) {
    state = jobSettlement.evolve(state, event);
    for (const output of jobSettlement.react(event, state)) {
      if (output.kind === 'command') return output.command.data.microCredits;
      if (output.kind === 'timer' && output.command.type === 'SettleCall' && output.due <= now.toISOString())
        story.push({ ...event, type: 'CallSettled', data: output.command.data });
    }
  }
  return null;
};

/** What the account did about a job. Micro-credits. */
export type AccountCharge = Readonly<{
  posted: number;
  waived: number;
  waivedFor: 'NO_HOLD' | 'ABOVE_HOLD' | null;
  reversed: number;
}>;

export const NOTHING: AccountCharge = { posted: 0, waived: 0, waivedFor: null, reversed: 0 };

/** By job, from the events of the account itself. */
export const chargesByAccount = async (
  store: Pick<StreamStore, 'read'>,
  userId: string,
): Promise<ReadonlyMap<string, AccountCharge>> => {
  const { events } = await store.read<AccountEvent>(accountStream(userId));
  const charges = new Map<string, AccountCharge>();
  const change = (jobId: string, more: (known: AccountCharge) => AccountCharge): void =>
    void charges.set(jobId, more(charges.get(jobId) ?? NOTHING));
  for (const { type, data } of events)
    if (type === 'HoldPosted')
      change(data.jobId, (known) => ({ ...known, posted: known.posted + data.microCredits }));
    else if (type === 'ChargeReversed')
      change(data.jobId, (known) => ({ ...known, reversed: known.reversed + data.microCredits }));
    else if (type === 'ChargeWaived')
      change(data.jobId, (known) => ({
        ...known,
        waived: known.waived + data.microCredits,
        waivedFor: data.reason,
      }));
  return charges;
};
