import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { commandFiles } from '../../../commands/index.ts';
import { execute } from '../../../commands/kernel/execute.ts';
import { Postponed } from '../../../domain/kernel/postponed.ts';
import type { JobStarted } from '../../../domain/refactoring/job/events.ts';
import { jobStream } from '../../../domain/refactoring/job/job.ts';
import { startTestApi, type TestApi, type TestUser } from '../testing/api.ts';
import { CONTEXT, jobScript, PREFLIGHT } from '../testing/job-script.ts';
import { firstOperator, type Operator, operator } from '../testing/operators.ts';

let api: TestApi;
let root: Operator;
let support: Operator;
let keysFolder: string;
beforeAll(async () => {
  keysFolder = await mkdtemp(join(tmpdir(), 'iama-keys-'));
  api = await startTestApi({ keysFolder });
  root = await firstOperator(api);
  support = await operator(api, root, 'SUPPORT');
});
afterAll(async () => {
  await api.close();
  await rm(keysFolder, { recursive: true });
});

const ALL = '/admin/kill-switch';
const of = ({ userId }: TestUser): string => `${ALL}/users/${userId}`;
const pull = (path: string, halted: boolean, by: TestUser = root) =>
  api.call(by, 'POST', path, { body: { halted, reason: 'a bill that nobody expected' } });
const request = (user: TestUser, goal = 'JAVASCRIPT_TO_TYPESCRIPT') =>
  api.call(user, 'POST', '/jobs', { body: { goal } });

/** A job of a new person that only waits to be started. */
const ready = async (): Promise<
  Readonly<{ user: TestUser; jobId: string; start: () => ReturnType<TestApi['call']> }>
> => {
  const user = await api.user();
  const consent = { data_processing: true, zero_training: true };
  await api.call(user, 'POST', '/account/consent', { body: consent });
  const jobId = await jobScript(api, user).requested();
  await api.call(user, 'POST', `/jobs/${jobId}/context`, { body: CONTEXT });
  return { user, jobId, start: () => api.call(user, 'POST', `/jobs/${jobId}/start`, { body: PREFLIGHT }) };
};

const terms = async (jobId: string) => {
  const { events } = await api.log.read<JobStarted>(jobStream(jobId));
  return events.find(({ type }) => type === 'JobStarted')?.data.entitlement;
};

