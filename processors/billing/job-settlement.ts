import type { SettleHold } from '../../domain/billing/account/commands.ts';
import type { CallReserved, CallSettled, SettleCall } from '../../domain/billing/budget.ts';
import { chargeOf, type JobEnd } from '../../domain/billing/charge.ts';
import type { ChargeClass } from '../../domain/billing/usage.ts';
import type { Positioned } from '../../domain/kernel/message.ts';
import { dueAfter, type ProcessManager, type ProcessOutput } from '../../domain/kernel/process-manager.ts';
import { JOB_ENDINGS, type JobEnding, STOPS } from '../../domain/refactoring/job/endings.ts';
import type {
  InterventionOpened,
  JobEvent,
  JobStarted,
  ModelCalled,
  PatchRejected,
  SpecApproved,
} from '../../domain/refactoring/job/events.ts';
import { pricedCall } from './priced-call.ts';

/** Stops the calls of a job that goes on. */
type Stop = Extract<JobEvent, { type: Exclude<(typeof STOPS)[number], JobEnding['type']> }>;

export type SettlementEvent =
  | JobStarted
  | SpecApproved
  | ModelCalled
  | PatchRejected
  | InterventionOpened
  | CallReserved
  | CallSettled
  | Stop
  | JobEnding;

type Command = SettleHold | SettleCall;

/** A call that is stopped is told of within seconds; whoever made it may have died instead. */
const PATIENCE_MS = 60_000;

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
  /** Keys of calls that may be under way and have a price. */
  open: readonly string[];
  end: JobEnd | null;
  /** WAITING: it has ended, and calls are still under way. DUE: this event settles it. */
  phase: 'RUNNING' | 'WAITING' | 'DUE' | 'DONE';
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
  if (microCredits === 0 || failureClass === 'CALL_LOST') return state;
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

const without = ({ open }: SettlementState, callKey: string): readonly string[] =>
  open.filter((key) => key !== callKey);

const settled = (state: SettlementState, { data: { callKey } }: CallSettled): SettlementState => {
  const open = without(state, callKey);
  return { ...state, open, phase: state.phase === 'WAITING' && open.length === 0 ? 'DUE' : state.phase };
};

/** After the end: what was under way then, until nothing of it is. */
const evolveEnded = (state: SettlementState, event: SettlementEvent): SettlementState => {
  if (state.phase !== 'WAITING') return { ...state, phase: 'DONE' };
  if (event.type === 'ModelCalled') return meter(state, event);
  return event.type === 'CallSettled' ? settled(state, event) : state;
};

const evolve = (state: SettlementState, event: SettlementEvent): SettlementState => {
  if (state.end !== null) return evolveEnded(state, event);
  switch (event.type) {
    case 'CallReserved':
      return { ...state, open: [...without(state, event.data.callKey), event.data.callKey] };
    case 'CallSettled':
      return settled(state, event);
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
    case 'ClientHeartbeatMissed':
    case 'StageTimedOut':
    case 'SpecUpdatedDuringExecution':
    case 'EscalationRequested':
      return state;
    default:
      return { ...state, end: endOf(event), phase: state.open.length === 0 ? 'DUE' : 'WAITING' };
  }
};

/** What was reserved by a process that died is settled with nothing. */
const patience = (
  event: Positioned<SettlementEvent>,
  userId: string,
  callKey: string,
): ProcessOutput<Command, never> => {
  const due = dueAfter(event, PATIENCE_MS);
  const data = { jobId: event.data.jobId, userId, callKey, microCredits: 0, at: due };
  return { kind: 'timer', key: `call-${callKey}`, due, command: { type: 'SettleCall', data } };
};

/** After these no call of the job goes on. */
const STOPPING: ReadonlySet<SettlementEvent['type']> = new Set([...STOPS, ...JOB_ENDINGS]);

/**
 * Settles the hold of a job once, at its end: charges what is to be charged, and releases the rest (BIL-04, BIL-06). Calls that the
 * end stops have used something (LLM-03), so it waits until each is told of. What stops them while the job goes on lets none keep its
 * place in the budget that nobody tells of, because nobody asks the same again (BIL-08).
 */
export const jobSettlement: ProcessManager<SettlementState, SettlementEvent, Command> = {
  name: 'job-settlement',
  revision: 3,
  handles: [
    'JobStarted',
    'SpecApproved',
    'ModelCalled',
    'PatchRejected',
    'InterventionOpened',
    'CallReserved',
    'CallSettled',
    ...STOPPING,
  ],
  correlate: (event) => event.data.jobId,
  initialState: () => ({
    ownerId: null,
    committed: false,
    calls: [],
    open: [],
    end: null,
    phase: 'RUNNING',
  }),
  evolve,
  react(event, { ownerId, committed, calls, open, end, phase }) {
    const { jobId, at } = event.data;
    if (ownerId === null) return [];
    if ((phase === 'RUNNING' || phase === 'WAITING') && STOPPING.has(event.type))
      return open.map((callKey) => patience(event, ownerId, callKey));
    if (end === null) return [];
    const over: ProcessOutput<Command, never>[] =
      event.type === 'CallSettled' && phase !== 'DONE'
        ? [{ kind: 'cancelTimer', key: `call-${event.data.callKey}` }]
        : [];
    if (phase !== 'DUE') return over;
    const data = { userId: ownerId, holdId: jobId, jobId, ...chargeOf({ committed, end, calls }), at };
    return [...over, { kind: 'command', command: { type: 'SettleHold', data } }];
  },
};
