import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestApi, type TestApi, type TestUser } from './testing/api.ts';
import { CONTEXT, jobScript, PREFLIGHT } from './testing/job-script.ts';

let api: TestApi;
let owner: TestUser;
let stranger: TestUser;
let script: ReturnType<typeof jobScript>;
beforeAll(async () => {
  api = await startTestApi();
  [owner, stranger] = await Promise.all([api.user(), api.user()]);
  script = jobScript(api, owner);
});
afterAll(() => api.close());

const job = { goal: 'JAVASCRIPT_TO_TYPESCRIPT', title: 'Mine' };

describe('requesting a job', () => {
  it('[JOB-02] refuses the remote sandbox, unknown goals, unknown fields and paths out of the workspace', async () => {
    const remote = await api.call(owner, 'POST', '/jobs', {
      body: { ...job, execution_mode: 'REMOTE_SANDBOX' },
    });
    expect(remote).toMatchObject({ status: 403, body: { code: 'ENTITLEMENT_DENIED' } });
    for (const body of [
      { goal: 'COBOL' },
      { ...job, owner_id: 'x' },
      { ...job, targets: ['../etc/passwd'] },
      {},
    ])
      expect((await api.call(owner, 'POST', '/jobs', { body })).status).toBe(422);
    expect((await api.call(null, 'POST', '/jobs', { body: job })).status).toBe(401);
  });

  it('[JOB-02] gives a job that its owner reads at once', async () => {
    const created = await api.call(owner, 'POST', '/jobs', { body: job });
    expect(created).toMatchObject({ status: 201, body: { status: 'PENDING' } });
    const read = await api.call(owner, 'GET', `/jobs/${created.body['job_id']}`);
    expect(read).toMatchObject({
      status: 200,
      body: { title: 'Mine', status: 'PENDING', executions: [], heartbeat_status: 'PARKED' },
    });
  });
});

describe('ownership', () => {
  it('[JOB-03] makes another user’s job, and one that does not exist, the same 404 on every route', async () => {
    const jobId = await script.requested();
    const { paths } = (await api.app.inject({ method: 'GET', url: '/docs/json' })).json();
    const routes = Object.entries(paths as Record<string, Record<string, unknown>>)
      // Operators see every job; who may call their routes is in access-matrix.int.test.ts.
      .filter(([path]) => path.includes('{job_id}') && !path.includes('/admin/'))
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => [method, path] as const));
    expect(routes.length).toBeGreaterThan(30);
    for (const [method, path] of routes)
      for (const id of [jobId, randomUUID(), 'not-an-id']) {
        const url = path
          .replace('/api/v1', '')
          .replace('{job_id}', id)
          .replaceAll(/\{\w+\}/g, 'x');
        const answer = await api.call(stranger, method.toUpperCase() as 'GET', url, {
          body: method === 'get' ? undefined : {},
        });
        expect([path, answer.status, answer.body['code']]).toEqual([path, 404, 'JOB_NOT_FOUND']);
      }
  });

  it('[JOB-03] lists only one’s own jobs, newest first, in pages that overlap nowhere', async () => {
    const user = await api.user();
    const mine = jobScript(api, user);
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.unshift(await mine.requested());
    const page = async (cursor: string | null) =>
      api.call(user, 'GET', `/jobs?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`);
    await api.settled(async () => {
      const { body } = await api.call(user, 'GET', '/jobs?limit=100');
      return (body['jobs'] as unknown[]).length === 5;
    });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const { body } = await page(cursor);
      seen.push(...(body['jobs'] as { job_id: string }[]).map(({ job_id }) => job_id));
      cursor = body['next_cursor'] as string | null;
    } while (cursor !== null);
    expect(seen).toEqual(ids);
    // The last page says so, also when it is full.
    expect((await api.call(user, 'GET', '/jobs?limit=5')).body['next_cursor']).toBeNull();
    const odd = await api.call(user, 'GET', '/jobs?cursor=nonsense');
    expect(Object.keys(odd.body).sort()).toEqual(['code', 'detail', 'status', 'title', 'type']);
    expect(odd.body['code']).toBe('CURSOR_INVALID');
    expect((await api.call(user, 'GET', '/jobs?status=DELIVERED')).body['jobs']).toEqual([]);
    expect((await api.call(user, 'GET', '/jobs?limit=1000')).status).toBe(422);
  });
});

