import type { SettleHold } from '../../domain/billing/account/commands.ts';
import { chargeOf, type JobEnd } from '../../domain/billing/charge.ts';
import type { ChargeClass } from '../../domain/billing/usage.ts';
import type { ProcessManager } from '../../domain/kernel/process-manager.ts';
import { JOB_ENDINGS, type JobEnding } from '../../domain/refactoring/job/endings.ts';
import type {
  InterventionOpened,
  JobStarted,
  ModelCalled,
  PatchRejected,
  SpecApproved,
} from '../../domain/refactoring/job/events.ts';
import { pricedCall } from './priced-call.ts';

export type SettlementEvent =
  | JobStarted
  | SpecApproved
  | ModelCalled
  | PatchRejected
  | InterventionOpened
  | JobEnding;

type Call = Readonly<{
  /** null: not for a patch, or for one that is not judged any more. */
  patchAttempt: number | null;
  microCredits: number;
  failureClass: ChargeClass | null;
}>;

export type SettlementState = Readonly<{
  /** null: not started, so nothing is held. */
  ownerId: string | null;
  /** GENERATING_TESTS was reached: the point of no return (BIL-06). */
  committed: boolean;
  /** Calls that cost something. */
  calls: readonly Call[];
  end: JobEnd | null;
}>;

const endOf = (event: JobEnding): JobEnd => {
  switch (event.type) {
    case 'TestsPassed':
      return 'DELIVERED';
    case 'JobRefused':
      return 'REFUSED';
    case 'JobAbandoned':
      return 'ABANDONED';
    case 'InterventionTimedOut':
      return 'INTERVENTION_TIMEOUT';
    case 'JobCancelled':
    case 'ClientLost':
    case 'InfraFailed':
      return event.data.failureClass;
  }
};

const meter = (state: SettlementState, { data: { call } }: ModelCalled): SettlementState => {
  const { microCredits, failureClass } = pricedCall(call);
  if (microCredits === 0) return state;
  const patchAttempt = call.stage === 'PATCH' || call.stage === 'REPAIR' ? call.attempt : null;
  return { ...state, calls: [...state.calls, { patchAttempt, microCredits, failureClass }] };
};

/** A patch that would not apply, or was none, is not charged. */
const waive = (
  state: SettlementState,
  { data: { attempt, failureClass } }: PatchRejected,
): SettlementState =>
  failureClass === 'APPLY_FAILED' || failureClass === 'SCHEMA_VIOLATION'
    ? {
        ...state,
        calls: state.calls.map((call) => (call.patchAttempt === attempt ? { ...call, failureClass } : call)),
      }
    : state;

/** From here to the next attempt, what is rejected was made by the person and not by a call. */
const judged = (state: SettlementState): SettlementState => ({
  ...state,
  calls: state.calls.map((call) => ({ ...call, patchAttempt: null })),
});

const evolve = (state: SettlementState, event: SettlementEvent): SettlementState => {
  if (state.end !== null) return state;
  switch (event.type) {
    case 'JobStarted':
      return { ...state, ownerId: event.data.ownerId };
    case 'SpecApproved':
      return { ...state, committed: true };
    case 'ModelCalled':
      return meter(state, event);
    case 'PatchRejected':
      return waive(state, event);
    case 'InterventionOpened':
      return judged(state);
    default:
      return { ...state, end: endOf(event) };
  }
};

const ENDINGS: ReadonlySet<SettlementEvent['type']> = new Set(JOB_ENDINGS);

/** Settles the hold of a job once, at its end: charges what is to be charged, and releases the rest (BIL-04, BIL-06). */
export const jobSettlement: ProcessManager<SettlementState, SettlementEvent, SettleHold> = {
  name: 'job-settlement',
  revision: 2,
  handles: [
    'JobStarted',
    'SpecApproved',
    'ModelCalled',
    'PatchRejected',
    'InterventionOpened',
    ...JOB_ENDINGS,
  ],
  correlate: (event) => event.data.jobId,
  initialState: () => ({ ownerId: null, committed: false, calls: [], end: null }),
  evolve,
  react({ type, data: { jobId, at } }, { ownerId, committed, calls, end }) {
    if (!ENDINGS.has(type) || ownerId === null || end === null) return [];
    const data = { userId: ownerId, holdId: jobId, jobId, ...chargeOf({ committed, end, calls }), at };
    return [{ kind: 'command', command: { type: 'SettleHold', data } }];
  },
};
