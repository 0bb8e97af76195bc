import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi, type TestUser } from './testing/api.ts';
import { jobScript } from './testing/job-script.ts';

let api: TestApi;
let ada: TestUser;
beforeAll(async () => {
  api = await startTestApi();
  ada = await api.user();
});
afterAll(() => api.close());

const timedOutBaseline = async (): Promise<string> => {
  const script = jobScript(api, ada);
  const { jobId, executionId } = await script.planned();
  await script.report(jobId, executionId, {
    kind: 'BASELINE',
    status: 'FAILED',
    report: null,
    reason: 'Too slow.',
    failure_class: 'TIMEOUT_EXECUTION',
    failing_tests: [],
  });
  return jobId;
};

const decide = (jobId: string, choice: string, user = ada) =>
  api.call(user, 'POST', `/jobs/${jobId}/timeout/decide`, { body: { choice } });

describe('tests that ran out of time', () => {
  it('[TST-04] are told in the job, and repeated with more time on demand', async () => {
    const jobId = await timedOutBaseline();
    const asking = await api.call(ada, 'GET', `/jobs/${jobId}`);
    expect(asking.body).toMatchObject({
      status: 'BASELINE_VALIDATION_FAILED',
      timed_out: { timeout_seconds: 900, tests: [] },
    });
    expect(await decide(jobId, 'increase_timeout')).toMatchObject({
      status: 200,
      body: { status: 'BASELINE_VALIDATION' },
    });
    const { body } = await api.call(ada, 'GET', `/jobs/${jobId}`);
    expect(body).toMatchObject({ timed_out: null, executions: [{ kind: 'BASELINE' }] });
    const [{ execution_id }] = body['executions'] as [{ execution_id: string }];
    const claim = await api.call(ada, 'POST', `/jobs/${jobId}/executions/${execution_id}/claim`, {
      body: { claimant: 'cli' },
    });
    expect(claim.body['execution']).toMatchObject({ timeout_seconds: 1_800, quarantined: [] });
  });

  it('[TST-04] have stable codes for a choice that is none, and for tests that were in time', async () => {
    const jobId = await timedOutBaseline();
    expect(await decide(jobId, 'quarantine')).toMatchObject({
      status: 422,
      body: { code: 'NOTHING_TO_QUARANTINE' },
    });
    expect(await decide(jobId, 'give_up')).toMatchObject({
      status: 422,
      body: { code: 'VALIDATION_FAILED' },
    });
    expect(await decide(jobId, 'continue')).toMatchObject({ status: 200, body: { status: 'REFACTORING' } });
    expect(await decide(jobId, 'continue')).toMatchObject({ body: { code: 'JOB_STATE_CONFLICT' } });
  });

  it('[JOB-03] are nobody else’s to decide about', async () => {
    const jobId = await timedOutBaseline();
    expect((await decide(jobId, 'continue', await api.user())).status).toBe(404);
  });
});