describe('a list of jobs', () => {
  it('[JOB-02] has each job once, also where many were requested at the same moment', async () => {
    const user = await api.user();
    const mine = jobScript(api, user);
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.push(await mine.requested());
    const list = async (query: string) => {
      const { body } = await api.call(user, 'GET', `/jobs?${query}`);
      const jobs = body['jobs'] as { job_id: string }[];
      return { ids: jobs.map(({ job_id }) => job_id), next: body['next_cursor'] };
    };
    await api.settled(async () => (await list('limit=100')).ids.length === 5);
    await api.pool.query('update read.refactor_jobs set requested_at = $1 where owner_id = $2', [
      '2026-01-01T00:00:00Z',
      user.userId,
    ]);
    const first = await list('limit=2');
    const second = await list(`limit=2&cursor=${first.next}`);
    const third = await list(`limit=2&cursor=${second.next}`);
    expect([...first.ids, ...second.ids, ...third.ids]).toEqual(ids.sort().reverse());
  });

  it('[JOB-02] has only jobs of the status and the goal that are asked for', async () => {
    const user = await api.user();
    const mine = jobScript(api, user);
    const [kept, cancelled] = [await mine.requested(), await mine.requested()];
    await api.call(user, 'DELETE', `/jobs/${cancelled}`);
    const list = async (query: string) => {
      const { body } = await api.call(user, 'GET', `/jobs?${query}`);
      return (body['jobs'] as { job_id: string }[]).map(({ job_id }) => job_id);
    };
    // Either may be shown first: jobs are in partitions of their own.
    const found = async (status: string) => (await list(`status=${status}`)).length;
    await api.settled(async () => (await found('FAILED')) === 1 && (await found('PENDING')) === 1);
    expect(await list('status=FAILED')).toEqual([cancelled]);
    expect(await list('status=PENDING')).toEqual([kept]);
    expect(await list('goal=JAVASCRIPT_TO_TYPESCRIPT')).toEqual([cancelled, kept]);
    expect(await list('goal=FREE_TEXT')).toEqual([]);
  });
});

describe('context', () => {
  it('[SEC-15] cuts off a decompression bomb and refuses what only claims to be gzip', async () => {
    const jobId = await script.requested();
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const bomb = gzipSync(`{"context":"${'a'.repeat(72 * 1024 * 1024)}"}`);
    expect(bomb.byteLength).toBeLessThan(100_000);
    const send = (payload: Buffer, extra = headers) =>
      api.app.inject({
        method: 'POST',
        url: `/api/v1/jobs/${jobId}/context`,
        headers: { ...owner.headers, ...extra },
        payload,
      });
    const tooLarge = await send(bomb);
    expect([tooLarge.statusCode, tooLarge.json().code]).toEqual([413, 'BODY_TOO_LARGE']);
    const notGzip = await send(Buffer.from('{}'));
    expect([notGzip.statusCode, notGzip.json().code]).toEqual([400, 'MALFORMED_REQUEST']);
    const brotli = await send(Buffer.from('x'), { ...headers, 'content-encoding': 'br' });
    expect(brotli.statusCode).toBe(415);
    const good = await send(gzipSync(JSON.stringify(CONTEXT)));
    expect([good.statusCode, good.json().artifact.kind]).toEqual([200, 'CONTEXT']);
  });

  it('[DEL-05] [SEC-15] stores nothing for a job that does not take it', async () => {
    const jobId = await script.requested();
    const headers = { 'idempotency-key': randomUUID() };
    const send = () => api.call(owner, 'POST', `/jobs/${jobId}/context`, { body: CONTEXT, headers });
    const sent = await send();
    await api.call(owner, 'DELETE', `/jobs/${jobId}`);
    const put = vi.spyOn(api.services.artifacts, 'put');
    try {
      const late = await api.call(owner, 'POST', `/jobs/${jobId}/context`, { body: CONTEXT });
      const patch = { schema: 'iama.patch/1', edits: [] };
      const tests = await api.call(owner, 'POST', `/jobs/${jobId}/intervention/run-tests`, {
        body: { patch },
      });
      expect([late.status, tests.status]).toEqual([409, 409]);
      expect(await send()).toMatchObject({ status: 200, body: sent.body });
      expect(put).not.toHaveBeenCalled();
    } finally {
      put.mockRestore();
    }
  });

  it('[CTX-02] refuses a secret in what is sent of dependencies too', async () => {
    const jobId = await script.requested();
    const text = `var token = '${'ghp_'}${'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'}';`;
    const context = { ...CONTEXT.context, dependencies: [{ path: 'node_modules/a/index.d.ts', text }] };
    const answer = await api.call(owner, 'POST', `/jobs/${jobId}/context`, { body: { ...CONTEXT, context } });
    expect(answer).toMatchObject({ status: 422, body: { code: 'SECRET_IN_CONTEXT' } });
  });

  it('[DEL-05] gives the same bytes back to the owner only', async () => {
    const jobId = await script.requested();
    const { artifact } = await script.post(`/jobs/${jobId}/context`, CONTEXT);
    const { artifact_id, sha256 } = artifact as Record<string, string>;
    const path = `/jobs/${jobId}/artifacts/${artifact_id}`;
    expect((await api.call(stranger, 'GET', path)).status).toBe(404);
    const read = await api.call(owner, 'GET', path);
    expect(JSON.parse(String(read.body['text']))).toEqual({
      ...CONTEXT.context,
      base_hashes: CONTEXT.base_hashes,
    });
    expect(read.headers['digest']).toBe(`sha-256=${Buffer.from(String(sha256), 'hex').toString('base64')}`);
    expect((await api.call(owner, 'GET', `/jobs/${jobId}/artifacts/unknown`)).body['code']).toBe(
      'ARTIFACT_NOT_FOUND',
    );
    const { rows } = await api.pool.query("select 1 from events where data::text like '%module.exports%'");
    expect(rows).toEqual([]);
  });
});