describe('the kill switch', () => {
  afterEach(async () => {
    await pull(ALL, false);
  });

  it('[OPS-04] wants a reason, a person who exists, and for all of them more than support', async () => {
    for (const body of [{}, { halted: true }, { halted: true, reason: ' ' }, { halted: 'yes', reason: 'r' }])
      expect((await api.call(root, 'POST', ALL, { body })).body['code']).toBe('VALIDATION_FAILED');
    const nobody = `${ALL}/users/${randomUUID()}`;
    expect((await pull(nobody, true)).body['code']).toBe('USER_NOT_FOUND');
    expect((await pull(ALL, true, support)).body['code']).toBe('ROLE_MISSING');
    expect((await api.call(root, 'GET', ALL)).body).toEqual({ halts: [] });
  });

  it('[OPS-04] refuses new jobs at once with a stable code, and lets them begin once it is released', async () => {
    const { user, start } = await ready();
    const halted = await pull(ALL, true);
    expect(halted.body['halts']).toEqual([
      { user_id: null, reason: 'a bill that nobody expected', by: root.userId, at: expect.any(String) },
    ]);
    expect((await api.call(support, 'GET', ALL)).body).toEqual(halted.body);
    for (const refused of [await start(), await request(user)])
      expect([refused.status, refused.body['code'], JSON.stringify(refused.body).includes('bill')]).toEqual([
        403,
        'SPENDING_HALTED',
        false,
      ]);
    expect((await pull(ALL, false)).body).toEqual({ halts: [] });
    expect((await start()).body['status']).toBe('ANALYZING');
    expect((await request(user)).status).toBe(201);
  });

  it('[OPS-04] of one person leaves the others alone, and support may pull it', async () => {
    const [one, other] = [await ready(), await ready()];
    expect((await pull(of(one.user), true, support)).status).toBe(200);
    expect((await one.start()).body['code']).toBe('SPENDING_HALTED');
    expect((await other.start()).status).toBe(200);
    await pull(of(one.user), false, support);
    expect((await one.start()).status).toBe(200);
  });

  it('[OPS-04] [OPS-05] shows in the jobs that wait for it, and in the figures', async () => {
    const [one, other] = [await ready(), await ready()];
    const halted = async ({ user }: { user: TestUser }): Promise<unknown[]> => {
      const { jobs } = (await api.call(user, 'GET', '/jobs')).body as {
        jobs: { job_id: string; halted: boolean }[];
      };
      const single = await api.call(user, 'GET', `/jobs/${jobs[0]?.job_id}`);
      return [jobs[0]?.halted, single.body['halted']];
    };
    const figures = async () => (await api.call(support, 'GET', '/admin/health')).body['halts'];
    for (const each of [one, other]) await api.settled(async () => (await halted(each))[0] !== undefined);
    expect([await halted(one), await figures()]).toEqual([[false, false], { everybody: false, people: 0 }]);
    await pull(of(one.user), true);
    expect([await halted(one), await halted(other)]).toEqual([
      [true, true],
      [false, false],
    ]);
    expect(await figures()).toEqual({ everybody: false, people: 1 });
    await pull(ALL, true);
    expect([await halted(other), await figures()]).toEqual([[true, true], { everybody: true, people: 1 }]);
    await pull(of(one.user), false);
  });

  it('[OPS-04] is in the log with who pulled it and why, once however often it is pulled', async () => {
    const { user } = await ready();
    for (const halted of [true, true, false, false]) await pull(of(user), halted, support);
    const { events } = await api.log.read('spending');
    const own = events.filter(({ data }) => data['userId'] === user.userId);
    const shown = api.services.texts.open(own.map(({ data }) => data['reason']));
    expect(own.map(({ type, data, metadata }) => [type, data['by'], metadata.actor])).toEqual(
      ['SpendingHalted', 'SpendingReleased'].map((type) => [
        type,
        support.userId,
        { type: 'admin', id: support.userId },
      ]),
    );
    expect(shown).toEqual(own.map(() => 'a bill that nobody expected'));
  });

  it('[ES-13] [OPS-04] tells operators why, keeps it under the key of the person, and forgets it with the person', async () => {
    const user = await api.user();
    const headers = { 'idempotency-key': randomUUID() };
    const halt = () =>
      api.call(root, 'POST', of(user), { body: { halted: true, reason: 'her zq7canary' }, headers });
    const reasons = ({ body }: Awaited<ReturnType<TestApi['call']>>): unknown[] =>
      (body['halts'] as { reason: string }[]).map(({ reason }) => reason);
    const listed = async () => reasons(await api.call(support, 'GET', ALL));
    for (const answer of [await halt(), await halt()]) expect(reasons(answer)).toEqual(['her zq7canary']);
    expect(await listed()).toEqual(['her zq7canary']);
    const kept =
      await api.pool.query(`select one::text as row from events as one where one::text like '%zq7canary%'
      union all select one::text from idempotency_keys as one where one::text like '%zq7canary%'`);
    expect(kept.rows).toEqual([]);
    await api.services.erasure.erase(user.userId);
    expect(await listed()).toEqual(['[erased]']);
    await pull(of(user), false);
  });

  it('[OPS-04] [JOB-09] gives a stage as much longer as spending was halted in it', async () => {
    const user = await api.user();
    const jobId = await jobScript(api, user).started();
    const timeOut = async (at: Date) => {
      const file = commandFiles.get('TimeOutStage');
      if (file === undefined) throw new Error('there is no such command');
      const id = randomUUID();
      const context = {
        commandId: id,
        correlationId: id,
        causationId: id,
        actor: { type: 'system', id: 'test' } as const,
      };
      const data = { jobId, at: at.toISOString(), stage: 'ANALYSE', attempt: null };
      return execute(file, { type: 'TimeOutStage', data }, api.log, api.services, { context });
    };
    await pull(of(user), true);
    await expect(timeOut(new Date(Date.now() + 60_000))).rejects.toBeInstanceOf(Postponed);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const due = new Date(Date.now() - 500);
    await expect(timeOut(due)).rejects.toMatchObject({ ms: expect.closeTo(500, -3) });
    await pull(of(user), false);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    await timeOut(due);
    const { events } = await api.log.read(jobStream(jobId));
    expect(events.at(-1)?.type).toBe('StageTimedOut');
  });
});

