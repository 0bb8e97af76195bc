import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { URI } from 'otpauth';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newHeadKeyPem } from '../audit/head-key.ts';
import { newSigningKeyPem } from '../identity/signing-key.ts';
import { type SmtpInbox, startSmtpInbox } from '../mail/testing/smtp-inbox.ts';
import { runIama } from '../main/cli/testing/run-iama.ts';
import { createTestDatabase, type TestDatabase } from '../postgres/testing/database.ts';
import { credentialsInUse } from './testing/credentials-in-use.ts';
import { everythingKept } from './testing/everything-kept.ts';
import { serverEnv, until } from './testing/product.ts';
import { beginAndStop, type ServerProcess, startServerProcess, urlIn } from './testing/server-process.ts';

const { credential, made, key, pem, leaks } = credentialsInUse();

let database: TestDatabase;
let folder: string;
let inbox: SmtpInbox;
let client: pg.Client;
let env: Record<string, string>;
let url: string;
const processes: ServerProcess[] = [];
/** Answers of refusals and failures, whole, and what commands have printed of theirs. */
const refusals: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'iama-credentials-'));
  const password = made('password of the mail server');
  inbox = await startSmtpInbox({ login: { user: 'iama', password } });
  const files = {
    smtp: password,
    stripe: made('key of Stripe'),
    webhook: made('secret of webhooks'),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  env = {
    ...serverEnv(database, join(folder, 'data')),
    LOG_LEVEL: 'trace',
    IAMA_PORT_FILE: join(folder, 'api.json'),
    IAMA_PASSWORD_PEPPER: key('pepper'),
    IAMA_EMAIL_INDEX_KEY: key('key of addresses'),
    IAMA_EMAIL_SEAL_KEY: key('key that seals addresses'),
    IAMA_ARTIFACT_KEY: key('key of artifacts'),
    IAMA_JWT_PRIVATE_KEY: pem('key of access tokens', newSigningKeyPem()),
    IAMA_TREE_KEY: pem('key of heads', newHeadKeyPem()),
    IAMA_METRICS_TOKEN: made('token of metrics'),
    IAMA_PUBLIC_URL: 'http://127.0.0.1:1',
    IAMA_GITHUB_CLIENT_ID: 'github',
    IAMA_GITHUB_CLIENT_SECRET: made('secret at GitHub'),
    IAMA_SMTP_URL: `smtp://127.0.0.1:${inbox.port}`,
    IAMA_MAIL_FROM: 'iama@example.org',
    IAMA_SMTP_USER: 'iama',
    IAMA_SMTP_PASSWORD_FILE: join(folder, 'smtp'),
    IAMA_STRIPE_KEY_FILE: join(folder, 'stripe'),
    IAMA_STRIPE_WEBHOOK_SECRET_FILES: join(folder, 'webhook'),
    IAMA_STRIPE_RETURN_URL: 'http://127.0.0.1:1',
    IAMA_STRIPE_API_URL: 'http://127.0.0.1:1',
  };
  credential('password of the database', new URL(database.appUrl).password);
  client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  processes.push(await startServerProcess('api', env), await startServerProcess('worker', env));
  url = await urlIn(join(folder, 'api.json'));
});
afterAll(async () => {
  for (const { kill } of processes) kill('SIGKILL');
  await Promise.all(processes.map(({ ended }) => ended));
  await client?.end();
  await inbox?.close();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

type Sent = Readonly<{ token?: string; body?: unknown; raw?: string; headers?: Record<string, string> }>;

/** Each request has a key, because what is kept with keys is looked at too. */
const ask = async (method: string, path: string, { token, body, raw, headers }: Sent = {}) => {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    redirect: 'manual',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(method === 'GET' ? {} : { body: raw ?? JSON.stringify(body ?? {}) }),
  });
  const text = await response.text();
  if (response.status >= 400) refusals.push(text, JSON.stringify([...response.headers]));
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : {} };
};

const signedIn = (what: string, body: Record<string, unknown>) => ({
  access: credential(`access token of ${what}`, body['access_token']),
  refresh: credential(`refresh token of ${what}`, body['refresh_token']),
});