describe('starting a job', () => {
  it('[ID-08] needs consent and a context', async () => {
    const user = await api.user();
    const own = jobScript(api, user);
    const jobId = await own.requested();
    const start = () => api.call(user, 'POST', `/jobs/${jobId}/start`, { body: PREFLIGHT });
    expect((await start()).body['code']).toBe('CONTEXT_REQUIRED');
    await own.post(`/jobs/${jobId}/context`, CONTEXT);
    expect(await start()).toMatchObject({ status: 403, body: { code: 'CONSENT_REQUIRED' } });
  });

  it('[JOB-04] [JOB-07] [TST-01] asks what to do with a dirty workspace, and keeps what was chosen', async () => {
    const user = await api.user();
    const own = jobScript(api, user);
    await own.post('/account/consent', { data_processing: true, zero_training: true });
    const jobId = await own.requested();
    await own.post(`/jobs/${jobId}/context`, CONTEXT);
    const preflight = { ...PREFLIGHT.preflight, dirty_paths: ['index.js'] };
    const answer = await api.call(user, 'POST', `/jobs/${jobId}/start`, { body: { preflight } });
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'DIRTY_WORKSPACE_CHOICE_REQUIRED', dirty_paths: ['index.js'] },
    });
    const chosen = { preflight: { ...preflight, choice: 'SAFE_MODE' }, test_mode: 'BLACK_BOX' };
    const beyond = { ...chosen, pre_authorised: ['L2'] };
    expect(await api.call(user, 'POST', `/jobs/${jobId}/start`, { body: beyond })).toMatchObject({
      status: 403,
      body: { code: 'ENTITLEMENT_DENIED' },
    });
    expect((await api.call(user, 'POST', `/jobs/${jobId}/start`, { body: chosen })).status).toBe(200);
    const { events } = await api.log.read(`job-${jobId}`);
    expect(events.find(({ type }) => type === 'JobStarted')?.data).toMatchObject({
      preflight: { dirtyPaths: ['index.js'], choice: 'SAFE_MODE' },
      testMode: 'BLACK_BOX',
    });
  });

  it('[BIL-03] of simultaneous starts for the last slots exactly as many win as there are', async () => {
    const user = await api.user();
    const own = jobScript(api, user);
    await own.post('/account/consent', { data_processing: true, zero_training: true });
    const ids = await Promise.all(Array.from({ length: 6 }, () => own.requested()));
    for (const id of ids) await own.post(`/jobs/${id}/context`, CONTEXT);
    const answers = await Promise.all(
      ids.map((id) => api.call(user, 'POST', `/jobs/${id}/start`, { body: PREFLIGHT })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 403, 403, 403]);
    expect(answers.find(({ status }) => status === 403)?.body).toMatchObject({
      code: 'DAILY_JOB_LIMIT',
      tier: 'FREE',
      limit: 3,
      used: 3,
      upgrade_to: 'PLUS',
    });
    expect((await api.call(user, 'GET', '/subscription/me')).body).toMatchObject({
      tier: 'FREE',
      jobs_today: 3,
      jobs_per_day: 3,
    });
    const { rows } = await api.pool.query(
      "select count(*) filter (where type = 'JobStarted')::int as started, count(*) filter (where type = 'JobSlotClaimed')::int as claimed from events where data->>'ownerId' = $1 or data->>'userId' = $1",
      [user.userId],
    );
    expect(rows[0]).toEqual({ started: 3, claimed: 3 });
  });

  it('[BIL-02] snapshots the entitlement and shows the job at once', async () => {
    const jobId = await jobScript(api, await api.user()).started();
    const { events } = await api.log.read(`job-${jobId}`);
    const started = events.find(({ type }) => type === 'JobStarted');
    expect(started?.data['entitlement']).toMatchObject({ tier: 'FREE', jobsPerDay: 3 });
  });
});
