import type { ExecutionRequested } from '../events.ts';
import { EXECUTION_TIMEOUT_SECONDS } from '../limits.ts';
import type { Tested } from '../state.ts';
import type { ArtifactRef, DeliverySelection, ExecutionKind, FileHashes, Retest } from '../values.ts';

type Request = Readonly<{
  executionId: string;
  kind: ExecutionKind;
  attempt: number;
  artifacts: readonly ArtifactRef[];
  selection?: DeliverySelection;
  lockedHashes?: FileHashes;
  quarantined?: readonly string[];
  retest?: Retest;
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

/** What guards a change, whatever it is: tests and their recorded results. */
export const guardOf = ({
  baseline: { report, lockedHashes },
  plan,
  quarantined,
}: Tested): Required<Pick<Request, 'artifacts' | 'lockedHashes' | 'quarantined'>> => ({
  // Of a failed baseline only the run may be known: that holds no recorded results to test against.
  artifacts: [plan, ...(report?.kind === 'BASELINE_REPORT' ? [report] : [])],
  lockedHashes: lockedHashes ?? {},
  quarantined,
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
  const { patch, ...request } = test;
  const guard = guardOf(state);
  return executionRequested(command, state.ownerId, {
    ...request,
    kind: 'TEST',
    ...guard,
    artifacts: [state.context.artifact, patch, ...guard.artifacts],
  });
};
