import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signInUser } from '../../commands/identity/sign-in.ts';
import { postgresAttempts } from '../identity/attempts.ts';
import { pruneIdentity } from '../main/upkeep.ts';
import { startTestApi, type TestApi } from './testing/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const password = 'correct horse battery';
const LIMITED = { status: 429, body: { code: 'RATE_LIMITED', retry_after_seconds: expect.any(Number) } };

const post = (path: string, body: object) => api.call(null, 'POST', path, { body });
const register = async (): Promise<string> => {
  const email = `${randomUUID()}@example.org`;
  expect((await post('/auth/register', { email, password })).status).toBe(201);
  return email;
};
const signIn = (email: string, given = 'not the password') => post('/auth/login', { email, password: given });
const fail = async (email: string, times: number): Promise<void> => {
  for (let time = 0; time < times; time += 1) expect((await signIn(email)).status).toBe(401);
};
const shiftLocks = (seconds: number) =>
  api.pool.query(
    'update sign_in_failures set locked_until = locked_until + make_interval(secs => $1) where locked_until is not null',
    [seconds],
  );
const lockIsOver = () => shiftLocks(-3_600);
const lastLock = async (): Promise<number> => {
  const { rows } = await api.pool.query(
    `select round(extract(epoch from locked_until - last_at))::int as seconds
       from sign_in_failures order by last_at desc limit 1`,
  );
  return rows[0].seconds;
};
const KEY = new Uint8Array(32).fill(9);