/** The code of the newest mail to an address about the subject. */
const mailed = async (what: string, subject: string): Promise<string> => {
  const mail = await until(`a mail "${subject}"`, async () =>
    inbox.received.findLast(({ source }) => source.includes(`Subject: ${subject}`)),
  );
  return credential(what, /^([\w-]{43})=?\r?$/m.exec(mail.source)?.[1]);
};

describe('credentials', () => {
  it('[SEC-14] are where they are given only: in no log, event, error or dump, whatever goes wrong with them', async () => {
    const email = `${randomUUID()}@example.org`;
    const password = made('password');
    const registered = await ask('POST', '/auth/register', { body: { email, password } });
    const first = signedIn('a registration', registered.body);
    await ask('POST', '/auth/verify-email', {
      body: { token: await mailed('code of an address', 'Your address') },
    });
    const again = signedIn(
      'a sign-in',
      (await ask('POST', '/auth/login', { body: { email, password } })).body,
    );
    signedIn(
      'a refresh',
      (await ask('POST', '/auth/refresh', { body: { refresh_token: again.refresh } })).body,
    );

    const device = (await ask('POST', '/auth/device')).body;
    const deviceCode = credential('device code', device['device_code']);
    const userCode = credential('user code', device['user_code']);
    await ask('POST', '/auth/device/decide', {
      token: first.access,
      body: { user_code: userCode, approve: true },
    });
    await ask('POST', '/auth/device/token', { body: { device_code: deviceCode } });

    const personal = await ask('POST', '/auth/tokens', {
      token: first.access,
      body: { label: 'ci', scopes: ['jobs:read'], days: 1 },
    });
    const personalToken = credential('token for machines', personal.body['token']);
    await ask('DELETE', '/account', { token: personalToken, body: { password } });

    // What goes wrong with them, in each place that one can be in.
    const wrong = made('wrong password');
    for (const body of [
      { email, password: wrong },
      { email, password: [wrong] },
      { email, password: { wrong } },
    ])
      await ask('POST', '/auth/login', { body });
    for (const raw of [
      `{"email":"${email}","password":"${wrong}`,
      `${wrong}`,
      `["${wrong}"]`,
      `{"${wrong}":`,
    ])
      await ask('POST', '/auth/login', { raw });
    await ask('POST', '/auth/register', { body: { email: wrong, password: `${wrong}${'x'.repeat(200)}` } });
    await ask('POST', '/auth/login', { raw: wrong, headers: { 'content-type': 'text/plain' } });
    await ask('GET', `/auth/me?access_token=${first.access}`);
    await ask('GET', `/jobs/${again.refresh}`, { token: first.access });
    await ask('GET', `/${personalToken}`, { token: `${first.access}x` });
    await ask('GET', '/jobs', {
      headers: { authorization: `Basic ${Buffer.from(wrong).toString('base64')}` },
    });
    await ask('POST', '/auth/refresh', { body: { refresh_token: again.refresh } });
    await ask('POST', '/auth/tokens', {
      token: first.access,
      body: { label: 'ci', scopes: [wrong], days: 1 },
    });
    await ask('GET', `/auth/oauth/callback?state=${wrong}&code=${wrong}`);
    await ask('GET', '/auth/oauth/github/initiate');
    await ask('POST', '/webhooks/payment', { raw: '{}', headers: { 'stripe-signature': `t=1,v1=${wrong}` } });
    await ask('POST', '/billing/checkout', { token: first.access, body: { credits: 100 } });

    const changed = made('changed password');
    const change = { current_password: password, new_password: changed };
    const changedIn = await ask('POST', '/auth/change-password', {
      token: signedIn('another', (await ask('POST', '/auth/login', { body: { email, password } })).body)
        .access,
      body: change,
    });
    expect(changedIn.status).toBe(200);
    await ask('POST', '/auth/forgot-password', { body: { email } });
    const reset = {
      token: await mailed('code of a password', 'A new password'),
      new_password: made('reset password'),
    };
    expect((await ask('POST', '/auth/reset-password', { body: reset })).status).toBe(204);
    await ask('POST', '/auth/reset-password', { body: reset });

    const logs = processes.map(({ logged }) => logged()).join('\n');
    expect(logs).toContain('the API listens');
    expect(leaks(logs)).toEqual([]);
    expect(leaks(refusals.join('\n'))).toEqual([]);
    const query = async <Row extends pg.QueryResultRow>(sql: string) => (await client.query<Row>(sql)).rows;
    const kept = await everythingKept(query, join(folder, 'data'));
    expect(kept).toContain('UserRegistered');
    expect(leaks(kept)).toEqual([]);
  });

  it('[OPS-09] a person whose address is proven is greeted, once', async () => {
    const greetings = () =>
      inbox.received.filter(({ source }) => source.includes('Subject: Welcome to IAMA'));
    await until('a greeting', async () => greetings()[0]);
    expect(greetings()).toHaveLength(1);
  });

  it('[SEC-14] of operators are shown once, where they are made', async () => {
    const email = `${randomUUID()}@example.org`;
    const cli = { IAMA_DATABASE_URL: database.appUrl, IAMA_DATA_DIR: join(folder, 'data') };
    const keys = Object.fromEntries(
      Object.entries(env).filter(([name]) => /^IAMA_.*(KEY|PEPPER)$/.test(name)),
    );
    const added = await runIama(['admin', 'add-first', email, '--json'], { ...cli, ...keys });
    const secrets = JSON.parse(added.stdout);
    const password = credential('password of an operator', secrets.password);
    const codes = URI.parse(secrets.totp_uri);
    credential('key of one-time codes', codes.secret.base32);
    const signIn = await ask('POST', '/admin/auth/login', {
      body: { email, password, code: codes.generate() },
    });
    const token = credential('token of an operator', signIn.body['token']);
    await ask('POST', '/admin/auth/login', { body: { email, password, code: '000000' } });
    await ask('PUT', '/admin/config/model.l2', { token, body: { value: password, reason: 'r' } });
    await ask('GET', '/admin/health', { token: `${token}x` });
    const other = await ask('POST', '/admin/accounts', {
      token,
      body: { email: `${randomUUID()}@example.org`, role: 'SUPPORT', scopes: [] },
    });
    credential('password of another operator', other.body['password']);
    const second = await runIama(['admin', 'add-first', email], { ...cli, ...keys });
    expect(second.code).toBe(3);
    refusals.push(second.stdout, second.stderr);
    expect(leaks([...processes.map(({ logged }) => logged()), ...refusals].join('\n'))).toEqual([]);
    const query = async <Row extends pg.QueryResultRow>(sql: string) => (await client.query<Row>(sql)).rows;
    expect(leaks(await everythingKept(query, join(folder, 'data')))).toEqual([]);
  });

  it('[SEC-14] [ID-04] are in no line of a process that cannot start, for its configuration or its database', async () => {
    const unreachable = new URL(database.appUrl);
    unreachable.port = '1';
    unreachable.password = made('password of a database out of reach');
    const wrongPassword = new URL(database.appUrl);
    wrongPassword.password = made('wrong password of the database');
    const short = made('a token that is too short').slice(0, 20);
    const broken = [
      { DATABASE_URL: unreachable.href },
      { DATABASE_URL: wrongPassword.href },
      { IAMA_EMAIL_SEAL_KEY: made('a key of another form') },
      { IAMA_METRICS_TOKEN: short },
      { IAMA_SMTP_URL: `smtp://iama:${made('password in an address')}@127.0.0.1` },
      { IAMA_JWT_PRIVATE_KEY: made('a key that is none') },
    ];
    const said: string[] = [];
    for (const each of broken) {
      const { code, lines } = await beginAndStop({
        ...env,
        ...each,
        IAMA_PORT_FILE: join(folder, 'none.json'),
      });
      expect(code).not.toBe(0);
      expect(lines).not.toBe('');
      said.push(lines);
    }
    expect(leaks(said.join('\n'))).toEqual([]);
    expect(said.join('\n')).not.toContain(short);
  });
});
