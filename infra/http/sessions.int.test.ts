import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './testing/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const password = 'correct horse battery';
const another = 'zwei Amseln im Regen';

type Session = Readonly<{
  email: string;
  userId: string;
  access: string;
  refresh: string;
  sessionId: string;
}>;

const opened = async (path: string, email: string, given = password): Promise<Session> => {
  const { body } = await api.call(null, 'POST', path, { body: { email, password: given } });
  return {
    email,
    userId: String(body['user_id']),
    access: String(body['access_token']),
    refresh: String(body['refresh_token']),
    sessionId: String(body['session_id']),
  };
};
const register = () => opened('/auth/register', `${randomUUID()}@example.org`);
const signIn = ({ email }: Session, given?: string) => opened('/auth/login', email, given);
const by = ({ userId, access }: Session) => ({ userId, headers: { authorization: `Bearer ${access}` } });
const me = (session: Session) => api.call(by(session), 'GET', '/auth/me');
const refresh = (token: string) =>
  api.call(null, 'POST', '/auth/refresh', { body: { refresh_token: token } });
/** As if the token had been spent so many seconds ago. */
const spentBefore = (token: string, seconds: number) =>
  api.pool.query(
    'update refresh_tokens set spent_at = spent_at - make_interval(secs => $2) where token_hash = $1',
    [createHash('sha256').update(token).digest(), seconds],
  );
const eventually = (check: () => Promise<boolean>) => api.settled(check);
const isOut = (session: Session) => eventually(async () => (await me(session)).status === 401);
const REFUSED = { status: 401, body: { code: 'REFRESH_REFUSED' } };

describe('refreshing', () => {
  it('[ID-03] refuses what is no token, and says no more of one that has expired', async () => {
    expect(await refresh('x'.repeat(43))).toMatchObject(REFUSED);
    const session = await register();
    await api.pool.query('update refresh_tokens set expires_at = clock_timestamp() where session_id = $1', [
      session.sessionId,
    ]);
    expect(await refresh(session.refresh)).toMatchObject(REFUSED);
  });

  it('[ID-03] [SEC-08] ends the session and all its tokens when a spent token comes again', async () => {
    const session = await register();
    const { body: next } = await refresh(session.refresh);
    await spentBefore(session.refresh, 11);
    expect(await refresh(session.refresh)).toMatchObject(REFUSED);
    expect(await refresh(String(next['refresh_token']))).toMatchObject(REFUSED);
    await isOut(session);
    const { events } = await api.log.read(`session-${session.sessionId}`);
    expect(events.at(-1)).toMatchObject({ type: 'SessionEnded', data: { reason: 'TOKEN_REUSED' } });
  });

  it('[ID-03] takes a token two places back for reuse, however soon it comes', async () => {
    const session = await register();
    const { body: second } = await refresh(session.refresh);
    const { body: third } = await refresh(String(second['refresh_token']));
    expect(await refresh(session.refresh)).toMatchObject(REFUSED);
    expect(await refresh(String(third['refresh_token']))).toMatchObject(REFUSED);
  });

  it('[ID-03] gives parallel tabs one successor, which works', async () => {
    const session = await register();
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(session.refresh)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    const successors = new Set(answers.map(({ body }) => body['refresh_token']));
    expect(successors.size).toBe(1);
    const [successor = ''] = [...successors].map(String);
    expect((await refresh(successor)).status).toBe(200);
  });

  it('[ID-03] gives the same user and session, keeps the end of the family, and stores no token', async () => {
    const session = await register();
    // A later one would begin its own thirty days within the same second.
    await api.pool.query(
      "update refresh_tokens set expires_at = clock_timestamp() + interval '1 day' where session_id = $1",
      [session.sessionId],
    );
    const { status, body } = await refresh(session.refresh);
    expect(status).toBe(200);
    expect(body).toMatchObject({ user_id: session.userId, session_id: session.sessionId, expires_in: 900 });
    const token = String(body['refresh_token']);
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    const { rows } = await api.pool.query(
      'select t.*, t::text as whole from refresh_tokens t where session_id = $1',
      [session.sessionId],
    );
    expect(new Set(rows.map(({ expires_at }) => Number(expires_at))).size).toBe(1);
    for (const { whole } of rows)
      for (const secret of [session.refresh, token]) {
        expect(whole).not.toContain(secret);
        expect(whole).not.toContain(Buffer.from(secret).toString('hex'));
      }
    expect((await me({ ...session, access: String(body['access_token']) })).status).toBe(200);
  });
});

