import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi, type TestUser } from './testing/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

type Started = Readonly<{ device_code: string; user_code: string }>;

const start = async (): Promise<Started> => {
  const { status, body } = await api.call(null, 'POST', '/auth/device');
  expect(status).toBe(201);
  expect(body).toMatchObject({ expires_in: 600, interval: 5 });
  return { device_code: String(body['device_code']), user_code: String(body['user_code']) };
};
const poll = ({ device_code }: Started) =>
  api.call(null, 'POST', '/auth/device/token', { body: { device_code } });
const decide = (user: TestUser, user_code: string, approve = true) =>
  api.call(user, 'POST', '/auth/device/decide', { body: { user_code, approve } });
/** As if the last poll had been a while ago. */
const wait = () => api.pool.query("update device_codes set polled_at = polled_at - interval '6 seconds'");

const INVALID = { status: 422, body: { code: 'DEVICE_CODE_INVALID' } };

describe('signing in a device', () => {
  it('[ID-07] gives nothing for a code that is wrong or too old', async () => {
    const user = await api.user();
    expect(await poll({ device_code: 'x'.repeat(43), user_code: '' })).toMatchObject(INVALID);
    expect(await decide(user, 'BBBB-BBBB')).toMatchObject(INVALID);
    const old = await start();
    await api.pool.query('update device_codes set expires_at = clock_timestamp() where approved is null');
    expect(await decide(user, old.user_code)).toMatchObject(INVALID);
    expect(await poll(old)).toMatchObject(INVALID);
  });

  it('[ID-07] waits for the person, and not for whoever asks all the time', async () => {
    const device = await start();
    const PENDING = { status: 400, body: { code: 'DEVICE_PENDING' } };
    expect(await poll(device)).toMatchObject(PENDING);
    const hasty = await poll(device);
    expect(hasty).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED', retry_after_seconds: 5 } });
    expect(hasty.headers['retry-after']).toBe('5');
    await wait();
    expect(await poll(device)).toMatchObject(PENDING);
  });

  it('[ID-07] gives nothing when the person says no, and says so once', async () => {
    const device = await start();
    expect((await decide(await api.user(), device.user_code, false)).status).toBe(204);
    expect(await poll(device)).toMatchObject({ status: 403, body: { code: 'DEVICE_DENIED' } });
    expect(await poll(device)).toMatchObject(INVALID);
  });

  it('[ID-07] is decided once: nobody takes a code over that another has confirmed', async () => {
    const [one, two] = [await api.user(), await api.user()];
    const device = await start();
    expect((await decide(one, device.user_code)).status).toBe(204);
    expect(await decide(two, device.user_code)).toMatchObject(INVALID);
    expect((await poll(device)).body['user_id']).toBe(one.userId);
  });

  it('[ID-07] [ID-10] gives nothing when all sessions were ended after the yes', async () => {
    const user = await api.user();
    const device = await start();
    await decide(user, device.user_code);
    expect((await api.call(user, 'DELETE', '/auth/sessions')).status).toBe(204);
    expect(await poll(device)).toMatchObject(INVALID);
  });

  it('[ID-07] [ID-09] lets few codes be tried', async () => {
    const user = await api.user();
    const statuses = [];
    for (let time = 0; time < 21; time += 1) statuses.push((await decide(user, 'CCCC-CCCC')).status);
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(422));
    expect(statuses).toContain(429);
  });

  it('[ID-07] signs the device in once, however the code was typed, and keeps no code', async () => {
    const user = await api.user();
    const device = await start();
    expect(device.user_code).toMatch(/^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/);
    expect((await decide(user, device.user_code.toLowerCase().replace('-', ' '))).status).toBe(204);
    const answers = await Promise.all([poll(device), poll(device), poll(device)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422]);
    const signedIn = answers.find(({ status }) => status === 200)?.body ?? {};
    const headers = { authorization: `Bearer ${String(signedIn['access_token'])}` };
    const me = await api.call({ userId: user.userId, headers }, 'GET', '/auth/me');
    expect(me.body['user_id']).toBe(user.userId);
    const body = { refresh_token: signedIn['refresh_token'] };
    expect((await api.call(null, 'POST', '/auth/refresh', { body })).status).toBe(200);
    const { rows } = await api.pool.query('select d::text as whole from device_codes d');
    for (const { whole } of rows) {
      expect(whole).not.toContain(Buffer.from(device.device_code).toString('hex'));
      expect(whole).not.toContain(Buffer.from(device.user_code).toString('hex'));
    }
  });
});
