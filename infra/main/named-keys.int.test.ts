import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../domain/kernel/message.ts';
import { newSigningKeyPem } from '../identity/signing-key.ts';
import { createTestDatabase, type TestDatabase } from '../postgres/testing/database.ts';
import { readConfig } from './config.ts';
import { openDatabase } from './database.ts';
import { createLogger } from './logger.ts';
import { openParts, type Parts } from './parts.ts';
import { changeSettingOf } from './testing/change-setting.ts';

const SESSION = { userId: 'user-1', sessionId: 's', generation: 0 };

/** Two processes of one installation. */
describe('keys of access tokens that super admins name', { timeout: 120_000 }, () => {
  let database: TestDatabase;
  let folder: string;
  const processes: Parts[] = [];
  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'iama-keys-'));
    const config = readConfig({
      DATABASE_URL: database.appUrl,
      DATABASE_DIRECT_URL: database.directUrl,
      IAMA_DATA_DIR: folder,
    });
    for (let count = 0; count < 2; count += 1)
      processes.push(await openParts(config, await openDatabase(config), createLogger('silent', 'test')));
    await mkdir(join(folder, 'keys'));
    await writeFile(join(folder, 'keys', 'tokens-b'), newSigningKeyPem(), { mode: 0o600 });
    await writeFile(join(folder, 'keys', 'nonsense'), 'zq7canary');
  });
  afterAll(async () => {
    for (const parts of processes) await parts.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it('[OPS-02] [ID-03] [OPS-13] sign and are known in all processes at once, and tokens of a key that is taken out end', async () => {
    const [one, two] = processes;
    if (one === undefined || two === undefined) throw new Error('two processes are needed');
    const set = (value: Json) => changeSettingOf(one, 'access_tokens.api_key_ref', value);
    const { access_token: old } = await one.tokens.issue(SESSION);
    expect(await two.tokens.verify(old)).toMatchObject(SESSION);
    const refused = await set(['nonsense']).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'SETTING_INVALID' });
    expect(JSON.stringify([refused, String(refused)])).not.toContain('canary');
    await set(['tokens-b']);
    const { access_token } = await one.tokens.issue(SESSION);
    expect(decodeProtectedHeader(access_token).kid).not.toBe(decodeProtectedHeader(old).kid);
    expect(await two.tokens.verify(access_token)).toMatchObject(SESSION);
    expect(await two.tokens.verify(old)).toBeNull();
    expect((await two.tokens.jwks()).keys).toHaveLength(1);
    await set(null);
    expect((await two.tokens.issue(SESSION)).access_token).not.toBe('');
    expect(await one.tokens.verify(old)).toMatchObject(SESSION);
  });
});
