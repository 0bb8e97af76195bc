import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { history } from '../../domain/kernel/history.ts';
import { foldProjection, projectionSpecification } from '../../domain/kernel/projection.ts';
import type { ClientHeartbeatReceived } from '../../domain/refactoring/client/heartbeat.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import { clientHeartbeatSessions } from './client-heartbeat-sessions.ts';
import { entitlementSnapshots } from './entitlement-snapshots.ts';
import { jobArtifacts } from './job-artifacts.ts';
import { patchAttempts } from './patch-attempts.ts';
import { testRuns } from './test-runs.ts';
import { AT, artifact, counts, JOB, LATER, made, toldTo } from './testing/job-events.ts';

describe('patch_attempts', () => {
  const testOf = (executionId: string, patch: string): JobEvent => ({
    type: 'ExecutionRequested',
    data: {
      ...made.testAsked.data,
      executionId,
      artifacts: [
        artifact('a-context', 'CONTEXT'),
        artifact(patch, 'PATCH'),
        artifact('a-plan', 'TEST_PLAN'),
      ],
    },
  });
  const given = projectionSpecification(patchAttempts, deepStrictEqual);
  const started = {
    attempt_id: `${JOB}:1`,
    job_id: JOB,
    attempt: 1,
    model_class: 'L1',
    status: 'STARTED',
    patch_artifact_id: null,
    files_touched: [],
    summary: null,
    failure_class: null,
    fingerprint: null,
    identical: null,
    counts: null,
    taken_over: false,
    started_at: AT,
    ended_at: null,
  } as const;
  const patched = {
    ...started,
    status: 'GENERATED',
    patch_artifact_id: 'a-patch',
    files_touched: ['index.js'],
    summary: 'renamed',
  } as const;
  const past = toldTo(patchAttempts, made.attempt, made.patched);

  it('has no row for the result of an attempt that never started', () => {
    given(...toldTo(patchAttempts, made.failed)).then([]);
  });

  it('[TST-04] is open again when its patch is tested again', () => {
    given(...past, ...toldTo(patchAttempts, made.failed))
      .when(...toldTo(patchAttempts, made.repeated))
      .then([patched]);
  });

  it('[JOB-07] keeps its own result when a patch that a person made after it is tested', () => {
    const ownRun = testOf('e-own', 'a-patch');
    const handRun = testOf('e-hand', 'a-hand-made');
    const failed = toldTo(patchAttempts, made.attempt, made.patched, ownRun, made.failed);
    const own = { ...patched, status: 'FAILED', failure_class: 'LOGIC_FAILURE', fingerprint: 'f' } as const;
    const row = { ...own, identical: 1, counts, ended_at: LATER };
    given(...failed).then([row]);
    for (const verdict of [
      made.rejected,
      made.passed,
      { ...made.failed, data: { ...made.failed.data, fingerprint: 'other' } },
    ])
      given(...failed)
        .when(...toldTo(patchAttempts, handRun, verdict))
        .then([{ ...row, taken_over: true }]);
    // The budget was reached before the attempt had a patch.
    given(...toldTo(patchAttempts, made.attempt))
      .when(...toldTo(patchAttempts, handRun, made.rejected))
      .then([{ ...started, taken_over: true }]);
  });

  it('[JOB-07] ends failed, rejected or passed', () => {
    given(...toldTo(patchAttempts, made.attempt)).then([started]);
    given(...past)
      .when(...toldTo(patchAttempts, made.failed))
      .then([
        {
          ...patched,
          status: 'FAILED',
          failure_class: 'LOGIC_FAILURE',
          fingerprint: 'f',
          identical: 1,
          counts,
          ended_at: LATER,
        },
      ]);
    given(...past)
      .when(...toldTo(patchAttempts, made.rejected))
      .then([{ ...patched, status: 'REJECTED', failure_class: 'APPLY_FAILED', ended_at: LATER }]);
    given(...past)
      .when(...toldTo(patchAttempts, made.passed))
      .then([{ ...patched, status: 'PASSED', counts, ended_at: LATER }]);
  });
});

