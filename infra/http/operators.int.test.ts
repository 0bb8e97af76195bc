import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addFirstOperator } from '../operations/local-operators.ts';
import { startTestApi, type TestApi } from './testing/api.ts';
import { codeOf, firstOperator, type Operator, operator, type Secrets } from './testing/operators.ts';

let api: TestApi;
let root: Operator;
beforeAll(async () => {
  api = await startTestApi();
  root = await firstOperator(api);
});
afterAll(() => api.close());

const login = (email: string, { password }: Secrets, code: string) =>
  api.call(null, 'POST', '/admin/auth/login', { body: { email, password, code } });
const me = (by: Operator) => api.call(by, 'GET', '/admin/auth/me');
const account = ({ userId }: Operator) => `/admin/accounts/${userId}`;

describe('the sign-in of operators', () => {
  it('[OPS-01] answers alike for a wrong address, password or code, and for a user of the product', async () => {
    const { email, secrets } = await operator(api, root, 'SUPPORT');
    const wrong = { ...secrets, password: 'wrong' };
    const userMail = `${randomUUID()}@example.org`;
    const user = { email: userMail, password: 'correct horse battery' };
    expect((await api.call(null, 'POST', '/auth/register', { body: user })).status).toBe(201);
    const answers = [
      await login(`${randomUUID()}@example.org`, secrets, codeOf(secrets, 1)),
      await login(email, wrong, codeOf(secrets, 1)),
      await login(email, secrets, codeOf(secrets, 5)),
      await login(userMail, { ...secrets, password: user.password }, codeOf(secrets, 1)),
    ];
    for (const { status, body } of answers) {
      expect([status, body['code']]).toEqual([401, 'ADMIN_SIGN_IN_FAILED']);
      expect(body).toEqual(answers[0]?.body);
    }
    expect((await login(email, secrets, 'abcdef')).status).toBe(422);
  });

  it('[OPS-01] takes each code once, also of two who send it at the same time', async () => {
    const { email, secrets } = await operator(api, root, 'SUPPORT');
    // The code of now was used by the sign-in above.
    expect((await login(email, secrets, codeOf(secrets))).status).toBe(401);
    const next = codeOf(secrets, 1);
    const both = await Promise.all([login(email, secrets, next), login(email, secrets, next)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  it('[OPS-01] [ID-09] makes an operator wait after many wrong codes', async () => {
    const { email, secrets } = await operator(api, root, 'SUPPORT');
    const statuses: number[] = [];
    for (let tries = 0; tries < 12; tries += 1)
      statuses.push((await login(email, secrets, codeOf(secrets, 50))).status);
    expect(statuses).toContain(401);
    expect(statuses.at(-1)).toBe(429);
  });

  it('[OPS-01] lasts 8 hours, with no refresh, and ends with a logout at once', async () => {
    const support = await operator(api, root, 'SUPPORT');
    expect((await me(support)).body).toEqual({
      admin_id: support.userId,
      email: support.email,
      role: 'SUPPORT',
      scopes: [],
    });
    const lifetime = `select extract(epoch from expires_at - clock_timestamp())::int as seconds
      from admin_tokens where admin_id = $1`;
    const { rows } = await api.pool.query<{ seconds: number }>(lifetime, [support.userId]);
    expect(rows).toHaveLength(1);
    expect(Math.abs((rows[0]?.seconds ?? 0) - 8 * 60 * 60)).toBeLessThan(60);
    const expire = 'update admin_tokens set expires_at = clock_timestamp() where admin_id = $1';
    await api.pool.query(expire, [support.userId]);
    expect((await me(support)).status).toBe(401);
    const again = await operator(api, root, 'SUPPORT');
    expect((await api.call(again, 'POST', '/admin/auth/logout')).status).toBe(204);
    expect((await me(again)).body['code']).toBe('UNAUTHENTICATED');
  });
});

describe('mails', () => {
  it('[OPS-09] are not kept where a mail server takes them', async () => {
    for (const path of ['/admin/mails', `/admin/mails/${randomUUID()}`])
      expect(await api.call(root, 'GET', path)).toMatchObject({
        status: 404,
        body: { code: 'MAILS_NOT_KEPT' },
      });
  });
});

describe('the accounts of operators', () => {
  it('[OPS-01] have no second first one', async () => {
    const email = `${randomUUID()}@example.org`;
    const second = addFirstOperator(api.services, { email, by: 'cli:test' });
    await expect(second).rejects.toMatchObject({ code: 'SUPER_ADMIN_EXISTS' });
    const { rows } = await api.pool.query('select count(*)::int as n from admin_credentials');
    const { body } = await api.call(root, 'GET', '/admin/accounts');
    expect(rows[0]?.n).toBe((body['accounts'] as unknown[]).length);
  });

  it('[OPS-02] lose their session with another role, and gain what it allows', async () => {
    const bob = await operator(api, root, 'SUPPORT');
    const role = { role: 'SUPER_ADMIN', scopes: [] };
    expect((await api.call(root, 'PATCH', account(bob), { body: role })).status).toBe(204);
    expect((await me(bob)).status).toBe(401);
    const { body } = await login(bob.email, bob.secrets, codeOf(bob.secrets, 1));
    const by = { ...bob, headers: { authorization: `Bearer ${String(body['token'])}` } };
    expect((await api.call(by, 'GET', '/admin/accounts')).status).toBe(200);
    expect((await api.call(root, 'DELETE', account(bob))).status).toBe(204);
  });

  it('[OPS-02] get other secrets by a reset, and the old ones are worth nothing', async () => {
    const eve = await operator(api, root, 'ENGINEER');
    const { status, body } = await api.call(root, 'POST', `${account(eve)}/reset-password`);
    expect(status).toBe(200);
    const fresh = { password: String(body['password']), totp_uri: String(body['totp_uri']) };
    expect((await me(eve)).status).toBe(401);
    expect((await login(eve.email, eve.secrets, codeOf(eve.secrets, 1))).status).toBe(401);
    expect((await login(eve.email, fresh, codeOf(eve.secrets, 1))).status).toBe(401);
    expect((await login(eve.email, fresh, codeOf(fresh))).status).toBe(200);
    const nobody = `/admin/accounts/${randomUUID()}/reset-password`;
    expect((await api.call(root, 'POST', nobody)).body['code']).toBe('ADMIN_NOT_FOUND');
  });

  it('[OPS-02] end at once when they are removed, but not the last super admin', async () => {
    const bob = await operator(api, root, 'SUPPORT');
    expect((await api.call(root, 'DELETE', account(bob))).status).toBe(204);
    expect((await me(bob)).status).toBe(401);
    expect((await login(bob.email, bob.secrets, codeOf(bob.secrets, 1))).status).toBe(401);
    expect((await api.call(root, 'DELETE', account(root))).body['code']).toBe('LAST_SUPER_ADMIN');
    const stored = 'select 1 from admin_credentials where admin_id = $1';
    expect((await api.pool.query(stored, [bob.userId])).rows).toEqual([]);
  });

  it('[OPS-02] refuse an address twice, and leave no secrets of the refused behind', async () => {
    const bob = await operator(api, root, 'SUPPORT');
    const before = await api.pool.query('select count(*)::int as n from admin_credentials');
    const body = { email: bob.email.toUpperCase(), role: 'SUPPORT', scopes: [] };
    expect((await api.call(root, 'POST', '/admin/accounts', { body })).body['code']).toBe('ADMIN_EXISTS');
    const after = await api.pool.query('select count(*)::int as n from admin_credentials');
    expect(after.rows).toEqual(before.rows);
  });

  it('[OPS-02] [ES-03] are added once however often the request comes, with what works now', async () => {
    const email = `${randomUUID()}@example.org`;
    const request = {
      body: { email, role: 'SUPPORT', scopes: [] },
      headers: { 'idempotency-key': randomUUID() },
    };
    const first = await api.call(root, 'POST', '/admin/accounts', request);
    const second = await api.call(root, 'POST', '/admin/accounts', request);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body['admin_id']).toBe(first.body['admin_id']);
    const secrets = { password: String(second.body['password']), totp_uri: String(second.body['totp_uri']) };
    expect((await login(email, secrets, codeOf(secrets))).status).toBe(200);
  });

  it('[OPS-01] are events by who did it, and no secret or address stands in the log', async () => {
    const bob = await operator(api, root, 'SUPPORT');
    const { rows } = await api.pool.query<{ actor: string }>(
      "select metadata::text as actor from events where type = 'AdminAdded' and data::text like $1",
      [`%${bob.userId}%`],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.actor).toContain(root.userId);
    const log = await api.pool.query("select data::text as whole from events where type like 'Admin%'");
    for (const { whole } of log.rows) {
      expect(whole).not.toContain(bob.email);
      expect(whole).not.toContain(bob.secrets.password);
    }
  });
});