describe('ending sessions', () => {
  it('[ID-10] does not tell of the session of another', async () => {
    const [mine, theirs] = [await register(), await register()];
    const answer = await api.call(by(mine), 'DELETE', `/auth/sessions/${theirs.sessionId}`);
    expect(answer).toMatchObject({ status: 404, body: { code: 'SESSION_NOT_FOUND' } });
    expect((await me(theirs)).status).toBe(200);
  });

  it('[ID-01] [ID-10] signs out: neither token is worth anything, other sessions go on', async () => {
    const here = await register();
    const there = await signIn(here);
    expect((await api.call(by(here), 'POST', '/auth/logout')).status).toBe(204);
    await isOut(here);
    expect(await refresh(here.refresh)).toMatchObject(REFUSED);
    expect((await me(there)).status).toBe(200);
  });

  it('[ID-10] lists open sessions, ends one, and ends all', async () => {
    const here = await register();
    const there = await signIn(here);
    const ids = async () => {
      const { body } = await api.call(by(here), 'GET', '/auth/sessions');
      return body['sessions'] as readonly { session_id: string; current: boolean }[];
    };
    await eventually(async () => (await ids()).length === 2);
    expect((await ids()).filter(({ current }) => current).map(({ session_id }) => session_id)).toEqual([
      here.sessionId,
    ]);
    expect((await api.call(by(here), 'DELETE', `/auth/sessions/${there.sessionId}`)).status).toBe(204);
    await isOut(there);
    await eventually(async () => (await ids()).length === 1);
    expect((await api.call(by(here), 'DELETE', '/auth/sessions')).status).toBe(204);
    await isOut(here);
    expect(await refresh(here.refresh)).toMatchObject(REFUSED);
  });
});

describe('passwords', () => {
  const change = (session: Session, current: string, next: string) =>
    api.call(by(session), 'POST', '/auth/change-password', {
      body: { current_password: current, new_password: next },
    });

  it('[ID-02] refuses a common password wherever one is set', async () => {
    const body = { email: `${randomUUID()}@example.org`, password: 'password1234' };
    const VALIDATION = { status: 422, body: { code: 'VALIDATION_FAILED' } };
    expect(await api.call(null, 'POST', '/auth/register', { body })).toMatchObject(VALIDATION);
    expect(await change(await register(), password, 'qwertyuiop1234')).toMatchObject(VALIDATION);
  });

  it('[ID-01] are not changed without the current one', async () => {
    const session = await register();
    const answer = await change(session, 'not the password', another);
    expect(answer).toMatchObject({ status: 403, body: { code: 'PASSWORD_WRONG' } });
    expect((await signIn(session)).userId).toBe(session.userId);
  });

  it('[ID-01] [ID-10] when changed, end every session but the new one', async () => {
    const here = await register();
    const there = await signIn(here);
    const { status, body } = await change(here, password, another);
    expect(status).toBe(200);
    for (const session of [here, there]) {
      await isOut(session);
      expect(await refresh(session.refresh)).toMatchObject(REFUSED);
    }
    expect((await me({ ...here, access: String(body['access_token']) })).status).toBe(200);
    expect((await signIn(here)).userId).toBe('undefined');
    expect((await signIn(here, another)).userId).toBe(here.userId);
  });
});

