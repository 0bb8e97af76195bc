import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oauthSettings } from '../../identity/oauth/settings.ts';
import { startTestApi, type TestApi, type TestUser } from '../testing/api.ts';
import { Browser } from './testing/browser.ts';
import { CLIENT, startGitHub, type TestGitHub } from './testing/github.ts';
import { startGoogle, type TestGoogle } from './testing/google.ts';

let api: TestApi;
let google: TestGoogle;
let github: TestGitHub;
beforeAll(async () => {
  google = await startGoogle();
  github = await startGitHub();
  const { url } = github;
  api = await startTestApi({
    oauth: oauthSettings({
      publicUrl: 'http://127.0.0.1:8080',
      github: { url, apiUrl: `${url}/api/v3`, ...CLIENT },
      google: { issuer: google.issuer, clientId: 'iama', clientSecret: 'secret' },
    }),
  });
});
afterAll(async () => {
  await api?.close();
  await google?.stop();
  await github?.stop();
});

const PASSWORD = 'correct horse battery';
type Account = TestUser & Readonly<{ email: string; refresh: string }>;

const accountOf = (email: string, body: Record<string, unknown>): Account => ({
  email,
  userId: String(body['user_id']),
  refresh: String(body['refresh_token']),
  headers: { authorization: `Bearer ${String(body['access_token'])}` },
});
const send = (path: string, body: object) => api.call(null, 'POST', path, { body });
const register = async (): Promise<Account> => {
  const email = `${randomUUID()}@example.org`;
  return accountOf(email, (await send('/auth/register', { email, password: PASSWORD })).body);
};
const login = (email: string, password = PASSWORD) => send('/auth/login', { email, password });
const me = (by: TestUser) => api.call(by, 'GET', '/auth/me');

const mailed = async (email: string, subject: string): Promise<string> => {
  const mail = (await api.mails()).findLast((each) => each.to === email && each.subject.includes(subject));
  return /^[\w-]{43}$/m.exec(mail?.text ?? '')?.[0] ?? '';
};
const verify = async ({ email }: Account): Promise<void> => {
  const answer = await send('/auth/verify-email', { token: await mailed(email, 'address') });
  expect(answer.status).toBe(204);
};
const reset = async ({ email }: Account, password: string): Promise<void> => {
  await send('/auth/forgot-password', { email });
  const token = await mailed(email, 'password');
  expect((await send('/auth/reset-password', { token, new_password: password })).status).toBe(204);
};

/** At Google, with the address of the account. */
const signIn = (email: string) => {
  google.says({ sub: randomUUID(), email, email_verified: true });
  return new Browser(api).signsIn('google');
};

describe('a provider that vouches for the address of an account', () => {
  it('[ID-06] [SEC-10] does not open one whose address was never verified, and tells the way', async () => {
    const account = await register();
    const { status, body } = await signIn(account.email);
    expect([status, body['code']]).toEqual([409, 'OAUTH_LINK_REQUIRED']);
    expect((await me(account)).status).toBe(200);
    expect((await login(account.email)).status).toBe(200);
    await reset(account, 'drei Amseln im Regen');
    expect((await signIn(account.email)).body['user_id']).toBe(account.userId);
  });

  it('[ID-06] [SEC-10] ends what was set before: sessions, refresh tokens, tokens for machines and the password', async () => {
    const squatter = await register();
    const made = await api.call(squatter, 'POST', '/auth/tokens', {
      body: { label: 'kept', scopes: ['account:read'], days: 7 },
    });
    const machine = {
      userId: squatter.userId,
      headers: { authorization: `Bearer ${String(made.body['token'])}` },
    };
    expect((await me(machine)).status).toBe(200);
    // The owner of the address is made to confirm what somebody else has registered.
    await verify(squatter);
    const { status, body } = await signIn(squatter.email);
    expect([status, body['user_id']]).toEqual([200, squatter.userId]);
    await api.settled(async () => (await me(squatter)).status === 401);
    await api.settled(async () => (await me(machine)).status === 401);
    expect((await send('/auth/refresh', { refresh_token: squatter.refresh })).status).toBe(401);
    expect((await login(squatter.email)).body['code']).toBe('SIGN_IN_FAILED');
    const owner = accountOf(squatter.email, body);
    expect((await me(owner)).status).toBe(200);
    await reset(owner, 'drei Amseln im Regen');
    expect((await login(owner.email, 'drei Amseln im Regen')).status).toBe(200);
  });

  it('[ID-06] leaves a password that a mail proved, and its sessions', async () => {
    const account = await register();
    await reset(account, 'drei Amseln im Regen');
    const proven = accountOf(account.email, (await login(account.email, 'drei Amseln im Regen')).body);
    expect((await signIn(account.email)).body['user_id']).toBe(account.userId);
    expect((await me(proven)).status).toBe(200);
    expect((await login(account.email, 'drei Amseln im Regen')).status).toBe(200);
  });

  it('[ID-12] does not open one that was deleted', async () => {
    const account = await register();
    await verify(account);
    const person = { sub: randomUUID(), email: account.email, email_verified: true };
    google.says(person);
    const merged = await new Browser(api).signsIn('google');
    await reset(account, 'drei Amseln im Regen');
    const owner = accountOf(account.email, (await login(account.email, 'drei Amseln im Regen')).body);
    const remove = { body: { password: 'drei Amseln im Regen' } };
    expect((await api.call(owner, 'DELETE', '/account', remove)).status).toBe(204);
    expect(merged.status).toBe(200);
    const again = await new Browser(api).signsIn('google');
    expect([again.status, again.body['code']]).toEqual([401, 'OAUTH_REFUSED']);
  });
});

