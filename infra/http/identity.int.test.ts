import { createHmac, randomUUID } from 'node:crypto';
import { exportSPKI, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { canonicalHash } from '../commands/canonical-hash.ts';
import { startTestApi, type TestApi, TOKEN_NAMES } from './testing/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const password = 'correct horse battery';
const register = (email: string, chosen: unknown = password) =>
  api.call(null, 'POST', '/auth/register', { body: { email, password: chosen } });
const signIn = (email: string, given: string) =>
  api.call(null, 'POST', '/auth/login', { body: { email, password: given } });

describe('registering and signing in', () => {
  it('[ID-02] refuses short and endless passwords', async () => {
    for (const chosen of ['x'.repeat(11), 'x'.repeat(129), 42]) {
      const answer = await register(`${randomUUID()}@example.org`, chosen);
      expect(answer).toMatchObject({ status: 422, body: { code: 'VALIDATION_FAILED' } });
    }
  });

  it('[ID-03] [ID-04] [ID-07] refuses what cannot be a token wherever one is sent', async () => {
    for (const [path, name, rest] of [
      ['/auth/verify-email', 'token', {}],
      ['/auth/reset-password', 'token', { new_password: password }],
      ['/auth/refresh', 'refresh_token', {}],
      ['/auth/device/token', 'device_code', {}],
    ] as const)
      for (const token of [42, null, ['a'], { a: 1 }, 'x'.repeat(65), undefined]) {
        const answer = await api.call(null, 'POST', path, { body: { ...rest, [name]: token } });
        expect([path, token, answer]).toMatchObject([
          path,
          token,
          { status: 422, body: { code: 'VALIDATION_FAILED' } },
        ]);
      }
  });

  it('[ID-01] refuses an address that is taken, in any case, with an error that says nothing of accounts', async () => {
    const email = `${randomUUID()}@example.org`;
    expect((await register(email)).status).toBe(201);
    const again = await register(email.toUpperCase(), 'another good password');
    expect(again).toMatchObject({ status: 409, body: { code: 'REGISTRATION_REFUSED' } });
    expect((await signIn(email, 'another good password')).status).toBe(401);
    const { rows } = await api.pool.query('select count(*)::int as n from credentials');
    const { rows: claims } = await api.pool.query(
      "select count(*)::int as n from events where type = 'EmailClaimed'",
    );
    expect(rows[0].n).toBe(claims[0].n);
  });

  it('[ID-01] gives one of 20 simultaneous registrations of an address the account', async () => {
    const email = `${randomUUID()}@example.org`;
    const answers = await Promise.all(Array.from({ length: 20 }, () => register(email)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array<number>(19).fill(409)]);
  });

  it('[ID-01] answers a wrong password and an unknown address alike', async () => {
    const email = `${randomUUID()}@example.org`;
    await register(email);
    const wrong = await signIn(email, 'not the password at all');
    const unknown = await signIn(`${randomUUID()}@example.org`, password);
    expect(wrong.status).toBe(401);
    expect(unknown.status).toBe(401);
    expect(unknown.body).toEqual(wrong.body);
  });

  it('[ID-01] asks the database the same whether or not there is an account', async () => {
    const email = `${randomUUID()}@example.org`;
    await register(email);
    const asked = vi.spyOn(api.pool, 'query');
    const askedBy = async (work: () => Promise<unknown>): Promise<string[]> => {
      asked.mockClear();
      await work();
      const texts = asked.mock.calls.map(([text]) => String(text));
      return texts.filter((text) => /credentials|sign_in_failures|attempt_counters|mail_tokens/.test(text));
    };
    const forgot = (who: string) => api.call(null, 'POST', '/auth/forgot-password', { body: { email: who } });
    try {
      for (const ask of [(who: string) => signIn(who, 'not the password'), forgot]) {
        const known = await askedBy(() => ask(email));
        expect(known.length).toBeGreaterThan(1);
        expect(await askedBy(() => ask(`${randomUUID()}@example.org`))).toEqual(known);
      }
    } finally {
      asked.mockRestore();
    }
  });

  it('[ID-01] signs in, tells who it is, and keeps address and password out of the log', async () => {
    const email = `${randomUUID()}@example.org`;
    const { body: registered } = await register(email);
    const { status, body } = await signIn(email, password);
    expect(status).toBe(200);
    expect(body).toMatchObject({ user_id: registered['user_id'], expires_in: 900 });
    const user = {
      userId: String(body['user_id']),
      headers: { authorization: `Bearer ${String(body['access_token'])}` },
    };
    expect((await api.call(user, 'GET', '/auth/me')).body).toEqual({
      user_id: user.userId,
      email,
      consent_given_at: null,
      email_verified_at: null,
    });
    const { rows } = await api.pool.query(
      'select 1 from events where data::text like $1 or data::text like $2',
      [`%${email}%`, `%${password}%`],
    );
    expect(rows).toEqual([]);
    const keys = await api.pool.query("select 1 from idempotency_keys where result::text like '%eyJ%'");
    expect(keys.rows).toEqual([]);
  });

  it('[ID-02] [ES-03] stores nothing under an Idempotency-Key that a password or an address can be guessed from', async () => {
    const email = `${randomUUID()}@example.org`;
    const stored = async (path: string) => {
      const key = randomUUID();
      const body = { email, password };
      const answer = await api.call(null, 'POST', path, { body, headers: { 'idempotency-key': key } });
      const { rows } = await api.pool.query<{ key: string; body_hash: Buffer }>(
        'select key, body_hash from idempotency_keys where key like $1',
        [`%${key}`],
      );
      return { key: rows[0]?.key, hash: rows[0]?.body_hash.toString('hex'), userId: answer.body['user_id'] };
    };
    const hashOf = (url: string, body: unknown) => canonicalHash({ method: 'POST', url, body });
    const registered = await stored('/auth/register');
    const emailKey = api.services.credentials.emailKeyOf(email);
    expect(registered.hash).toBe(hashOf('/api/v1/auth/register', emailKey));
    expect(registered.key).not.toContain(email);
    const signedIn = await stored('/auth/login');
    expect(signedIn.hash).toBe(hashOf('/api/v1/auth/login', signedIn.userId));
  });

  it('[ID-01] [ES-03] gives the answer to a repeated registration only to who knows the password', async () => {
    const body = { email: `${randomUUID()}@example.org`, password };
    const headers = { 'idempotency-key': randomUUID() };
    const first = await api.call(null, 'POST', '/auth/register', { body, headers });
    const other = { ...body, password: 'another good password' };
    const guessed = await api.call(null, 'POST', '/auth/register', { body: other, headers });
    expect(guessed).toMatchObject({ status: 409, body: { code: 'REGISTRATION_REFUSED' } });
    expect(guessed.body['access_token']).toBeUndefined();
    const again = await api.call(null, 'POST', '/auth/register', { body, headers });
    expect(again).toMatchObject({ status: 201, body: { user_id: first.body['user_id'] } });
  });

  it('[ES-03] keeps the equal keys of two strangers apart', async () => {
    const headers = { 'idempotency-key': 'register' };
    const open = () =>
      api.call(null, 'POST', '/auth/register', {
        body: { email: `${randomUUID()}@example.org`, password },
        headers,
      });
    const [one, two] = [await open(), await open()];
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(one.body['user_id']).not.toBe(two.body['user_id']);
  });

  it('[ID-01] registers once under one Idempotency-Key, with a new token each time and none stored', async () => {
    const body = { email: `${randomUUID()}@example.org`, password };
    const headers = { 'idempotency-key': randomUUID() };
    const first = await api.call(null, 'POST', '/auth/register', { body, headers });
    const second = await api.call(null, 'POST', '/auth/register', { body, headers });
    expect(second.status).toBe(201);
    expect(second.headers['idempotent-replayed']).toBe('true');
    expect(second.body['user_id']).toBe(first.body['user_id']);
  });

  it('[ID-08] records consent once', async () => {
    const user = await api.user();
    const half = { data_processing: true, zero_training: false };
    expect((await api.call(user, 'POST', '/account/consent', { body: half })).status).toBe(422);
    const whole = { data_processing: true, zero_training: true };
    expect((await api.call(user, 'POST', '/account/consent', { body: whole })).status).toBe(204);
    expect((await api.call(user, 'POST', '/account/consent', { body: whole })).status).toBe(204);
    const { events } = await api.log.read(`user-${user.userId}`);
    expect(events.map(({ type }) => type)).toEqual(['UserRegistered', 'ConsentGiven']);
  });
});

describe('access tokens over HTTP', () => {
  const ask = (token: string) =>
    api.call({ userId: '', headers: { authorization: `Bearer ${token}` } }, 'GET', '/auth/me');

  it('[ID-03] refuses none, HS256 with the public key, nonsense and no token', async () => {
    const unsecured = new UnsecuredJWT({})
      .setSubject('u')
      .setIssuer(TOKEN_NAMES.issuer)
      .setAudience(TOKEN_NAMES.audience)
      .setExpirationTime('5m')
      .encode();
    const { access_token } = await api.tokens.issue({
      userId: randomUUID(),
      sessionId: randomUUID(),
      generation: 0,
    });
    const [, payload] = access_token.split('.');
    const kid = (await api.tokens.jwks()).keys[0]?.kid;
    const header = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'at+jwt', kid })).toString('base64url');
    const secret = await exportSPKI(api.signingKey.publicKey);
    const mac = createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url');
    for (const token of [unsecured, `${header}.${payload}.${mac}`, 'nonsense', '']) {
      const answer = await ask(token);
      expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
    expect((await api.call(null, 'GET', '/auth/me')).status).toBe(401);
  });

  it('[ID-03] serves the public keys only', async () => {
    const response = await api.app.inject({ method: 'GET', url: '/.well-known/jwks.json' });
    expect(response.json().keys[0]).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig' });
    expect(response.body).not.toContain('"d"');
  });
});
