import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { foldProjection, projectionSpecification } from '../../domain/kernel/projection.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import { job, statusOf } from '../../domain/refactoring/job/job.ts';
import { rows } from '../../domain/refactoring/job/testing/table/rows.ts';
import type { Condition } from '../../domain/refactoring/job/values.ts';
import { type RefactorJobRow, refactorJobs } from './refactor-jobs.ts';
import { AT, JOB, LATER, made, told } from './testing/job-events.ts';

const row: RefactorJobRow = {
  job_id: JOB,
  owner_id: 'owner',
  title: 'A job',
  goal: 'JAVASCRIPT_TO_TYPESCRIPT',
  goal_text: '',
  mode: 'SIMPLE',
  targets: [],
  status: 'PENDING',
  strategy: null,
  tier: null,
  failure_class: null,
  reasons: [],
  attempts: 0,
  model_class: null,
  executions: [],
  heartbeat_status: 'PARKED',
  grace_deadline_at: null,
  decision_deadline_at: null,
  escalation: null,
  timed_out: null,
  delivery_phase: null,
  artifact_expires_at: null,
  model_calls: 0,
  tokens: 0n,
  requested_at: AT,
  started_at: null,
  finished_at: null,
  updated_at: AT,
};
const EXPIRES = '2026-12-04T10:00:00.000Z';
const started = { ...row, tier: 'PRO', started_at: AT, artifact_expires_at: EXPIRES } as const;

const toBaseline = [
  made.requested,
  made.context,
  made.started,
  made.proposed,
  made.selected,
  made.drafted,
  made.approved,
  made.planned,
  made.baselineAsked,
  made.claimed,
  made.baselineReported,
  made.baselinePassed,
] as const;
const toTest = [...toBaseline, made.attempt, made.patched, made.testAsked] as const;

const only = (...events: readonly JobEvent[]): RefactorJobRow => {
  const found = foldProjection(refactorJobs, told(...events)).get(JOB);
  if (found === undefined) throw new Error('no row');
  return found;
};

