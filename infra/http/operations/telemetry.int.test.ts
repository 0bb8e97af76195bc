import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { telemetryStream } from '../../../domain/operations/telemetry.ts';
import { startTestApi, type TestApi, type TestUser } from '../testing/api.ts';
import { jobScript } from '../testing/job-script.ts';
import { firstOperator } from '../testing/operators.ts';

let api: TestApi;
let user: TestUser;
beforeAll(async () => {
  api = await startTestApi();
  user = await api.user();
});
afterAll(() => api.close());

const OPENED = {
  name: 'surface_opened',
  subject: 'USAGE',
  client: 'CLI',
  system: 'LINUX',
  client_version: '1.2.3',
  duration_ms: 250,
};
const tell = (events: unknown, by: TestUser = user) =>
  api.call(by, 'POST', '/telemetry/events', { body: { events } });
const kept = async ({ userId }: TestUser) => (await api.log.read(telemetryStream(userId))).events;

describe('telemetry', () => {
  it('[OPS-08] refuses whatever is not on the list, and keeps nothing of the request', async () => {
    const prohibited: readonly unknown[] = [
      { ...OPENED, path: '/home/ada/secret.js' },
      { ...OPENED, name: 'const password = 1' },
      { ...OPENED, subject: 'ada@example.org' },
      { ...OPENED, client_version: '1.2.3 on host ada-laptop' },
      { ...OPENED, duration_ms: 'long' },
      { ...OPENED, duration_ms: -1 },
      { name: 'surface_opened' },
    ];
    for (const each of prohibited)
      expect((await tell([OPENED, each])).body['code']).toBe('VALIDATION_FAILED');
    for (const events of [[], Array.from({ length: 51 }, () => OPENED), OPENED, null])
      expect((await tell(events)).status).toBe(422);
    expect(await kept(user)).toEqual([]);
  });

  it('[OPS-08] keeps what is on the list, once for one key, and counts it with the jobs of the day', async () => {
    const from = new Date().toISOString().slice(0, 10);
    await jobScript(api, user).started();
    const headers = { 'idempotency-key': randomUUID() };
    for (let sent = 0; sent < 2; sent += 1) {
      const body = { events: [OPENED, { ...OPENED, duration_ms: null }] };
      const answer = await api.call(user, 'POST', '/telemetry/events', { body, headers });
      expect([answer.status, answer.body]).toEqual([202, { kept: 2 }]);
    }
    expect((await kept(user)).map(({ data }) => data['durationMs'])).toEqual([250, null]);
    const root = await firstOperator(api);
    const to = new Date().toISOString().slice(0, 10);
    const counted = async () =>
      (await api.call(root, 'GET', `/admin/analytics?from=${from}&to=${to}`)).body['days'];
    const times = async (metric: string) =>
      ((await counted()) as { metric: string; times: number }[])
        .filter((each) => each.metric === metric)
        .reduce((sum, each) => sum + each.times, 0);
    await api.settled(
      async () => (await times('surface_opened')) === 2 && (await times('job_started')) === 1,
    );
    expect((await api.call(root, 'GET', '/admin/analytics?from=2020-01-01&to=2020-12-31')).body).toEqual({
      days: [],
    });
    expect((await api.call(root, 'GET', '/admin/analytics')).body['code']).toBe('VALIDATION_FAILED');
  });

  it('[OPS-08] keeps nothing of people whose plan promises zero telemetry', async () => {
    const silent = await api.user();
    const { system, at } = jobScript(api, silent);
    const { userId } = silent;
    await system({ type: 'AssignTier', data: { userId, tier: 'ENTERPRISE', reason: 'r', at: at() } });
    const answer = await tell([OPENED], silent);
    expect([answer.status, answer.body]).toEqual([202, { kept: 0 }]);
    expect(await kept(silent)).toEqual([]);
  });
});
