import type { ExecutionRequested } from '../events.ts';
import { EXECUTION_TIMEOUT_SECONDS } from '../limits.ts';
import type { Tested } from '../state.ts';
import type { ArtifactRef, DeliverySelection, ExecutionKind, FileHashes } from '../values.ts';

type Request = Readonly<{
  executionId: string;
  kind: ExecutionKind;
  attempt: number;
  artifacts: readonly ArtifactRef[];
  selection?: DeliverySelection;
  lockedHashes?: FileHashes;
  quarantined?: readonly string[];
  retryOf?: string;
  /** The usual time of the kind, unless told. */
  timeoutSeconds?: number;
}>;

/** Asks the person's machine for work (EXE-01). */
export const executionRequested = (
  { jobId, at }: Readonly<{ jobId: string; at: string }>,
  ownerId: string,
  { selection, lockedHashes, timeoutSeconds, quarantined = [], ...request }: Request,
): ExecutionRequested => ({
  type: 'ExecutionRequested',
  data: {
    jobId,
    at,
    ownerId,
    ...request,
    selection: selection ?? null,
    lockedHashes: lockedHashes ?? {},
    timeoutSeconds: timeoutSeconds ?? EXECUTION_TIMEOUT_SECONDS[request.kind],
    ...(quarantined.length === 0 ? {} : { quarantined }),
  },
});

/** The gate of a patch: base, patch, tests and their recorded results. */
export const testRequested = (
  command: Readonly<{ jobId: string; at: string }>,
  state: Tested,
  test: Readonly<{
    executionId: string;
    attempt: number;
    patch: ArtifactRef;
    retryOf?: string;
    timeoutSeconds?: number;
  }>,
): ExecutionRequested => {
  const { report, lockedHashes } = state.baseline;
  // Of a failed baseline only the run may be known: that holds no recorded results to test against.
  const recorded = report?.kind === 'BASELINE_REPORT' ? [report] : [];
  const { patch, ...request } = test;
  return executionRequested(command, state.ownerId, {
    ...request,
    kind: 'TEST',
    artifacts: [state.context.artifact, patch, state.plan, ...recorded],
    lockedHashes: lockedHashes ?? {},
    quarantined: state.quarantined,
  });
};