describe('linking by who is signed in', () => {
  const begin = async (account: Account) => {
    const browser = new Browser(api);
    const { status, body } = await browser.post('/auth/oauth/github/link', account.headers);
    expect(status).toBe(200);
    return { browser, callback: await browser.at(String(body['authorization_url'])) };
  };
  const says = (verified = true) =>
    github.says({
      id: Math.floor(Math.random() * 1e9),
      emails: [{ email: `${randomUUID()}@example.org`, primary: true, verified }],
    });

  it('[ID-06] [SEC-10] wants the address of the account verified', async () => {
    says();
    const { browser, callback } = await begin(await register());
    const { status, body } = await browser.get(callback);
    expect([status, body['code']]).toEqual([403, 'EMAIL_NOT_VERIFIED']);
    const fresh = await new Browser(api).signsIn('github');
    expect(fresh.status).toBe(200);
  });

  it('[ID-06] [SEC-10] ends in the browser that began it, and only while the session counts', async () => {
    says();
    const account = await register();
    await verify(account);
    const { callback } = await begin(account);
    expect((await new Browser(api).get(callback)).body['code']).toBe('OAUTH_STATE_INVALID');
    const later = await begin(account);
    await api.call(account, 'DELETE', '/auth/sessions');
    expect((await later.browser.get(later.callback)).body['code']).toBe('OAUTH_REFUSED');
    expect((await new Browser(api).signsIn('github')).body['user_id']).not.toBe(account.userId);
  });

  it('[ID-06] signs in to that account from then on, whatever the address there, and to no second one', async () => {
    says(false);
    const account = await register();
    await verify(account);
    const { browser, callback } = await begin(account);
    expect(await browser.get(callback)).toMatchObject({ status: 200, body: { linked: 'github' } });
    expect((await new Browser(api).signsIn('github')).body['user_id']).toBe(account.userId);
    expect((await me(account)).status).toBe(200);
    const linked = async () => (await api.call(account, 'GET', '/auth/oauth/accounts')).body['accounts'];
    await api.settled(async () => ((await linked()) as unknown[]).length === 1);
    expect(await linked()).toEqual([{ provider: 'github', linked_at: expect.any(String) }]);
    const other = await register();
    await verify(other);
    const second = await begin(other);
    const taken = await second.browser.get(second.callback);
    expect([taken.status, taken.body['code']]).toEqual([409, 'OAUTH_ACCOUNT_TAKEN']);
  });

  it('[ID-05] [ID-07] is closed to tokens for machines', async () => {
    const account = await register();
    const made = await api.call(account, 'POST', '/auth/tokens', {
      body: { label: 'm', scopes: ['account:read', 'jobs:write'], days: 1 },
    });
    const headers = { authorization: `Bearer ${String(made.body['token'])}` };
    const { status, body } = await new Browser(api).post('/auth/oauth/github/link', headers);
    expect([status, body['code']]).toEqual([403, 'SCOPE_MISSING']);
  });
});
