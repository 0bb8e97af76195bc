import { createHash, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { oauthSettings } from '../../identity/oauth/settings.ts';
import { startTestApi, type TestApi } from '../testing/api.ts';
import { Browser } from './testing/browser.ts';
import { CLIENT, startGitHub, type TestGitHub } from './testing/github.ts';

let api: TestApi;
let github: TestGitHub;
beforeAll(async () => {
  github = await startGitHub();
  const { url } = github;
  api = await startTestApi({
    oauth: oauthSettings({
      publicUrl: 'https://iama.example.org',
      github: { url, apiUrl: `${url}/api/v3`, ...CLIENT },
      google: null,
    }),
  });
});
afterAll(async () => {
  await api?.close();
  await github?.stop();
});
afterEach(() => github.answers(null));

const TARGET = 'vscode://iama.iama/auth';
const VERIFIER = 'v'.repeat(43);
const asked = {
  redirect_uri: TARGET,
  code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
  code_challenge_method: 'S256',
  state: 'the-state-of-the-ide',
};
const initiate = (query: Record<string, string> = asked): string =>
  `/auth/oauth/github/initiate?${new URLSearchParams(query)}`;

/** Where the browser ends that the IDE opened. */
const arrived = async (): Promise<URL> => {
  const email = `${randomUUID()}@example.org`;
  github.says({ id: Math.floor(Math.random() * 1e9), emails: [{ email, primary: true, verified: true }] });
  const browser = new Browser(api);
  const begun = await browser.get(initiate());
  const { status, headers } = await browser.get(await browser.at(String(begun.headers['location'])));
  expect(status).toBe(302);
  return new URL(String(headers['location']));
};
const redeem = (code: string, code_verifier = VERIFIER) =>
  api.call(null, 'POST', '/auth/oauth/token', { body: { code, code_verifier } });
const INVALID = { status: 400, body: { code: 'OAUTH_CODE_INVALID' } };

describe('a sign-in that the IDE began', () => {
  it('[ID-07] [SEC-10] ends at an address of the list and at nothing that looks like one', async () => {
    for (const redirect_uri of [
      'https://evil.example.org/auth',
      'vscode://iama.iama.evil/auth',
      `${TARGET}/`,
      `${TARGET}?next=x`,
      `${TARGET}#x`,
      'VSCODE://iama.iama/auth',
      '',
    ]) {
      const refused = await new Browser(api).get(initiate({ ...asked, redirect_uri }));
      expect([redirect_uri, refused.status, refused.body['code'], refused.headers['location']]).toEqual([
        redirect_uri,
        400,
        'OAUTH_REDIRECT_REFUSED',
        undefined,
      ]);
    }
  });

  it('[ID-07] needs a challenge of RFC 7636 and a state that nobody guesses', async () => {
    for (const wrong of [
      { code_challenge: 'short' },
      { code_challenge_method: 'plain' },
      { state: 'short' },
      { state: 'with spaces in it, and long' },
    ])
      expect((await new Browser(api).get(initiate({ ...asked, ...wrong }))).body['code']).toBe(
        'VALIDATION_FAILED',
      );
  });

  it('[ID-07] takes a code once, in time, and from who has the verifier', async () => {
    const code = (await arrived()).searchParams.get('code') ?? '';
    expect(await redeem(code, 'w'.repeat(43))).toMatchObject(INVALID);
    expect(await redeem('x'.repeat(43))).toMatchObject(INVALID);
    expect((await redeem(code)).status).toBe(200);
    expect(await redeem(code)).toMatchObject(INVALID);
    const late = (await arrived()).searchParams.get('code') ?? '';
    await api.pool.query("update oauth_attempts set expires_at = expires_at - interval '1 minute'");
    expect(await redeem(late)).toMatchObject(INVALID);
  });

  it('[ID-05] [ID-07] takes no state of a sign-in for a code, nor a code for a state, whoever made the browser say so', async () => {
    const cookie = `__Host-iama_oauth=${asked.code_challenge}`;
    const begun = await new Browser(api).get(initiate(), { cookie });
    const state = new URL(String(begun.headers['location'])).searchParams.get('state') ?? '';
    expect(await redeem(state)).toMatchObject(INVALID);
    const code = (await arrived()).searchParams.get('code') ?? '';
    const back = await new Browser(api).get(`/auth/oauth/callback?code=x&state=${code}`, { cookie });
    expect([back.status, back.body['code']]).toEqual([400, 'OAUTH_STATE_INVALID']);
    expect((await redeem(code)).status).toBe(200);
  });

  it('[ID-07] [ID-05] gives the IDE a session, and the browser nothing but a code', async () => {
    const address = await arrived();
    expect(`${address.protocol}//${address.host}${address.pathname}`).toBe(TARGET);
    expect([...address.searchParams.keys()].sort()).toEqual(['code', 'state']);
    expect(address.searchParams.get('state')).toBe(asked.state);
    const { status, body } = await redeem(address.searchParams.get('code') ?? '');
    expect(status).toBe(200);
    const headers = { authorization: `Bearer ${body['access_token']}` };
    const me = await api.call(null, 'GET', '/auth/me', { headers });
    expect(me).toMatchObject({ status: 200, body: { user_id: body['user_id'] } });
  });

  it('[ID-07] tells the IDE that the person said no', async () => {
    const browser = new Browser(api);
    const begun = await browser.get(initiate());
    const state = new URL(String(begun.headers['location'])).searchParams.get('state') ?? '';
    const { headers } = await browser.get(`/auth/oauth/callback?error=access_denied&state=${state}`);
    const address = new URL(String(headers['location']));
    expect(Object.fromEntries(address.searchParams)).toEqual({ error: 'OAUTH_DENIED', state: asked.state });
  });
});
