import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCOPES } from '../../commands/identity/scopes.ts';
import { postgresPersonalTokens } from '../identity/personal-tokens.ts';
import { openStream } from './sse/testing.ts';
import { startTestApi, type TestApi, type TestUser } from './testing/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ listen: true });
});
afterAll(() => api.close());

type Made = Readonly<{ token: string; sessionId: string; by: TestUser }>;

const make = async (user: TestUser, scopes: readonly string[], days = 7): Promise<Made> => {
  const { status, body } = await api.call(user, 'POST', '/auth/tokens', {
    body: { label: 'my machine', scopes, days },
  });
  expect(status).toBe(201);
  const token = String(body['token']);
  const by = { userId: user.userId, headers: { authorization: `Bearer ${token}` } };
  return { token, sessionId: String(body['session_id']), by };
};
const jobs = (by: TestUser) => api.call(by, 'GET', '/jobs');
const isRefused = (by: TestUser) => api.settled(async () => (await jobs(by)).status === 401);

describe('tokens for machines', () => {
  it('[ID-07] are refused when nobody made them, when expired, and are not made without end or scope', async () => {
    const by = { userId: '', headers: { authorization: `Bearer iama_pat_${'x'.repeat(43)}` } };
    expect(await jobs(by)).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    const user = await api.user();
    for (const body of [
      { label: 'l', scopes: [], days: 7 },
      { label: 'l', scopes: ['everything'], days: 7 },
      { label: 'l', scopes: ['jobs:read'], days: 366 },
      { label: '', scopes: ['jobs:read'], days: 7 },
      // Its table could not hold it.
      { label: 'a\u0000b', scopes: ['jobs:read'], days: 7 },
    ])
      expect((await api.call(user, 'POST', '/auth/tokens', { body })).status).toBe(422);
    const { token } = await make(user, ['jobs:read'], 1);
    const later = postgresPersonalTokens(api.pool, () => Date.now() + 86_400_000);
    expect(await later.verify(token)).toBeNull();
  });

  it('[ID-07] [ID-11] open the routes of their scopes and no other', async () => {
    const user = await api.user();
    // Written down here again, apart from the rule that is tested.
    const neededFor = (method: string, url: string): string => {
      if (url.startsWith('/api/v1/admin/')) return 'an operator';
      if (/^\/api\/v1\/(jobs|usage)(\/|$)/.test(url)) return method === 'GET' ? 'jobs:read' : 'jobs:write';
      return method === 'GET' ? 'account:read' : 'a person';
    };
    const closed = api.app.accessRules.filter(
      ({ access, method, url }) => access !== 'PUBLIC' && method !== 'HEAD' && url !== '/api/v1/jobs/stream',
    );
    expect(closed.length).toBeGreaterThan(40);
    const wrong: string[] = [];
    for (const scope of SCOPES) {
      const { by } = await make(user, [scope]);
      for (const { method, url } of closed) {
        const path = url.replace('/api/v1', '').replaceAll(/:\w+/g, () => randomUUID());
        const sent = method === 'GET' ? {} : { body: {} };
        const { body } = await api.call(by, method as 'GET' | 'POST', path, sent);
        const isOpen = body['code'] !== 'SCOPE_MISSING' && body['code'] !== 'UNAUTHENTICATED';
        if (isOpen !== (neededFor(method, url) === scope)) wrong.push(`${scope}: ${method} ${url}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('[ID-07] say which scope is missing, and that some things only a person does', async () => {
    const { by } = await make(await api.user(), ['jobs:read']);
    const write = await api.call(by, 'POST', '/jobs', { body: {} });
    expect(write).toMatchObject({ status: 403, body: { code: 'SCOPE_MISSING', scope: 'jobs:write' } });
    const more = await api.call(by, 'POST', '/auth/tokens', { body: {} });
    expect(more).toMatchObject({ status: 403, body: { code: 'SCOPE_MISSING', scope: null } });
  });

  it('[ID-07] [ID-10] end with their session and its streams, and with all sessions', async () => {
    const user = await api.user();
    const [one, two] = [await make(user, ['jobs:read']), await make(user, ['jobs:read'])];
    expect((await jobs(one.by)).status).toBe(200);
    const stream = await openStream(`${api.url}/api/v1/jobs/stream`, one.by);
    expect(stream.status).toBe(200);
    expect((await api.call(user, 'DELETE', `/auth/sessions/${one.sessionId}`)).status).toBe(204);
    await stream.ended;
    expect(stream.messages.at(-1)).toMatchObject({ data: { code: 'SESSION_ENDED' } });
    await isRefused(one.by);
    expect((await jobs(two.by)).status).toBe(200);
    const { body } = await api.call(user, 'GET', '/auth/tokens');
    expect(body['tokens']).toMatchObject([{ session_id: two.sessionId, label: 'my machine' }]);
    await api.call(user, 'DELETE', '/auth/sessions');
    await isRefused(two.by);
  });

  it('[ID-07] are listed to who made them, and kept neither in the log nor in the clear', async () => {
    const user = await api.user();
    const { token, sessionId } = await make(user, ['account:read', 'account:read'], 365);
    const { body } = await api.call(user, 'GET', '/auth/tokens');
    expect(body['tokens']).toEqual([
      {
        session_id: sessionId,
        label: 'my machine',
        scopes: ['account:read'],
        created_at: expect.any(String),
        expires_at: expect.any(String),
      },
    ]);
    expect((await api.call(await api.user(), 'GET', '/auth/tokens')).body['tokens']).toEqual([]);
    const stored = await api.pool.query('select p::text as whole from personal_tokens p');
    for (const { whole } of stored.rows) expect(whole).not.toContain(token.slice(9));
    const { rows } = await api.pool.query("select 1 from events where data::text like '%my machine%'");
    expect(rows).toEqual([]);
  });

  it('[ID-07] [ES-03] gives a repeated request another token of the same session, and stores none', async () => {
    const user = await api.user();
    const request = {
      body: { label: 'again', scopes: ['jobs:read'], days: 1 },
      headers: { 'idempotency-key': randomUUID() },
    };
    const first = await api.call(user, 'POST', '/auth/tokens', request);
    const second = await api.call(user, 'POST', '/auth/tokens', request);
    expect(second.body['session_id']).toBe(first.body['session_id']);
    const by = { userId: user.userId, headers: { authorization: `Bearer ${String(second.body['token'])}` } };
    expect((await jobs(by)).status).toBe(200);
    const { rows } = await api.pool.query(
      "select 1 from idempotency_keys where result::text like '%iama_pat_%'",
    );
    expect(rows).toEqual([]);
  });
});