describe('attempts to sign in', () => {
  it('[ID-09] make the account wait after ten, known or not, with the right password too', async () => {
    for (const email of [await register(), `${randomUUID()}@example.org`]) {
      await fail(email, 10);
      // The first wait is a second, which a busy machine may take for itself.
      await shiftLocks(60);
      const locked = await signIn(email, password);
      expect(locked).toMatchObject(LIMITED);
      expect(locked.headers['retry-after']).toBe(String(locked.body['retry_after_seconds']));
      expect(Object.keys(locked.body).sort()).toEqual([
        'code',
        'detail',
        'retry_after_seconds',
        'status',
        'title',
        'type',
      ]);
    }
  });

  it('[ID-09] wait twice as long after each further one, a quarter of an hour at most', async () => {
    const email = await register();
    const waits: number[] = [];
    await fail(email, 9);
    for (let time = 0; time < 12; time += 1) {
      await fail(email, 1);
      waits.push(await lastLock());
      await lockIsOver();
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
  });

  it('[ID-09] count when they come all at once', async () => {
    const email = await register();
    const answers = await Promise.all(Array.from({ length: 40 }, () => signIn(email)));
    const tried = answers.filter(({ status }) => status === 401).length;
    expect(tried).toBeGreaterThanOrEqual(10);
    // A few more where the machine is so busy that the first wait ends meanwhile.
    expect(tried).toBeLessThan(14);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(40 - tried);
  });

  it('[ID-09] are forgotten after a right one, of which the person is told when many were wrong', async () => {
    const warned = async (to: string) =>
      (await api.mails()).filter((mail) => mail.to === to && mail.subject.includes('wrong passwords')).length;
    const email = await register();
    await fail(email, 4);
    expect((await signIn(email, password)).status).toBe(200);
    expect(await warned(email)).toBe(0);
    await fail(email, 5);
    expect((await signIn(email, password)).status).toBe(200);
    expect(await warned(email)).toBe(1);
    await fail(email, 9);
    expect((await signIn(email, password)).status).toBe(200);
  });
});

describe('the password of who is signed in', () => {
  it('[ID-09] cannot be guessed by who stole a token, and can be used to sign in meanwhile', async () => {
    const email = await register();
    const { body } = await signIn(email, password);
    const by = {
      userId: String(body['user_id']),
      headers: { authorization: `Bearer ${String(body['access_token'])}` },
    };
    const change = (given: string) =>
      api.call(by, 'POST', '/auth/change-password', {
        body: { current_password: given, new_password: 'another horse battery' },
      });
    const remove = (given: string) => api.call(by, 'DELETE', '/account', { body: { password: given } });
    for (let time = 0; time < 5; time += 1)
      for (const attempt of [change, remove])
        expect((await attempt('not the password')).body['code']).toBe('PASSWORD_WRONG');
    await shiftLocks(60);
    for (const attempt of [change, remove]) expect(await attempt(password)).toMatchObject(LIMITED);
    expect((await signIn(email, password)).status).toBe(200);
    await lockIsOver();
    const { status, body: changed } = await change(password);
    expect(status).toBe(200);
    // Whoever knew it has the first guesses free again.
    const anew = { ...by, headers: { authorization: `Bearer ${String(changed['access_token'])}` } };
    const wrong = await api.call(anew, 'DELETE', '/account', { body: { password: 'not the password' } });
    expect(wrong.body['code']).toBe('PASSWORD_WRONG');
  });
});

describe('limits', () => {
  it('[ID-09] of an address hold for all instances together, and each address has its own', async () => {
    const [one, two] = [postgresAttempts(api.pool, KEY), postgresAttempts(api.pool, KEY)];
    const who = randomUUID();
    const taken = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? one : two).take('ADDRESS', who, 6)),
    );
    // A minute may end in between.
    const passed = taken.filter(({ status }) => status === 'fulfilled').length;
    expect([6, 12]).toContain(passed);
    await one.take('ADDRESS', randomUUID(), 1);
    await one.take('FORGOT', who, 1);
  });

  it('[ID-09] let few mails to one address be asked for, known or not', async () => {
    for (const email of [await register(), `${randomUUID()}@example.org`]) {
      const statuses = [];
      for (let time = 0; time < 7; time += 1)
        statuses.push((await post('/auth/forgot-password', { email })).status);
      expect(statuses.slice(0, 3)).toEqual([204, 204, 204]);
      expect(statuses).toContain(429);
    }
  });

  it('[ID-09] refuse a refresh before its token is spent, so that it is good afterwards', async () => {
    const { body } = await post('/auth/register', { email: `${randomUUID()}@example.org`, password });
    const sent = { refresh_token: body['refresh_token'] };
    await api.pool.query('delete from attempt_counters');
    await api.services.attempts.take('REFRESH', String(body['user_id']), 60);
    // Used up in this minute and, should it end just now, in the next.
    await api.pool.query('update attempt_counters set taken = 60');
    await api.pool.query(
      `insert into attempt_counters select counter, window_start + interval '1 minute', 60 from attempt_counters`,
    );
    expect(await post('/auth/refresh', sent)).toMatchObject(LIMITED);
    await api.pool.query('delete from attempt_counters');
    expect((await post('/auth/refresh', sent)).status).toBe(200);
  });

  it('[ID-09] let nobody sign in while they cannot be counted', async () => {
    const pool = new pg.Pool({
      connectionString: 'postgres://127.0.0.1:1/none',
      connectionTimeoutMillis: 500,
    });
    const broken = postgresAttempts(pool, KEY);
    await expect(broken.signInBegins('somebody')).rejects.toThrow();
    await expect(broken.take('ADDRESS', '127.0.0.1', 5)).rejects.toThrow();
    const email = await register();
    const request = {
      body: { email, password },
      param: () => '',
      query: {},
      userId: '',
      sessionId: '',
      taskToken: '',
      may: () => false,
      at: new Date().toISOString(),
      newId: randomUUID,
    };
    const asked = signInUser.route?.toCommand(request, { ...api.services, attempts: broken });
    await expect(asked).rejects.toThrow();
    expect(await signInUser.route?.toCommand(request, api.services)).toMatchObject({ type: 'SignIn' });
    await pool.end();
  });

  it('[ID-09] keep no address or account in the clear, and nothing longer than a day', async () => {
    const who = `192.0.2.${Math.floor(Math.random() * 255)}`;
    await api.services.attempts.take('ADDRESS', who, 5);
    const { rows } = await api.pool.query('select c::text as whole from attempt_counters c');
    expect(rows.length).toBeGreaterThan(0);
    for (const { whole } of rows) expect(whole).not.toContain(Buffer.from(who).toString('hex'));
    await api.pool.query("update attempt_counters set window_start = window_start - interval '25 hours'");
    expect(await pruneIdentity(api.pool)).toBeGreaterThanOrEqual(rows.length);
    const left = await api.pool.query('select 1 from attempt_counters');
    expect(left.rows).toEqual([]);
  });
});
