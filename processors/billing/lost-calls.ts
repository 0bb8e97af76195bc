import type { CallReserved, CallSettled, CallToBe } from '../../domain/billing/budget.ts';
import type { Positioned } from '../../domain/kernel/message.ts';
import { dueAfter, type ProcessManager, type ProcessOutput } from '../../domain/kernel/process-manager.ts';
import type { RecordFailedCall } from '../../domain/refactoring/job/commands.ts';
import type { ModelCalled } from '../../domain/refactoring/job/events.ts';

type CallEvent = CallReserved | CallSettled | ModelCalled;

/** `atMost`: micro-credits that the call can have cost us; 0 where it had no price. */
type Open = Readonly<{ call: CallToBe; atMost: number }>;

/** Calls of one job that were reserved and that nobody has told the end of, by their keys. */
export type LostCallsState = Readonly<Record<string, Open>>;

const keyOf = (event: CallEvent): string | undefined =>
  event.type === 'ModelCalled' ? event.data.call.callKey : event.data.callKey;

const openOf = (state: LostCallsState, callKey: string): Open | undefined =>
  Object.hasOwn(state, callKey) ? state[callKey] : undefined;

const evolve = (state: LostCallsState, event: CallEvent): LostCallsState => {
  const callKey = keyOf(event);
  if (callKey === undefined) return state;
  switch (event.type) {
    case 'CallReserved': {
      const { call, atMost } = event.data;
      return call === undefined ? state : { ...state, [callKey]: { call, atMost } };
    }
    // What it cost is known. 0 is also said by others, who do not know.
    case 'CallSettled': {
      const open = openOf(state, callKey);
      const { microCredits } = event.data;
      return open === undefined || microCredits === 0
        ? state
        : { ...state, [callKey]: { ...open, atMost: microCredits } };
    }
    case 'ModelCalled': {
      const { [callKey]: _told, ...others } = state;
      return others;
    }
  }
};

const nothing = { inputTokens: 0, cachedTokens: 0, outputTokens: 0, latencyMs: 0 } as const;

/**
 * Tells of each call that was reserved and that nobody told the end of within `afterMs`, milliseconds, which is longer than any call can
 * take: its process died between the two, or lost the question on the way. The gateway may have answered and be paid for it. Nobody is
 * charged; the entry of the call names what it can have cost where it had a price, and the reconciliation of the month names the entry (BIL-05, BIL-15).
 */
export const lostCalls = (afterMs: number): ProcessManager<LostCallsState, CallEvent, RecordFailedCall> => ({
  name: 'lost-calls',
  revision: 1,
  handles: ['CallReserved', 'CallSettled', 'ModelCalled'],
  correlate: (event) => event.data.jobId,
  initialState: () => ({}),
  evolve,
  react(event: Positioned<CallEvent>, state): readonly ProcessOutput<RecordFailedCall, never>[] {
    const callKey = keyOf(event);
    if (callKey === undefined) return [];
    const key = `lost-${callKey}`;
    if (event.type === 'ModelCalled') return [{ kind: 'cancelTimer', key }];
    const open = openOf(state, callKey);
    if (open === undefined) return [];
    const { jobId } = event.data;
    const due = dueAfter(event, afterMs);
    const atMost = open.call.price === undefined ? {} : { atMost: open.atMost };
    const call = { ...open.call, ...nothing, outcome: 'LOST', callKey, ...atMost } as const;
    return [
      { kind: 'timer', key, due, command: { type: 'RecordFailedCall', data: { jobId, at: due, call } } },
    ];
  },
});
