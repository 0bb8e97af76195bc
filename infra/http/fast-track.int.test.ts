import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import { jobStream } from '../../domain/refactoring/job/job.ts';
import type { Tier } from '../../domain/refactoring/job/values.ts';
import { type SpecRevisionRow, specRevisions } from '../../projections/refactoring/spec-revisions.ts';
import { postgresReadTables } from './read-tables.ts';
import { startTestApi, type TestApi, type TestUser } from './testing/api.ts';
import { CONSENT, CONTEXT, jobScript, PREFLIGHT } from './testing/job-script.ts';
import { firstOperator } from './testing/operators.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const FAST = { ...PREFLIGHT, fast_track: true };

/** Somebody on this plan. */
const on = async (tier: Tier) => {
  const user = await api.user();
  const own = jobScript(api, user);
  const { userId } = user;
  await own.system({ type: 'AssignTier', data: { userId, tier, reason: 'bought', at: own.at() } });
  return { user, own };
};

/** A job that is ready to be started, and its start. */
const toStart = async ({ user, own }: Awaited<ReturnType<typeof on>>) => {
  await own.post('/account/consent', CONSENT);
  const jobId = await own.requested();
  await own.post(`/jobs/${jobId}/context`, CONTEXT);
  return {
    jobId,
    start: (body: object) => api.call(user, 'POST', `/jobs/${jobId}/start`, { body }),
  };
};

const eventsOf = async (jobId: string) => (await api.log.read<JobEvent>(jobStream(jobId))).events;
const read = async (user: TestUser, path: string) => (await api.call(user, 'GET', path)).body;

/** The revisions of a specification as the read table has them: number, whether approved, whether by itself. */
const revisions = async (jobId: string): Promise<readonly unknown[]> => {
  const rows = await postgresReadTables(api.pool).select<SpecRevisionRow>(specRevisions, {
    where: 'job_id = $1',
    values: [jobId],
    order: 'revision',
  });
  return rows.map((row) => [row.revision, row.approved_at !== null, row.approved_implicitly]);
};
const settledAs = (jobId: string, expected: readonly unknown[]) =>
  expect.poll(() => revisions(jobId)).toEqual(expected);

describe('the fast track', () => {
  it.each(['FREE', 'PLUS'] as const)(
    '[SPC-03] [BIL-02] is refused on %s, and the job is as it was: no slot is used, and it may start without',
    async (tier) => {
      const person = await on(tier);
      const { jobId, start } = await toStart(person);
      expect(await start(FAST)).toMatchObject({
        status: 403,
        body: { code: 'ENTITLEMENT_DENIED', tier, feature: 'fastTrack' },
      });
      expect((await eventsOf(jobId)).map(({ type }) => type)).toEqual(['JobRequested', 'ContextAttached']);
      expect(await read(person.user, '/subscription/me')).toMatchObject({
        tier,
        fast_track: false,
        jobs_today: 0,
      });
      expect((await start(PREFLIGHT)).body['status']).toBe('ANALYZING');
    },
  );

  it('[SPC-03] [OPS-03] is refused to everybody while an operator has switched it off, but to jobs that have it', async () => {
    const root = await firstOperator(api);
    const person = await on('PRO');
    const running = await toStart(person);
    expect((await running.start(FAST)).status).toBe(200);
    const { jobId, start } = await toStart(person);
    const set = (value: boolean) =>
      api.call(root, 'PUT', '/admin/config/feature.fast_track', { body: { value, reason: 'a trial' } });
    expect((await set(false)).status).toBe(200);
    expect((await start(FAST)).body).toMatchObject({ code: 'ENTITLEMENT_DENIED', feature: 'fastTrack' });
    await person.own.offered(running.jobId);
    await person.own.drafted(running.jobId);
    expect(await read(person.user, `/jobs/${running.jobId}`)).toMatchObject({ status: 'GENERATING_TESTS' });
    await set(true);
    expect((await start(FAST)).body).toEqual({ job_id: jobId, status: 'ANALYZING' });
  });

  it.each(['PRO', 'MAX', 'ENTERPRISE'] as const)(
    '[SPC-03] approves on %s what was drafted, and has the approval in the log, the story and the table',
    async (tier) => {
      const { user, own } = await on(tier);
      const jobId = await own.specified(FAST);
      const spec = await read(user, `/jobs/${jobId}/spec`);
      expect(spec).toMatchObject({ revision: 1, approved: true });
      expect((await eventsOf(jobId)).slice(-2)).toMatchObject([
        { type: 'SpecDrafted', data: { revision: 1, specHash: spec['spec_hash'] } },
        {
          type: 'SpecApproved',
          data: { revision: 1, specHash: spec['spec_hash'], implicit: true },
          metadata: { actor: { type: 'system', id: 'test' } },
        },
      ]);
      const { events } = await read(user, `/jobs/${jobId}/events`);
      expect((events as object[]).at(-1)).toMatchObject({ type: 'SpecApproved', data: { implicit: true } });
      await settledAs(jobId, [[1, true, true]]);
      const again = { revision_token: spec['revision_token'], spec_hash: spec['spec_hash'] };
      expect(await api.call(user, 'POST', `/jobs/${jobId}/spec/approve`, { body: again })).toMatchObject({
        status: 409,
        body: { code: 'JOB_STATE_CONFLICT', status: 409 },
      });
    },
  );

  it('[SPC-03] [SPC-02] waits for the person as soon as the person changes what was approved so', async () => {
    const { user, own } = await on('PRO');
    const jobId = await own.specified(FAST);
    const { revision_token, specification } = await read(user, `/jobs/${jobId}/spec`);
    const changed = await api.call(user, 'PATCH', `/jobs/${jobId}/spec`, {
      body: { revision_token, specification: { ...(specification as object), sdd: [] } },
    });
    expect([changed.status, (await read(user, `/jobs/${jobId}`))['status']]).toEqual([
      200,
      'WAITING_SPEC_APPROVAL',
    ]);
    await settledAs(jobId, [
      [1, true, true],
      [2, false, null],
    ]);
    const { body } = changed;
    const { status } = await api.call(user, 'POST', `/jobs/${jobId}/spec/approve`, {
      body: { revision_token: body['revision_token'], spec_hash: body['spec_hash'] },
    });
    expect(status).toBe(200);
    await settledAs(jobId, [
      [1, true, true],
      [2, true, false],
    ]);
  });
});
