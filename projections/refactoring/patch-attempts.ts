import type { Projection } from '../../domain/kernel/projection.ts';
import type {
  AttemptStarted,
  ExecutionRequested,
  PatchGenerated,
  PatchRejected,
  TestsFailed,
  TestsPassed,
  TestsRepeated,
} from '../../domain/refactoring/job/events.ts';
import type { ModelClass, TestCounts } from '../../domain/refactoring/job/values.ts';

/** One attempt of the repair loop (JOB-07, JOB-08). */
export type PatchAttemptRow = Readonly<{
  /** `{job_id}:{attempt}`. */
  attempt_id: string;
  job_id: string;
  attempt: number;
  model_class: ModelClass;
  status: 'STARTED' | 'GENERATED' | 'REJECTED' | 'FAILED' | 'PASSED';
  patch_artifact_id: string | null;
  files_touched: readonly string[];
  summary: string | null;
  failure_class: string | null;
  fingerprint: string | null;
  identical: number | null;
  counts: TestCounts | null;
  /** A person went on from it with a patch of their own, whose results are not its own. */
  taken_over: boolean;
  started_at: string;
  ended_at: string | null;
}>;

type AttemptEvent =
  | AttemptStarted
  | ExecutionRequested
  | PatchGenerated
  | PatchRejected
  | TestsPassed
  | TestsFailed
  | TestsRepeated;

const started = ({ data }: AttemptStarted, key: string): PatchAttemptRow => ({
  attempt_id: key,
  job_id: data.jobId,
  attempt: data.attempt,
  model_class: data.modelClass,
  status: 'STARTED',
  patch_artifact_id: null,
  files_touched: [],
  summary: null,
  failure_class: null,
  fingerprint: null,
  identical: null,
  counts: null,
  taken_over: false,
  started_at: data.at,
  ended_at: null,
});

/** The machine is asked to test a patch that is not the one of this attempt. */
const testsAnother = (row: PatchAttemptRow, { data: { kind, artifacts } }: ExecutionRequested): boolean =>
  kind === 'TEST' &&
  artifacts.some((one) => one.kind === 'PATCH' && one.artifactId !== row.patch_artifact_id);

const change = (
  row: PatchAttemptRow,
  event: Exclude<AttemptEvent, AttemptStarted>,
): Partial<PatchAttemptRow> => {
  // No patch of its own is tested after one that was made by hand: the next attempt has another number.
  if (row.taken_over) return {};
  switch (event.type) {
    case 'ExecutionRequested':
      return { taken_over: testsAnother(row, event) };
    case 'PatchGenerated': {
      const { patch, filesTouched, summary } = event.data;
      return {
        status: 'GENERATED',
        patch_artifact_id: patch.artifactId,
        files_touched: filesTouched,
        summary,
      };
    }
    case 'PatchRejected':
      return { status: 'REJECTED', failure_class: event.data.failureClass, ended_at: event.data.at };
    // Tested again: what the run before said of it counts no more.
    case 'TestsRepeated':
      return {
        status: 'GENERATED',
        failure_class: null,
        fingerprint: null,
        identical: null,
        counts: null,
        ended_at: null,
      };
    case 'TestsPassed':
      return { status: 'PASSED', counts: event.data.counts, ended_at: event.data.at };
    case 'TestsFailed': {
      const { failureClass, fingerprint, identical, counts, at } = event.data;
      return {
        status: 'FAILED',
        failure_class: failureClass,
        fingerprint,
        identical,
        counts,
        ended_at: at,
      };
    }
  }
};

export const patchAttempts: Projection<PatchAttemptRow, AttemptEvent> = {
  name: 'patch-attempts',
  revision: 3,
  table: 'patch_attempts',
  handles: [
    'AttemptStarted',
    'ExecutionRequested',
    'PatchGenerated',
    'PatchRejected',
    'TestsPassed',
    'TestsFailed',
    'TestsRepeated',
  ],
  columns: {
    attempt_id: 'text',
    job_id: 'text',
    attempt: 'int',
    model_class: 'text',
    status: 'text',
    patch_artifact_id: 'text?',
    files_touched: 'json',
    summary: 'text?',
    failure_class: 'text?',
    fingerprint: 'text?',
    identical: 'int?',
    counts: 'json?',
    taken_over: 'boolean',
    started_at: 'timestamptz',
    ended_at: 'timestamptz?',
  },
  key: 'attempt_id',
  indexes: [['job_id', 'attempt']],
  keysOf: (event) => [`${event.data.jobId}:${event.data.attempt}`],
  evolve: (row, event, key) =>
    event.type === 'AttemptStarted' ? started(event, key) : row && { ...row, ...change(row, event) },
};
