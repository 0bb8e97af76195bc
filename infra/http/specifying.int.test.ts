import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './testing/api.ts';
import { jobScript } from './testing/job-script.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

describe('choosing and specifying', () => {
  it('[SPC-01] shows proposals when there are some, and takes one', async () => {
    const user = await api.user();
    const own = jobScript(api, user);
    const pending = await own.requested();
    expect((await api.call(user, 'GET', `/jobs/${pending}/proposals`)).body['code']).toBe(
      'PROPOSALS_NOT_READY',
    );
    const jobId = await own.proposed();
    const { body } = await api.call(user, 'GET', `/jobs/${jobId}/proposals`);
    expect(body).toMatchObject({ proposals: [{ proposal_id: 'p-standard', files_touched: ['index.js'] }] });
    const select = (proposal_id: string) =>
      api.call(user, 'POST', `/jobs/${jobId}/proposals/select`, { body: { proposal_id } });
    expect((await select('p-other')).body['code']).toBe('PROPOSAL_NOT_FOUND');
    expect((await select('p-standard')).status).toBe(200);
    const { body: read } = await api.call(user, 'GET', `/jobs/${jobId}`);
    expect(read).toMatchObject({ strategy: 'STANDARD' });
  });

  it('[SPC-01] takes a proposal with a condition only from who names it, and tells it again', async () => {
    const user = await api.user();
    const own = jobScript(api, user);
    const jobId = await own.started();
    await own.offered(jobId, { conditions: ['STRICT_MODE'] });
    const { body } = await api.call(user, 'GET', `/jobs/${jobId}/proposals`);
    expect(body).toMatchObject({ proposals: [{ conditions: ['STRICT_MODE'] }] });
    const select = (more: object) =>
      api.call(user, 'POST', `/jobs/${jobId}/proposals/select`, {
        body: { proposal_id: 'p-standard', ...more },
      });
    for (const more of [{}, { accepted_conditions: [] }])
      expect(await select(more)).toMatchObject({
        status: 409,
        body: { code: 'CONDITION_NOT_ACCEPTED', conditions: ['STRICT_MODE'] },
      });
    expect((await select({ accepted_conditions: ['EVERYTHING'] })).status).toBe(422);
    expect((await select({ accepted_conditions: ['STRICT_MODE'] })).status).toBe(200);
    const { events } = await api.log.read(`job-${jobId}`);
    expect(events.at(-1)?.data).toMatchObject({ strategy: 'STANDARD', accepted: ['STRICT_MODE'] });
  });

  it('[SPC-02] refuses a stale revision token with the current one, and an approval of another text', async () => {
    const user = await api.user();
    const own = jobScript(api, user);
    const jobId = await own.specified();
    const { body: first } = await api.call(user, 'GET', `/jobs/${jobId}/spec`);
    const specification = { ...(first['specification'] as object), sdd: [] };
    const revise = (revision_token: unknown) =>
      api.call(user, 'PATCH', `/jobs/${jobId}/spec`, { body: { revision_token, specification } });
    const revised = await revise(first['revision_token']);
    expect(revised.status).toBe(200);
    const stale = await revise(first['revision_token']);
    expect(stale).toMatchObject({
      status: 409,
      body: {
        code: 'SPEC_REVISION_CONFLICT',
        current: { revision: 2, revision_token: revised.body['revision_token'] },
      },
    });
    const approve = (spec_hash: unknown) =>
      api.call(user, 'POST', `/jobs/${jobId}/spec/approve`, {
        body: { revision_token: revised.body['revision_token'], spec_hash },
      });
    expect((await approve(first['spec_hash'])).body['code']).toBe('SPEC_HASH_MISMATCH');
    expect((await approve(revised.body['spec_hash'])).body['status']).toBe('GENERATING_TESTS');
    const { body: now } = await api.call(user, 'GET', `/jobs/${jobId}/spec`);
    expect(now).toMatchObject({ revision: 2, approved: true, specification });
  });

  it('[SPC-02] previews what sentences would add, and says so where only a model could tell', async () => {
    const user = await api.user();
    const own = jobScript(api, user);
    const early = await own.proposed();
    const convert = (id: string, text: string) =>
      api.call(user, 'POST', `/jobs/${id}/spec/nl-convert`, { body: { text } });
    expect((await convert(early, 'Types: strict')).body['code']).toBe('SPEC_NOT_READY');
    const jobId = await own.specified();
    const before = await api.log.read(`job-${jobId}`);
    const { body: spec } = await api.call(user, 'GET', `/jobs/${jobId}/spec`);
    expect(await convert(jobId, 'Make it nicer.')).toMatchObject({
      status: 422,
      body: { code: 'NO_MODEL_CONFIGURED', unconverted: ['Make it nicer.'] },
    });
    const { status, body } = await convert(jobId, 'Types: strict\nMake it nicer.');
    const added = { bdd: [], sdd: [{ id: 'sdd-1', topic: 'TYPES', statement: 'strict' }] };
    expect([status, body]).toMatchObject([
      200,
      {
        revision_token: spec['revision_token'],
        spec_hash: spec['spec_hash'],
        added,
        unconverted: ['Make it nicer.'],
      },
    ]);
    expect((await api.log.read(`job-${jobId}`)).currentStreamVersion).toBe(before.currentStreamVersion);
    const { specification, revision_token } = body;
    const patched = await api.call(user, 'PATCH', `/jobs/${jobId}/spec`, {
      body: { revision_token, specification },
    });
    expect(patched.status).toBe(200);
  });

  it('[JOB-02] shows the owner every event with who caused it, and cancels', async () => {
    const user = await api.user();
    const own = jobScript(api, user);
    const jobId = await own.proposed();
    const cancelled = await api.call(user, 'DELETE', `/jobs/${jobId}`);
    expect(cancelled.body).toEqual({ job_id: jobId, status: 'FAILED' });
    expect((await api.call(user, 'DELETE', `/jobs/${jobId}`)).body['code']).toBe('JOB_ENDED');
    const { body } = await api.call(user, 'GET', `/jobs/${jobId}/events?limit=3`);
    const events = body['events'] as { type: string; actor: { id: string } }[];
    expect(events.map(({ type }) => type)).toEqual(['JobRequested', 'ContextAttached', 'JobStarted']);
    expect(events[0]?.actor).toEqual({ type: 'user', id: user.userId });
    const { body: rest } = await api.call(user, 'GET', `/jobs/${jobId}/events?after=${body['next_after']}`);
    expect((rest['events'] as { type: string }[]).at(-1)?.type).toBe('JobCancelled');
  });
});
