import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginCli, type Cli, type CliEnd, runCli } from './testing/cli.ts';
import { CLAMP, writePackage } from './testing/packages.ts';
import { PASSWORD, Person } from './testing/person.ts';
import { type Product, startProduct, until } from './testing/product.ts';

let product: Product;
let root: string;
let ada: Person;
beforeAll(async () => {
  product = await startProduct();
  root = mkdtempSync(join(tmpdir(), 'iama-sign-in-'));
  ada = await Person.arrives(product.url);
});
afterAll(async () => {
  await product?.stop();
  rmSync(root, { recursive: true, force: true });
});

/** A machine of its own, with a home that knows nobody. */
const machine = (name: string) => {
  const home = mkdtempSync(join(root, `${name}-`));
  return {
    home,
    iama: (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CliEnd> =>
      runCli(home, product.url, args, env),
  };
};

const codeShownBy = async (asking: Cli): Promise<string> => {
  let shown = '';
  asking.child.stdout?.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
  });
  return until('a code', async () => /Your code is (\S+)\./.exec(shown)?.[1]);
};

const signedInByDevice = async (name: string) => {
  const device = machine(name);
  const asking = beginCli(device.home, product.url, ['login', '--device']);
  const code = await codeShownBy(asking);
  await ada.send('POST', '/auth/device/decide', { user_code: code, approve: true });
  expect(await asking.ended).toMatchObject({ code: 0, stderr: '' });
  return device;
};

/** What the machine keeps of its session. */
const keptBy = (home: string): Readonly<{ path: string; refresh_token: string; access_token: string }> => {
  const [name = ''] = readdirSync(join(home, 'sessions'));
  const path = join(home, 'sessions', name);
  return { path, ...JSON.parse(readFileSync(path, 'utf8')) };
};

const claimsOf = (accessToken: string): Readonly<{ sid: string; sub: string }> =>
  JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());

const tokenWith = async (person: Person, scopes: readonly string[]) => {
  const { body } = await person.send('POST', '/auth/tokens', { label: 'ci', scopes, days: 1 });
  return { IAMA_TOKEN: String(body['token']) };
};
const ALL = ['account:read', 'jobs:read', 'jobs:write'];

/** Each waits for a device that asks every five seconds, so all wait at once. */
describe.concurrent('iama login --device', () => {
  it('[ID-07] ends when the person says no, and keeps nothing', async () => {
    const { home, iama } = machine('denied');
    const asking = beginCli(home, product.url, ['login', '--device']);
    const code = await codeShownBy(asking);
    const other = machine('decider');
    const env = { IAMA_PASSWORD: PASSWORD };
    await other.iama(['login', '--email', 'decider@example.org', '--register'], env);
    expect(await other.iama(['approve', 'NOT-ACOD'])).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('DEVICE_CODE_INVALID'),
    });
    expect(await other.iama(['approve', code, '--deny'])).toMatchObject({ code: 0 });
    const ended = await asking.ended;
    expect([ended.code, ended.stderr]).toEqual([6, expect.stringContaining('DEVICE_DENIED')]);
    expect((await iama(['jobs', '--json'])).values.at(-1)).toMatchObject({ code: 'NOT_SIGNED_IN' });
  });

  it('[ID-07] signs the device in as who confirmed the code, and says it when that session is over', async () => {
    const { home, iama } = await signedInByDevice('device');
    const { path, access_token } = keptBy(home);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect((await iama(['jobs', '--json'])).code).toBe(0);
    const { sid, sub } = claimsOf(access_token);
    expect(sub).toBe((await ada.send('GET', '/auth/me')).body['user_id']);
    expect((await ada.send('DELETE', `/auth/sessions/${sid}`)).status).toBe(204);
    const after = await until('the end of the session', async () => {
      const ended = await iama(['jobs', '--json']);
      return ended.code === 0 ? null : ended;
    });
    expect([after.code, after.values.at(-1)]).toEqual([
      6,
      expect.objectContaining({ code: 'REFRESH_REFUSED' }),
    ]);
    expect(after.stderr).toContain('iama login');
  });

  it('[ID-07] [ID-03] renews the session once for several commands at a time, so that it does not look stolen', async () => {
    const { home, iama } = await signedInByDevice('busy');
    const { path, ...before } = keptBy(home);
    writeFileSync(path, JSON.stringify({ ...before, good_until: 0 }));
    const all = await Promise.all(Array.from({ length: 4 }, () => iama(['jobs', '--json'])));
    expect(all.map(({ code, stderr }) => [code, stderr])).toEqual(all.map(() => [0, '']));
    expect(keptBy(home).refresh_token).not.toBe(before.refresh_token);
    const { sid } = claimsOf(before.access_token);
    const spent = 'select 1 from refresh_tokens where session_id = $1 and spent_at is not null';
    expect(await product.query(spent, [sid])).toHaveLength(1);
  });
});

describe('a token for machines', () => {
  it('[ID-07] is refused when it is none, or lacks a scope, and says what it needs', async () => {
    const { iama } = machine('wrong');
    const none = await iama(['login', '--token'], { IAMA_TOKEN: `iama_pat_${'x'.repeat(43)}` });
    expect([none.code, none.stderr]).toEqual([6, expect.stringContaining('UNAUTHENTICATED')]);
    const narrow = await iama(['login', '--token'], await tokenWith(ada, ['jobs:read']));
    expect([narrow.code, narrow.stderr]).toEqual([6, expect.stringContaining('account:read')]);
    expect((await iama(['login', '--token'])).stderr).toContain('CREDENTIALS_REQUIRED');
    expect((await iama(['jobs', '--json'])).values.at(-1)).toMatchObject({ code: 'NOT_SIGNED_IN' });
  });

  it('[ID-07] [ID-08] sends no sources before who made it has agreed', async () => {
    const { home, iama } = machine('unasked');
    const env = { IAMA_PASSWORD: PASSWORD };
    await iama(['login', '--email', 'new@example.org', '--register'], env);
    const person = await Person.signsIn(product.url, 'new@example.org');
    const project = writePackage(join(home, 'project'), CLAMP);
    const ran = await iama(['run', project, '--yes', '--json'], await tokenWith(person, ALL));
    expect([ran.code, ran.values.at(-1)]).toEqual([7, expect.objectContaining({ code: 'CONSENT_REQUIRED' })]);
    expect((await person.client.jobs()).length).toBe(0);
  });

  it('[ID-07] is enough for a job, from the environment or kept by iama login', async () => {
    const { home, iama } = machine('ci');
    const env = await tokenWith(ada, ALL);
    const project = writePackage(join(home, 'project'), CLAMP);
    const ran = await iama(['run', project, '--yes', '--json'], env);
    expect([ran.code, ran.values.at(-1)]).toEqual([0, expect.objectContaining({ status: 'DELIVERED' })]);
    expect((await iama(['jobs', '--json'])).values.at(-1)).toMatchObject({ code: 'NOT_SIGNED_IN' });
    expect((await iama(['login', '--token'], env)).code).toBe(0);
    expect((await iama(['jobs', '--json'])).code).toBe(0);
  });
});
