import type { Projection } from '../../domain/kernel/projection.ts';
import type {
  ExecutionClaimed,
  ExecutionReported,
  ExecutionRequested,
  ExecutionTimedOut,
} from '../../domain/refactoring/job/events.ts';
import type { ExecutionKind } from '../../domain/refactoring/job/values.ts';

/** One run of tests on the person's machine (EXE-01); counts and fingerprints are in `patch_attempts`. */
export type TestRunRow = Readonly<{
  execution_id: string;
  job_id: string;
  kind: ExecutionKind;
  attempt: number;
  status: 'REQUESTED' | 'CLAIMED' | 'SUCCEEDED' | 'FAILED' | 'REJECTED' | 'TIMED_OUT';
  code: string | null;
  claimant: string | null;
  claims: number;
  timeout_seconds: number;
  requested_at: string;
  claimed_at: string | null;
  ended_at: string | null;
}>;

type RunEvent = ExecutionRequested | ExecutionClaimed | ExecutionReported | ExecutionTimedOut;

const requested = ({ data }: ExecutionRequested): TestRunRow | undefined =>
  data.kind === 'BASELINE' || data.kind === 'TEST'
    ? {
        execution_id: data.executionId,
        job_id: data.jobId,
        kind: data.kind,
        attempt: data.attempt,
        status: 'REQUESTED',
        code: null,
        claimant: null,
        claims: 0,
        timeout_seconds: data.timeoutSeconds,
        requested_at: data.at,
        claimed_at: null,
        ended_at: null,
      }
    : undefined;

const change = (row: TestRunRow, event: Exclude<RunEvent, ExecutionRequested>): TestRunRow => {
  switch (event.type) {
    case 'ExecutionClaimed': {
      const { claimant, at } = event.data;
      return { ...row, status: 'CLAIMED', claimant, claims: row.claims + 1, claimed_at: at };
    }
    case 'ExecutionReported':
      return { ...row, status: event.data.outcome, code: event.data.code, ended_at: event.data.at };
    case 'ExecutionTimedOut':
      return { ...row, status: 'TIMED_OUT', ended_at: event.data.at };
  }
};

export const testRuns: Projection<TestRunRow, RunEvent> = {
  name: 'test-runs',
  revision: 1,
  table: 'test_runs',
  handles: ['ExecutionRequested', 'ExecutionClaimed', 'ExecutionReported', 'ExecutionTimedOut'],
  columns: {
    execution_id: 'text',
    job_id: 'text',
    kind: 'text',
    attempt: 'int',
    status: 'text',
    code: 'text?',
    claimant: 'text?',
    claims: 'int',
    timeout_seconds: 'int',
    requested_at: 'timestamptz',
    claimed_at: 'timestamptz?',
    ended_at: 'timestamptz?',
  },
  key: 'execution_id',
  indexes: [['job_id', 'requested_at']],
  keysOf: (event) => [event.data.executionId],
  evolve: (row, event) =>
    event.type === 'ExecutionRequested' ? requested(event) : row && change(row, event),
};
