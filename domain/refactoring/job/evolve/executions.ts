import { never } from '../../../kernel/never.ts';
import type {
  ExecutionClaimed,
  ExecutionReported,
  ExecutionRequested,
  ExecutionTimedOut,
} from '../events.ts';
import { canExecute, change } from '../layers.ts';
import { secondsAfter } from '../limits.ts';
import type { Executing, JobState, OpenExecution, Planned, StateWith } from '../state.ts';

type ExecutingState = StateWith<Planned & Executing>;
type ExecutionEvent = ExecutionRequested | ExecutionClaimed | ExecutionReported | ExecutionTimedOut;

const opened = ({ data }: ExecutionRequested): OpenExecution => ({
  executionId: data.executionId,
  kind: data.kind,
  attempt: data.attempt,
  artifacts: data.artifacts,
  selection: data.selection,
  lockedHashes: data.lockedHashes,
  timeoutSeconds: data.timeoutSeconds,
  quarantined: data.quarantined ?? [],
  retest: data.retest ?? null,
  isRetry: data.retryOf !== undefined,
  claim: null,
});

const set = (state: ExecutingState, fields: Partial<ExecutingState>): JobState =>
  change<ExecutingState>(state, fields);

/** Work on the person's machine: at most one execution is open (EXE-01). */
export const evolveExecution = (state: JobState, event: ExecutionEvent): JobState => {
  if (!canExecute(state)) return state;
  switch (event.type) {
    case 'ExecutionRequested':
      return set(state, { execution: opened(event) });
    case 'ExecutionClaimed': {
      if (state.execution === null) return state;
      const { claimant, leaseSeconds, at } = event.data;
      const claim = { claimant, leaseExpiresAt: secondsAfter(at, leaseSeconds) };
      return set(state, { execution: { ...state.execution, claim } });
    }
    case 'ExecutionReported':
      return set(state, { execution: null, reported: [...state.reported, event.data.executionId] });
    case 'ExecutionTimedOut':
      return set(state, { execution: null });
    default:
      return never(event);
  }
};
