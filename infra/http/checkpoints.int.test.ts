import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BillingCheckpointRow,
  billingCheckpointRecords,
} from '../../projections/billing/billing-checkpoint-records.ts';
import { postgresReadTables } from './read-tables.ts';
import { startTestApi, type TestApi, type TestUser } from './testing/api.ts';
import { BASELINE_REPORT, baselinePassed, jobScript } from './testing/job-script.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

/** What each call of a model says that it took. */
const USED = { inputTokens: 10, cachedTokens: 4, outputTokens: 3 };
const person = async () => {
  const user = await api.user();
  return { user, own: jobScript(api, user, USED) };
};

const recordsOf = (jobId: string): Promise<BillingCheckpointRow[]> =>
  postgresReadTables(api.pool).select<BillingCheckpointRow>(billingCheckpointRecords, {
    where: 'job_id = $1',
    values: [jobId],
    order: 'phase',
  });

/** A phase, how many calls it had, and the event that closed it; null: it goes on. */
type Told = readonly [phase: 1 | 2 | 3, calls: number, closedBy: string | null];

/** That the records of a job come to this, each with the tokens of its calls, and closed just when it was closed. */
const expectRecords = async (jobId: string, ...phases: readonly Told[]): Promise<void> => {
  const expected = phases.map(([phase, calls, closedBy]) => ({
    record_id: `${jobId}:${phase}`,
    phase,
    model_calls: calls,
    input_tokens: 10n * BigInt(calls),
    cached_tokens: 4n * BigInt(calls),
    output_tokens: 3n * BigInt(calls),
    closed_by: closedBy,
    closed_at: closedBy === null ? null : expect.any(String),
  }));
  const same = expected.map((each) => expect.objectContaining(each));
  await expect.poll(() => recordsOf(jobId)).toEqual(same);
};

const stopped = (own: ReturnType<typeof jobScript>, jobId: string, stage: 'ANALYSE' | 'PLAN_TESTS') =>
  own.system({
    type: 'RecordFailedCall',
    data: { jobId, at: own.at(), call: { ...own.call(stage), outcome: 'STOPPED' } },
  });

const statusOf = async (user: TestUser, jobId: string) =>
  (await api.call(user, 'GET', `/jobs/${jobId}`)).body['status'];

describe('what the models used in each phase of a job', () => {
  it('[BIL-07] begins with the job, and is closed by its end, with phases that never were left out', async () => {
    const { user, own } = await person();
    const requested = await own.requested();
    const jobId = await own.started();
    await expectRecords(jobId, [1, 0, null]);
    await expectRecords(requested);
    await own.offered(jobId);
    await expectRecords(jobId, [1, 1, null]);
    expect((await api.call(user, 'DELETE', `/jobs/${jobId}`)).status).toBe(200);
    await expectRecords(jobId, [1, 1, 'JobCancelled']);
  });

  it('[BIL-07] [BIL-05] has a call that the end has stopped in the phase that it was made for, closed as it was', async () => {
    const { user, own } = await person();
    const jobId = await own.proposed();
    await api.call(user, 'DELETE', `/jobs/${jobId}`);
    await expectRecords(jobId, [1, 1, 'JobCancelled']);
    const [before] = await recordsOf(jobId);
    await stopped(own, jobId, 'ANALYSE');
    await expectRecords(jobId, [1, 2, 'JobCancelled']);
    const [after] = await recordsOf(jobId);
    expect(after?.closed_at).toBe(before?.closed_at);
  });

  it('[BIL-07] closes each phase at its boundary, where the next begins, to the delivery', async () => {
    const { user, own } = await person();
    const { jobId, executionId } = await own.planned();
    await expectRecords(jobId, [1, 2, 'SpecApproved'], [2, 1, null]);
    const told = await own.uploaded(jobId, 'BASELINE_REPORT', BASELINE_REPORT);
    await own.report(jobId, executionId, baselinePassed(told));
    await expectRecords(jobId, [1, 2, 'SpecApproved'], [2, 1, 'BaselinePassed'], [3, 0, null]);
    await own.proven(jobId, { schema: 'iama.delivery/1', files: [] });
    await expectRecords(jobId, [1, 2, 'SpecApproved'], [2, 1, 'BaselinePassed'], [3, 1, 'TestsPassed']);
    expect(await statusOf(user, jobId)).toBe('DELIVERED');
    const [first, second, third] = await recordsOf(jobId);
    expect([second?.opened_at, third?.opened_at]).toEqual([first?.closed_at, second?.closed_at]);
  });

  it('[BIL-07] [SPC-02] opens a phase again with the specification, counts on, and charges no call to two', async () => {
    const { user, own } = await person();
    const { jobId } = await own.planned();
    const { body: spec } = await api.call(user, 'GET', `/jobs/${jobId}/spec`);
    const { revision_token, specification } = spec;
    const { body: changed } = await api.call(user, 'PATCH', `/jobs/${jobId}/spec`, {
      body: { revision_token, specification: { ...(specification as object), sdd: [] } },
    });
    await expectRecords(jobId, [1, 2, null], [2, 1, 'SpecUpdatedDuringExecution']);
    await stopped(own, jobId, 'PLAN_TESTS');
    await expectRecords(jobId, [1, 2, null], [2, 2, 'SpecUpdatedDuringExecution']);
    const again = { revision_token: changed['revision_token'], spec_hash: changed['spec_hash'] };
    await api.call(user, 'POST', `/jobs/${jobId}/spec/approve`, { body: again });
    await expectRecords(jobId, [1, 2, 'SpecApproved'], [2, 2, null]);
  });
});