describe('the configuration', () => {
  const KEY = '/admin/config/tier_context_caps';
  const CAPS = { FREE: 128_000, PLUS: 128_000, PRO: 200_000, MAX: 200_000, ENTERPRISE: 1_000_000 };
  const change = (path: string, value: unknown, more: object = {}) =>
    api.call(root, 'PUT', path, { body: { value, reason: 'a trial', ...more } });

  it('[OPS-03] is shown to every operator, and changed by those who may', async () => {
    const { body } = await api.call(support, 'GET', '/admin/config');
    const settings = body['settings'] as Record<string, unknown>[];
    expect(settings.map(({ key }) => key)).toContain('feature.deep_fix');
    expect(
      settings.every(
        ({ revision, value, default: fallback }) =>
          revision === 0 && JSON.stringify(value) === JSON.stringify(fallback),
      ),
    ).toBe(true);
    const refused = await api.call(support, 'PUT', KEY, { body: { value: CAPS, reason: 'r' } });
    expect(refused.body['code']).toBe('ROLE_MISSING');
  });

  it('[OPS-03] refuses what does not fit, with the reason, and changes nothing', async () => {
    expect((await change('/admin/config/nonsense', 1)).body['code']).toBe('SETTING_UNKNOWN');
    expect((await api.call(root, 'GET', '/admin/config/toString')).body['code']).toBe('SETTING_UNKNOWN');
    const small = await change(KEY, { ...CAPS, FREE: 1 });
    expect([small.status, small.body['code'], small.body['problem']]).toEqual([
      422,
      'SETTING_INVALID',
      'FREE: a whole number from 1000 to 2000000 is expected',
    ]);
    for (const body of [{ value: CAPS }, { reason: 'r' }, { value: CAPS, reason: 'r', by: 'me' }])
      expect((await api.call(root, 'PUT', KEY, { body })).body['code']).toBe('VALIDATION_FAILED');
    expect((await api.call(root, 'GET', KEY)).body).toMatchObject({ revision: 0, value: CAPS, changes: [] });
  });

  it('[OPS-03] [BIL-01] counts from the next job on, is told to the person, keeps its history, and goes back', async () => {
    const [before, after, later] = [await ready(), await ready(), await ready()];
    await before.start();
    const changed = await change(KEY, { ...CAPS, FREE: 64_000 }, { if_revision: 0 });
    expect(changed.body).toEqual({ key: 'tier_context_caps', revision: 1, value: { ...CAPS, FREE: 64_000 } });
    await change('/admin/config/model.l1', false);
    const person = await api.user();
    const told = async () => (await api.call(person, 'GET', '/subscription/me')).body;
    expect(await told()).toMatchObject({ context_cap_tokens: 64_000, model_classes: ['L0'] });
    await after.start();
    expect(await terms(before.jobId)).toMatchObject({
      contextCapTokens: 128_000,
      modelClasses: ['L0', 'L1'],
    });
    expect(await terms(after.jobId)).toMatchObject({ contextCapTokens: 64_000, modelClasses: ['L0'] });
    expect((await change(KEY, CAPS, { if_revision: 0 })).body['code']).toBe('SETTING_CHANGED_MEANWHILE');
    const back = { body: { revision: 0, reason: 'it did not help' } };
    expect((await api.call(root, 'POST', `${KEY}/rollback`, back)).body['revision']).toBe(2);
    await api.call(root, 'POST', '/admin/config/model.l1/rollback', back);
    await later.start();
    expect(await told()).toMatchObject({ context_cap_tokens: 128_000, model_classes: ['L0', 'L1'] });
    expect(await terms(later.jobId)).toEqual(await terms(before.jobId));
    const { body } = await api.call(support, 'GET', KEY);
    expect(body).toMatchObject({ revision: 2, value: CAPS, changed_by: root.userId });
    expect(body['changes']).toEqual([
      {
        revision: 2,
        before: { ...CAPS, FREE: 64_000 },
        value: CAPS,
        reason: 'it did not help',
        by: root.userId,
        at: expect.any(String),
      },
      {
        revision: 1,
        before: CAPS,
        value: { ...CAPS, FREE: 64_000 },
        reason: 'a trial',
        by: root.userId,
        at: expect.any(String),
      },
    ]);
  });

  it('[OPS-03] [BIL-02] [BIL-03] changes what a tier gives, for the next job of everybody on it', async () => {
    const path = '/admin/config/tiers';
    const { body } = await api.call(root, 'GET', path);
    const seeded = body['value'] as Record<string, object>;
    const one = await ready();
    expect((await one.start()).status).toBe(200);
    const refused = await change(path, { ...seeded, FREE: { ...seeded['FREE'], jobs_per_day: 0 } });
    expect([refused.status, refused.body['code']]).toEqual([422, 'SETTING_INVALID']);
    await change(path, { ...seeded, FREE: { ...seeded['FREE'], jobs_per_day: 1, fast_track: true } });
    const jobId = await jobScript(api, one.user).requested();
    await api.call(one.user, 'POST', `/jobs/${jobId}/context`, { body: CONTEXT });
    const denied = await api.call(one.user, 'POST', `/jobs/${jobId}/start`, { body: PREFLIGHT });
    expect(denied.body).toMatchObject({ code: 'DAILY_JOB_LIMIT', tier: 'FREE', limit: 1, used: 1 });
    expect((await api.call(one.user, 'GET', '/subscription/me')).body).toMatchObject({
      jobs_per_day: 1,
      fast_track: true,
    });
    expect((await api.call(one.user, 'GET', '/usage/summary')).body['percent_used']).toBe(100);
    expect(await terms(one.jobId)).toMatchObject({ jobsPerDay: 3, fastTrack: false });
    await api.call(root, 'POST', `${path}/rollback`, { body: { revision: 0, reason: 'r' } });
    expect((await api.call(one.user, 'POST', `/jobs/${jobId}/start`, { body: PREFLIGHT })).status).toBe(200);
    expect(await terms(jobId)).toEqual(await terms(one.jobId));
  });

  it('[OPS-02] lets super admins alone say which keys are used, of those that are kept', async () => {
    const path = '/admin/config/stripe_webhook.api_key_ref';
    const engineer = await operator(api, root, 'ENGINEER');
    const set = (by: TestUser, value: unknown) =>
      api.call(by, 'PUT', path, { body: { value, reason: 'exchanged' } });
    await writeFile(join(keysFolder, 'hook-b'), 'whsec_zq7canary');
    const back = { body: { revision: 0, reason: 'r' } };
    for (const refused of [
      await set(engineer, ['hook-b']),
      await api.call(engineer, 'POST', `${path}/rollback`, back),
    ])
      expect([refused.status, refused.body['code']]).toEqual([403, 'ROLE_MISSING']);
    expect((await set(root, ['hook-b', 'hook-c'])).body).toMatchObject({
      code: 'SETTING_INVALID',
      problem: 'no key hook-c is kept here',
    });
    expect((await set(root, ['hook-b'])).body).toMatchObject({ revision: 1, value: ['hook-b'] });
    const told = await api.call(support, 'GET', path);
    expect([told.body['value'], JSON.stringify(told.body).includes('zq7canary')]).toEqual([
      ['hook-b'],
      false,
    ]);
    expect((await api.call(root, 'POST', `${path}/rollback`, back)).body['value']).toBeNull();
    expect(
      (await api.call(engineer, 'PUT', '/admin/config/model.l3', { body: { value: true, reason: 'r' } }))
        .status,
    ).toBe(200);
  });

  it('[OPS-03] says which goals new jobs may have', async () => {
    const user = await api.user();
    const path = '/admin/config/language_matrix';
    const { body } = await api.call(root, 'GET', path);
    await change(path, { ...(body['value'] as object), JAVASCRIPT_TO_TYPESCRIPT: false });
    expect([(await request(user)).status, (await request(user)).body['code']]).toEqual([
      403,
      'GOAL_NOT_OFFERED',
    ]);
    expect((await request(user, 'FREE_TEXT')).status).toBe(201);
    await api.call(root, 'POST', `${path}/rollback`, { body: { revision: 0, reason: 'r' } });
    expect((await request(user)).status).toBe(201);
  });
});
