import { never } from '../../../kernel/never.ts';
import type { ClaimExecution, JobCommand, TimeOutExecution } from '../commands.ts';
import type { ExecutionRequested, ExecutionTimedOut, JobEvent } from '../events.ts';
import { reached } from '../limits.ts';
import { expectStatus, reject } from '../rejections.ts';
import type { InStatus, JobState, OpenExecution } from '../state.ts';
import type { ArtifactRef, ExecutionKind } from '../values.ts';
import { executionRequested } from './execution-requested.ts';
import { askAboutTime, timedOutOf } from './timeouts.ts';

const EXECUTING = ['BASELINE_VALIDATION', 'REFACTORING', 'USER_INTERVENING', 'DELIVERED'] as const;
type ExecutingState = InStatus<(typeof EXECUTING)[number]>;

/** The state and its open execution, which must be the one named. */
export const expectExecution = (
  state: JobState,
  command: JobCommand,
  executionId: string,
): Readonly<{ state: ExecutingState; execution: OpenExecution }> => {
  const executing = expectStatus(state, command, ...EXECUTING);
  const { execution } = executing;
  if (execution === null || execution.executionId !== executionId)
    return reject('EXECUTION_NOT_OPEN', 'This work is not asked for any more.', { executionId });
  return { state: executing, execution };
};

/** One claimant works; the same one may claim again (it restarted), another one once the lease is over. */
export const claimExecution = (command: ClaimExecution, state: JobState): JobEvent[] => {
  const { executionId, claimant, at } = command.data;
  const { claim } = expectExecution(state, command, executionId).execution;
  if (claim !== null && claim.claimant !== claimant && !reached(claim.leaseExpiresAt, at))
    return reject('EXECUTION_ALREADY_CLAIMED', 'Another client works on this already.', {
      executionId,
      leaseExpiresAt: claim.leaseExpiresAt,
    });
  return [{ type: 'ExecutionClaimed', data: command.data }];
};

/** The same work once more, under another id. */
export const askedAgain = (
  moment: Readonly<{ jobId: string; at: string }>,
  ownerId: string,
  execution: OpenExecution,
  again: Readonly<{ executionId: string; timeoutSeconds?: number }>,
): ExecutionRequested => {
  const { kind, attempt, artifacts, lockedHashes, selection, quarantined, retest } = execution;
  return executionRequested(moment, ownerId, {
    kind,
    attempt,
    artifacts,
    lockedHashes,
    quarantined,
    ...(selection === null ? {} : { selection }),
    ...(retest === null ? {} : { retest }),
    retryOf: execution.executionId,
    ...again,
  });
};

/** No report in time: asked once more; the second time the job says so where a person can decide (TST-04). */
export const timeOutExecution = (command: TimeOutExecution, state: JobState): JobEvent[] => {
  const { jobId, at, executionId, retryExecutionId } = command.data;
  const { state: executing, execution } = expectExecution(state, command, executionId);
  const { kind } = execution;
  const retrying = !execution.isRetry;
  const timedOut: ExecutionTimedOut = {
    type: 'ExecutionTimedOut',
    data: { jobId, at, executionId, kind, retrying },
  };
  if (!retrying) return [timedOut, ...surfaced(command, executing, execution)];
  const again = { executionId: retryExecutionId };
  return [timedOut, askedAgain(command.data, executing.ownerId, execution, again)];
};

const surfaced = (
  { data: { jobId, at } }: TimeOutExecution,
  state: ExecutingState,
  execution: OpenExecution,
): JobEvent[] => {
  const { kind } = execution;
  const reason = 'The tests gave no result in time, twice.';
  switch (kind) {
    case 'BASELINE': {
      const timedOut = timedOutOf(execution);
      return [
        { type: 'BaselineFailed', data: { jobId, at, report: null, reason, failingTests: [], timedOut } },
      ];
    }
    case 'TEST':
      // A person who intervenes sees the time-out and runs the tests again.
      return state.status === 'REFACTORING'
        ? askAboutTime({ jobId, at }, state, execution, { fingerprint: 'NO_REPORT', tests: [] })
        : [];
    case 'APPLY':
    case 'REVERT':
      return [];
    default:
      return never(kind);
  }
};

export const isReported = (state: JobState, executionId: string): boolean =>
  'reported' in state && state.reported.includes(executionId);

/** What an execution may leave behind. */
const MADE_BY: Readonly<Record<ExecutionKind, readonly ArtifactRef['kind'][]>> = {
  BASELINE: ['BASELINE_REPORT', 'TEST_REPORT'],
  TEST: ['TEST_REPORT', 'DELIVERY'],
  APPLY: [],
  REVERT: [],
};

/** The open execution that such an artifact may come from: only then is it stored. */
export const expectUpload = (
  state: JobState,
  { executionId, kind }: Readonly<{ executionId: string; kind: ArtifactRef['kind'] }>,
): OpenExecution => {
  const execution = 'execution' in state ? state.execution : null;
  if (execution === null || execution.executionId !== executionId)
    return reject('EXECUTION_NOT_OPEN', 'This work is not asked for any more.', { executionId });
  if (execution.claim === null)
    return reject('EXECUTION_NOT_CLAIMED', 'Claim the work before sending what it made.', { executionId });
  const allowed = MADE_BY[execution.kind];
  return allowed.includes(kind)
    ? execution
    : reject('ARTIFACT_KIND_MISMATCH', 'This work makes no such artifact.', { kind, allowed });
};