describe('refactor_jobs', () => {
  const given = projectionSpecification(refactorJobs, deepStrictEqual);

  it('has no row for events of a job that was never requested', () => {
    given(...told(made.started, made.called)).then([]);
  });

  it('[JOB-02] starts pending and runs once started', () => {
    given(...told(made.requested)).then([row]);
    given(...told(made.requested, made.context, made.started)).then([
      { ...started, status: 'ANALYZING', heartbeat_status: 'ALIVE' },
    ]);
  });

  it('[JOB-09] names a known cause of our failure by its code, and the stage where there is none', () => {
    const data = { jobId: JOB, at: LATER, stage: 'GeneratePatch', reason: 'why' };
    for (const code of [undefined, 'RECIPE_TIMEOUT']) {
      const known = code === undefined ? {} : { code };
      const failed: JobEvent = {
        type: 'InfraFailed',
        data: { ...data, failureClass: 'INFRA_FAILURE', ...known },
      };
      const row = foldProjection(refactorJobs, told(made.requested, failed)).get(JOB);
      expect(row).toMatchObject({
        status: 'FAILED',
        failure_class: 'INFRA_FAILURE',
        reasons: [{ code: code ?? 'GeneratePatch', path: null, line: null, reason: 'why' }],
      });
    }
  });

  it('[SPC-01] says of a job that was ended for a condition that this was not accepted, and of another nothing', () => {
    const cancelled = (declined?: readonly Condition[]) => {
      const data = {
        jobId: JOB,
        at: LATER,
        by: 'ada',
        forced: false,
        failureClass: 'USER_CANCELLED',
      } as const;
      const event: JobEvent = { type: 'JobCancelled', data: { ...data, ...(declined && { declined }) } };
      return foldProjection(refactorJobs, told(made.requested, event)).get(JOB);
    };
    const reason = 'The condition STRICT_MODE of the proposal was not accepted.';
    expect(cancelled(['STRICT_MODE'])).toMatchObject({
      failure_class: 'USER_CANCELLED',
      reasons: [{ code: 'CONDITION_NOT_ACCEPTED', path: null, line: null, reason }],
    });
    expect(cancelled()).toMatchObject({ failure_class: 'USER_CANCELLED', reasons: [] });
  });

  it('[JOB-02] ends with the reasons of a refusal', () => {
    given(...told(made.requested, made.context, made.started, made.refused)).then([
      {
        ...started,
        status: 'FAILED',
        failure_class: 'REFUSED',
        reasons: made.refused.data.reasons,
        finished_at: LATER,
        updated_at: LATER,
      },
    ]);
  });

  it('[EXE-01] names the open execution, who has it, and nothing once it is reported or the job has ended', () => {
    const open = { execution_id: 'e-baseline', kind: 'BASELINE', attempt: 0, requested_at: AT };
    expect(only(...toBaseline.slice(0, 9)).executions).toEqual([{ ...open, claimant: null }]);
    expect(only(...toBaseline.slice(0, 10)).executions).toEqual([{ ...open, claimant: 'cli' }]);
    expect(only(...toBaseline).executions).toEqual([]);
    expect(only(...toTest, made.cancelled).executions).toEqual([]);
    expect(only(...toTest, made.testTimedOut).executions).toEqual([]);
  });

  it('[TST-04] says that tests ran out of time while the job asks about it, and no longer', () => {
    const late = { timeout_seconds: 900, tests: ['slow'] };
    const asking = [...toTest, made.failed, made.late];
    expect(only(...asking).timed_out).toEqual(late);
    expect(only(...asking, made.repeated)).toMatchObject({ status: 'REFACTORING', timed_out: null });
    expect(only(...toTest, made.failed, made.intervention).timed_out).toBeNull();
    const baseline = [...toBaseline.slice(0, 10), made.baselineLate];
    expect(only(...baseline).timed_out).toEqual({ ...late, tests: [] });
    expect(only(...baseline, made.baselineRepeated)).toMatchObject({
      status: 'BASELINE_VALIDATION',
      timed_out: null,
    });
  });

  it('[BIL-08] says what the job asks while it asks, and is then where the answer leads', () => {
    const early = [made.requested, made.context, made.started, made.overBudget] as const;
    expect(only(...early)).toMatchObject({
      status: 'WAITING_ESCALATION_DECISION',
      heartbeat_status: 'PARKED',
      decision_deadline_at: LATER,
      escalation: { reason: 'BUDGET', to_class: 'L1' },
    });
    const answered = { decision_deadline_at: null, escalation: null };
    expect(only(...early, made.confirmed)).toMatchObject({ status: 'ANALYZING', ...answered });
    expect(only(...early, made.refused)).toMatchObject({ status: 'FAILED', ...answered });
  });

  it('[JOB-05] is in grace while its client is missing, unless it waits for a person', () => {
    const missing = only(...toBaseline, made.missed);
    expect([missing.heartbeat_status, missing.grace_deadline_at]).toEqual(['GRACE', LATER]);
    expect(only(...toBaseline, made.missed, made.resumed).heartbeat_status).toBe('ALIVE');
    const parked = only(...toTest, made.missed, made.failed, made.intervention);
    expect([parked.heartbeat_status, parked.grace_deadline_at]).toEqual(['PARKED', null]);
    expect(parked.decision_deadline_at).toBe(LATER);
    expect(only(...toTest, made.failed, made.intervention, made.continued).decision_deadline_at).toBeNull();
    expect(only(...toBaseline, made.missed, made.lost)).toMatchObject({
      status: 'FAILED',
      failure_class: 'CLIENT_DISCONNECTED',
      finished_at: LATER,
    });
  });

  it('[DEL-02] follows a delivery, and counts attempts, calls and tokens', () => {
    const delivered = only(...toTest, made.called, made.passed);
    expect(delivered).toMatchObject({
      status: 'DELIVERED',
      delivery_phase: 'OFFERED',
      attempts: 1,
      model_class: 'L1',
      model_calls: 1,
      tokens: 12n,
      finished_at: LATER,
    });
    const applied = [made.accepted, made.applyAsked, made.applied] as const;
    expect(only(...toTest, made.passed, made.accepted).delivery_phase).toBe('ACCEPTED');
    expect(only(...toTest, made.passed, ...applied)).toMatchObject({
      status: 'DELIVERED',
      delivery_phase: 'APPLIED',
    });
  });

  it.each(rows)('[JOB-01] [JOB-05] has what the decider has: a job %s', (_name, journey, _from, command) => {
    const to = journey();
    to.does(command);
    to.events.forEach((_event, index) => {
      const events = to.events.slice(0, index + 1);
      const state = events.reduce(job.evolve, job.initialState());
      const [shown] = foldProjection(refactorJobs, told(...events)).values();
      expect(shown).toMatchObject({
        status: statusOf(state),
        failure_class: state.status === 'FAILED' ? state.failureClass : null,
        grace_deadline_at: ('grace' in state ? state.grace?.deadlineAt : null) ?? null,
        decision_deadline_at: 'deadlineAt' in state ? state.deadlineAt : null,
        ...('entitlement' in state ? { tier: state.entitlement.tier } : {}),
      });
    });
  });
});
