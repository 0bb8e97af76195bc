import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobStarted } from '../../../domain/refactoring/job/events.ts';
import { jobStream } from '../../../domain/refactoring/job/job.ts';
import { startTestApi, type TestApi, type TestUser } from '../testing/api.ts';
import { CONTEXT, jobScript, PREFLIGHT } from '../testing/job-script.ts';
import { firstOperator, type Operator, operator } from '../testing/operators.ts';
import { jobToStart } from './testing/job-to-start.ts';

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

const ready = () => jobToStart(api);
const request = (user: TestUser, goal = 'JAVASCRIPT_TO_TYPESCRIPT') =>
  api.call(user, 'POST', '/jobs', { body: { goal } });
const terms = async (jobId: string) => {
  const { events } = await api.log.read<JobStarted>(jobStream(jobId));
  return events.find(({ type }) => type === 'JobStarted')?.data.entitlement;
};

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