describe('test_runs', () => {
  const given = projectionSpecification(testRuns, deepStrictEqual);
  const asked = {
    execution_id: 'e-baseline',
    job_id: JOB,
    kind: 'BASELINE',
    attempt: 0,
    status: 'REQUESTED',
    code: null,
    claimant: null,
    claims: 0,
    timeout_seconds: 900,
    requested_at: AT,
    claimed_at: null,
    ended_at: null,
  } as const;

  it('leaves out executions that run no tests, and results of unknown ones', () => {
    given(...toldTo(testRuns, made.applyAsked, made.testTimedOut)).then([]);
  });

  it('[EXE-01] follows a run from its request to its report or time-out', () => {
    const claimed = { ...asked, status: 'CLAIMED', claimant: 'cli', claims: 1, claimed_at: AT } as const;
    given(...toldTo(testRuns, made.baselineAsked)).then([asked]);
    given(...toldTo(testRuns, made.baselineAsked, made.claimed)).then([claimed]);
    given(...toldTo(testRuns, made.baselineAsked, made.claimed))
      .when(...toldTo(testRuns, made.baselineReported))
      .then([{ ...claimed, status: 'SUCCEEDED', ended_at: LATER }]);
    given(...toldTo(testRuns, made.testAsked, made.testTimedOut)).then([
      { ...asked, execution_id: 'e-test', kind: 'TEST', attempt: 1, status: 'TIMED_OUT', ended_at: LATER },
    ]);
  });
});

describe('job_artifacts', () => {
  it('[DEL-05] names the key that the content is encrypted under, where the event does', () => {
    const { data } = made.context;
    const context = { ...data.context, keyRef: 'master-1' };
    const rows = foldProjection(
      jobArtifacts,
      toldTo(jobArtifacts, { type: 'ContextAttached', data: { ...data, context } }),
    );
    expect(rows.get('a-context')).toMatchObject({ encrypted: true, kms_key_ref: 'master-1' });
  });

  it('[DEL-05] has one row per artifact, as it was first named', () => {
    const rows = foldProjection(
      jobArtifacts,
      toldTo(jobArtifacts, made.context, made.planned, made.failed, made.passed, made.testAsked),
    );
    expect([...rows.keys()]).toEqual(['a-context', 'a-plan', 'a-report', 'a-delivery']);
    expect(rows.get('a-report')).toEqual({
      artifact_id: 'a-report',
      job_id: JOB,
      kind: 'TEST_REPORT',
      sha256: 'a'.repeat(64),
      size: 10n,
      encrypted: true,
      kms_key_ref: null,
      created_at: LATER,
      expires_at: '2026-12-04T10:00:00.000Z',
    });
  });
});

describe('client_heartbeat_sessions', () => {
  const given = projectionSpecification(clientHeartbeatSessions, deepStrictEqual);
  const beat = (at: string) =>
    history<ClientHeartbeatReceived>('heartbeat-job-1', [
      { type: 'ClientHeartbeatReceived', data: { jobId: JOB, at } },
    ]);
  const alive = {
    job_id: JOB,
    status: 'ALIVE',
    heartbeats: 2,
    misses: 0,
    first_seen_at: AT,
    last_seen_at: LATER,
    grace_deadline_at: null,
  } as const;

  it('[JOB-05] follows a client that is there, missing, back and lost', () => {
    const beats = [...beat(AT), ...beat(LATER)];
    given(...beats).then([alive]);
    const missed = { ...alive, status: 'GRACE', misses: 1, grace_deadline_at: LATER } as const;
    const events = (...names: readonly ('missed' | 'resumed' | 'lost')[]) =>
      toldTo(clientHeartbeatSessions, ...names.map((name) => made[name]));
    given(...beats)
      .when(...events('missed'))
      .then([missed]);
    given(...beats)
      .when(...events('missed', 'resumed'))
      .then([{ ...alive, misses: 1 }]);
    given(...beats)
      .when(...events('missed', 'lost'))
      .then([{ ...missed, status: 'LOST' }]);
  });
});

describe('entitlement_snapshots', () => {
  it('[BIL-02] keeps what the job may use, as it was at the start', () => {
    const [event] = toldTo(entitlementSnapshots, made.started);
    if (event === undefined) throw new Error('one event expected');
    const changed = { ...event, data: { ...event.data, hold: 7 } };
    projectionSpecification(entitlementSnapshots, deepStrictEqual)(event, changed).then([
      {
        job_id: JOB,
        owner_id: 'owner',
        tier: 'PRO',
        model_classes: ['L0', 'L1', 'L2'],
        context_cap_tokens: 200_000,
        jobs_per_day: 50,
        fast_track: true,
        deep_fix: true,
        hold: 0n,
        created_at: AT,
      },
    ]);
  });
});