describe('mails', () => {
  const forgot = (email: string) => api.call(null, 'POST', '/auth/forgot-password', { body: { email } });
  const reset = (token: string, next = another) =>
    api.call(null, 'POST', '/auth/reset-password', { body: { token, new_password: next } });
  const verify = (token: string) => api.call(null, 'POST', '/auth/verify-email', { body: { token } });
  const tokenFor = async (email: string, subject: string): Promise<string> => {
    const mail = (await api.mails()).findLast(
      ({ to, ...rest }) => to === email && rest.subject.includes(subject),
    );
    return /^[\w-]{43}$/m.exec(mail?.text ?? '')?.[0] ?? '';
  };
  const INVALID = { status: 422, body: { code: 'MAIL_TOKEN_INVALID' } };

  it('[ID-01] a forgotten password is answered alike for every address, with the same rows, and mails nobody unknown', async () => {
    const { email } = await register();
    const count = async () =>
      (await api.pool.query("select count(*)::int as n from mail_tokens where purpose = 'RESET_PASSWORD'"))
        .rows[0].n;
    const before = await count();
    const known = await forgot(email);
    const between = await count();
    const stranger = `${randomUUID()}@example.org`;
    const unknown = await forgot(stranger);
    expect([known.status, known.body]).toEqual([204, unknown.body]);
    expect(unknown.status).toBe(204);
    expect([between - before, (await count()) - between]).toEqual([1, 1]);
    expect((await api.mails()).filter(({ to }) => to === stranger)).toEqual([]);
  });

  it('[ID-01] tokens are refused when wrong, of the other mail, expired or used', async () => {
    const session = await register();
    const ofAddress = await tokenFor(session.email, 'address');
    expect(await reset(ofAddress)).toMatchObject(INVALID);
    expect(await reset('x'.repeat(43))).toMatchObject(INVALID);
    await forgot(session.email);
    const ofReset = await tokenFor(session.email, 'password');
    expect(await verify(ofReset)).toMatchObject(INVALID);
    expect((await reset(ofReset)).status).toBe(204);
    expect(await reset(ofReset, 'drei Amseln im Regen')).toMatchObject(INVALID);
    await forgot(session.email);
    const late = await tokenFor(session.email, 'password');
    const { rows } = await api.pool.query(
      `select purpose, ceil(extract(epoch from max(expires_at) - clock_timestamp()) / 3600)::int as hours
         from mail_tokens where purpose <> 'WARNING' group by purpose order by purpose`,
    );
    expect(rows).toEqual([
      { purpose: 'RESET_PASSWORD', hours: 1 },
      { purpose: 'VERIFY_EMAIL', hours: 24 },
    ]);
    await api.pool.query('update mail_tokens set expires_at = clock_timestamp() where spent_at is null');
    expect(await reset(late)).toMatchObject(INVALID);
  });

  it('[ID-01] a reset sets the password, ends every session and proves the address', async () => {
    const session = await register();
    await forgot(session.email.toUpperCase());
    expect((await reset(await tokenFor(session.email, 'password'))).status).toBe(204);
    await isOut(session);
    expect(await refresh(session.refresh)).toMatchObject(REFUSED);
    expect((await signIn(session)).userId).toBe('undefined');
    const again = await signIn(session, another);
    expect((await me(again)).body['email_verified_at']).not.toBeNull();
  });

  it('[ID-01] proves an address once', async () => {
    const session = await register();
    expect((await me(session)).body['email_verified_at']).toBeNull();
    const token = await tokenFor(session.email, 'address');
    expect((await verify(token)).status).toBe(204);
    expect(await verify(token)).toMatchObject(INVALID);
    expect((await me(session)).body['email_verified_at']).toEqual(expect.any(String));
    const { rows } = await api.pool.query(
      'select 1 from mail_tokens where token_sealed is not null and user_id = $1',
      [session.userId],
    );
    expect(rows).toEqual([]);
  });
});

describe('deleting the account', () => {
  const remove = (session: Session, given: string) =>
    api.call(by(session), 'DELETE', '/account', { body: { password: given } });

  it('[ID-12] wants the password', async () => {
    const session = await register();
    expect(await remove(session, another)).toMatchObject({ status: 403, body: { code: 'PASSWORD_WRONG' } });
    expect((await me(session)).status).toBe(200);
  });

  it('[ID-12] lets nobody in any more, and answers as for an unknown address', async () => {
    const session = await register();
    expect((await remove(session, password)).status).toBe(204);
    await isOut(session);
    expect(await refresh(session.refresh)).toMatchObject(REFUSED);
    const gone = await api.call(null, 'POST', '/auth/login', { body: { email: session.email, password } });
    const body = { email: `${randomUUID()}@example.org`, password };
    const unknown = await api.call(null, 'POST', '/auth/login', { body });
    expect([gone.status, gone.body]).toEqual([401, unknown.body]);
    const { events } = await api.log.read(`user-${session.userId}`);
    expect(events.at(-1)).toMatchObject({ type: 'AccountDeleted', data: { eraseAfter: expect.any(String) } });
  });
});
