import { randomUUID, sign } from 'node:crypto';
import { exportJWK, UnsecuredJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { oauthSettings } from '../../identity/oauth/settings.ts';
import { newSigningKeyPem, signingKey } from '../../identity/signing-key.ts';
import { startTestApi, type TestApi } from '../testing/api.ts';
import { Browser } from './testing/browser.ts';
import { CLIENT, startGitHub, type TestGitHub } from './testing/github.ts';
import { startGoogle, type TestGoogle } from './testing/google.ts';

const GOOGLE_CLIENT = { clientId: 'iama-at-google', clientSecret: 'another secret' };

let api: TestApi;
let google: TestGoogle;
let github: TestGitHub;
beforeAll(async () => {
  google = await startGoogle();
  github = await startGitHub();
  const { url } = github;
  api = await startTestApi({
    oauth: oauthSettings({
      publicUrl: 'https://iama.example.org',
      github: { url, apiUrl: `${url}/api/v3`, ...CLIENT },
      google: { issuer: google.issuer, ...GOOGLE_CLIENT },
    }),
  });
});
afterAll(async () => {
  await api?.close();
  await google?.stop();
  await github?.stop();
});
afterEach(() => {
  google.claims({});
  google.spoils(null);
  google.fails(null);
  github.answers(null);
});

const newMail = () => `${randomUUID()}@example.org`;
const verified = (email = newMail()) => ({ sub: randomUUID(), email, email_verified: true });
const ofGitHub = (email: string, verified = true) => ({
  id: Math.floor(Math.random() * 1e9),
  emails: [{ email, primary: true, verified }],
});
const accounts = async (): Promise<number> => {
  const { rows } = await api.pool.query<{ n: number }>('select count(*)::int as n from credentials');
  return rows[0]?.n ?? 0;
};

describe('a sign-in at a provider', () => {
  it('[ID-05] is refused where no such provider is configured', async () => {
    const without = await startTestApi();
    try {
      for (const path of ['github/initiate', 'google/initiate', 'callback?state=x&code=y'])
        expect((await without.call(null, 'GET', `/auth/oauth/${path}`)).body['code']).toBe(
          'OAUTH_NOT_CONFIGURED',
        );
      const user = await without.user();
      const link = await without.call(user, 'POST', '/auth/oauth/github/link');
      expect([link.status, link.body['code']]).toEqual([404, 'OAUTH_NOT_CONFIGURED']);
    } finally {
      await without.close();
    }
    const unknown = await api.call(null, 'GET', '/auth/oauth/elsewhere/initiate');
    expect(unknown.body['code']).toBe('OAUTH_NOT_CONFIGURED');
  });

  it('[ID-05] wants the state of this browser, once, and in time', async () => {
    google.says(verified());
    const [ada, eve] = [new Browser(api), new Browser(api)];
    const STATE = { status: 400, body: { code: 'OAUTH_STATE_INVALID' } };
    const callback = await ada.begins('google');
    expect(await eve.get(callback)).toMatchObject(STATE);
    await eve.begins('google');
    expect(await eve.get(callback)).toMatchObject(STATE);
    expect(await ada.get(callback.replace(/state=[\w-]+/, ''))).toMatchObject(STATE);
    expect(await ada.get(callback.replace(/state=[\w-]+/, `state=${'x'.repeat(43)}`))).toMatchObject(STATE);
    expect(await ada.get(`${callback}&state=twice`)).toMatchObject({ status: 400 });
    expect((await ada.get(callback)).status).toBe(200);
    expect(await ada.get(callback)).toMatchObject(STATE);
    const late = await ada.begins('google');
    await api.pool.query('update oauth_attempts set expires_at = clock_timestamp()');
    expect(await ada.get(late)).toMatchObject(STATE);
  });

  it('[ID-05] takes no code that was got with another verifier', async () => {
    google.says(verified());
    const [ada, eve] = [new Browser(api), new Browser(api)];
    for (const provider of ['google', 'github']) {
      const stolen = /code=([\w-]+)/.exec(await eve.begins(provider))?.[1] ?? '';
      const callback = (await ada.begins(provider)).replace(/code=[\w-]+/, `code=${stolen}`);
      expect(await ada.get(callback)).toMatchObject({ status: 401, body: { code: 'OAUTH_REFUSED' } });
    }
  });

  it('[ID-05] [SEC-10] trusts no id_token that is not signed for it, for this sign-in, by the provider, now', async () => {
    const before = await accounts();
    const foreign = signingKey(newSigningKeyPem());
    google.says(verified());
    const now = Math.floor(Date.now() / 1_000);
    const forgedBy = (make: (token: string) => string): ((body: Record<string, unknown>) => void) => {
      return (body) => {
        body['id_token'] = make(String(body['id_token']));
      };
    };
    const changed = (token: string): string => {
      const [header, payload = '', signature] = token.split('.');
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
      const other = Buffer.from(JSON.stringify({ ...claims, sub: 'somebody else' })).toString('base64url');
      return [header, other, signature].join('.');
    };
    const unsigned = (token: string): string => {
      const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
      return new UnsecuredJWT(payload).encode();
    };
    const jwk = await exportJWK(foreign.publicKey);
    const signedAgain = (token: string): string => {
      const [header = '', payload = ''] = token.split('.');
      const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString());
      const other = Buffer.from(JSON.stringify({ alg: 'RS256', kid, jwk })).toString('base64url');
      const signature = sign('sha256', Buffer.from(`${other}.${payload}`), foreign.privateKey);
      return `${other}.${payload}.${signature.toString('base64url')}`;
    };
    const spoils: Readonly<Record<string, () => void>> = {
      'another nonce': () => google.claims({ nonce: 'another' }),
      'no nonce': () => google.claims({ nonce: undefined }),
      'another audience': () => google.claims({ aud: 'another client' }),
      'another issuer': () => google.claims({ iss: 'https://accounts.example.org' }),
      expired: () => google.claims({ iat: now - 7_200, exp: now - 3_600 }),
      'no subject': () => google.claims({ sub: undefined }),
      'a changed subject': () => google.spoils(forgedBy(changed)),
      'no signature': () => google.spoils(forgedBy(unsigned)),
      'another key': () => google.spoils(forgedBy(signedAgain)),
      'no id_token': () =>
        google.spoils((body) => {
          delete body['id_token'];
        }),
      nonsense: () => google.spoils(forgedBy(() => 'nonsense')),
    };
    for (const [what, spoil] of Object.entries(spoils)) {
      google.claims({});
      google.spoils(null);
      spoil();
      const { status, body } = await new Browser(api).signsIn('google');
      expect([what, status, body['code']]).toEqual([what, 401, 'OAUTH_REFUSED']);
    }
    expect(await accounts()).toBe(before);
  });

  it('[ID-05] says when the person said no, and when the provider is away', async () => {
    google.says(verified());
    google.fails('access_denied');
    const denied = await new Browser(api).signsIn('google');
    expect([denied.status, denied.body['code']]).toEqual([403, 'OAUTH_DENIED']);
    google.fails('temporarily_unavailable');
    expect((await new Browser(api).signsIn('google')).body['code']).toBe('OAUTH_UNAVAILABLE');
    google.fails('invalid_scope');
    expect((await new Browser(api).signsIn('google')).body['code']).toBe('OAUTH_REFUSED');
    github.says(ofGitHub(newMail()));
    for (const [instead, code] of [
      [{ status: 503, body: {} }, 'OAUTH_UNAVAILABLE'],
      [{ status: 403, body: {} }, 'OAUTH_REFUSED'],
      [{ status: 200, body: { id: 'ada' } }, 'OAUTH_REFUSED'],
      [{ status: 200, body: 'no JSON' }, 'OAUTH_REFUSED'],
    ] as const) {
      github.answers(instead);
      expect((await new Browser(api).signsIn('github')).body['code']).toBe(code);
    }
    const gone = await startGoogle();
    await gone.stop();
    const other = await startTestApi({
      oauth: oauthSettings({
        publicUrl: 'https://iama.example.org',
        github: null,
        google: { issuer: gone.issuer, ...GOOGLE_CLIENT },
      }),
    });
    try {
      const away = await other.call(null, 'GET', '/auth/oauth/google/initiate');
      expect([away.status, away.body['code']]).toEqual([503, 'OAUTH_UNAVAILABLE']);
    } finally {
      await other.close();
    }
  });

  it('[ID-05] goes to the provider and back here, whatever the request asks for', async () => {
    const elsewhere = 'https://evil.example.org';
    for (const [provider, at] of [
      ['google', google.issuer],
      ['github', github.url],
    ] as const) {
      const query = `redirect_to=${elsewhere}&return_to=${elsewhere}&state=chosen`;
      const { status, headers } = await new Browser(api).get(`/auth/oauth/${provider}/initiate?${query}`, {
        host: 'evil.example.org',
        'x-forwarded-host': 'evil.example.org',
        referer: elsewhere,
      });
      const page = new URL(String(headers['location']));
      expect([status, page.origin]).toEqual([302, new URL(at).origin]);
      expect(page.href).not.toContain('evil');
      expect(page.searchParams.get('redirect_uri')).toBe(
        'https://iama.example.org/api/v1/auth/oauth/callback',
      );
      expect(page.searchParams.get('code_challenge_method')).toBe('S256');
      expect(page.searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/);
      expect(page.searchParams.get('state')).toMatch(/^[\w-]{43}$/);
      expect(page.searchParams.has('nonce')).toBe(provider === 'google');
      expect(String(headers['set-cookie'])).toMatch(
        /^__Host-iama_oauth=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/,
      );
    }
  });

  it('[ID-05] opens an account with a verified address and no password, and the same one the next time', async () => {
    const person = verified();
    google.says(person);
    const first = await new Browser(api).signsIn('google');
    expect(first.status).toBe(200);
    const headers = { authorization: `Bearer ${String(first.body['access_token'])}` };
    const me = await api.call({ userId: '', headers }, 'GET', '/auth/me');
    expect(me.body).toMatchObject({
      user_id: first.body['user_id'],
      email: person.email,
      email_verified_at: expect.any(String),
    });
    google.says({ ...person, email: newMail() });
    expect((await new Browser(api).signsIn('google')).body['user_id']).toBe(first.body['user_id']);
    const refresh = { body: { refresh_token: first.body['refresh_token'] } };
    expect((await api.call(null, 'POST', '/auth/refresh', refresh)).status).toBe(200);
    for (const password of ['', 'null', 'correct horse battery']) {
      const { body } = await api.call(null, 'POST', '/auth/login', {
        body: { email: person.email, password },
      });
      expect(['SIGN_IN_FAILED', 'VALIDATION_FAILED']).toContain(body['code']);
    }
    const { rows } = await api.pool.query<{ whole: string }>('select data::text as whole from events');
    const log = rows.map(({ whole }) => whole).join();
    expect(log).toContain(String(first.body['user_id']));
    for (const told of [person.sub, person.email]) expect(log).not.toContain(told);
  });

  it('[ID-05] takes who it is from the provider and not the address: two people, two providers, two accounts', async () => {
    const [one, two] = [ofGitHub(newMail()), ofGitHub(newMail())];
    const ids = [];
    for (const person of [one, two, one]) {
      github.says(person);
      ids.push((await new Browser(api).signsIn('github')).body['user_id']);
    }
    expect(ids[0]).toBe(ids[2]);
    expect(ids[0]).not.toBe(ids[1]);
    google.says({ ...verified(), sub: String(one.id) });
    expect(ids).not.toContain((await new Browser(api).signsIn('google')).body['user_id']);
  });

  it('[ID-05] opens one account when some first sign-ins of a person come at the same time', async () => {
    const before = await accounts();
    google.says(verified());
    const browsers = Array.from({ length: 8 }, () => new Browser(api));
    const callbacks = await Promise.all(browsers.map((each) => each.begins('google')));
    const answers = await Promise.all(browsers.map((each, index) => each.get(callbacks[index] ?? '')));
    expect(answers.map(({ status }) => status)).toEqual(browsers.map(() => 200));
    expect(new Set(answers.map(({ body }) => body['user_id'])).size).toBe(1);
    expect(await accounts()).toBe(before + 1);
  });

  it('[ID-05] without a verified address opens nothing', async () => {
    const before = await accounts();
    for (const email_verified of [false, 'true', undefined]) {
      google.says({ sub: randomUUID(), email: newMail(), email_verified });
      const { status, body } = await new Browser(api).signsIn('google');
      expect([status, body['code']]).toEqual([403, 'OAUTH_EMAIL_UNVERIFIED']);
    }
    github.says(ofGitHub(newMail(), false));
    expect((await new Browser(api).signsIn('github')).body['code']).toBe('OAUTH_EMAIL_UNVERIFIED');
    expect(await accounts()).toBe(before);
  });
});
