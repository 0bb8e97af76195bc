import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../domain/kernel/message.ts';
import { keysOfFolder, lastHead } from '../audit/head-folder.ts';
import { headSigner, newHeadKeyPem } from '../audit/head-key.ts';
import { checkHead, type TreeHead } from '../audit/tree-head.ts';
import { appendNotes } from '../event-store/contract/fixtures.ts';
import { newSigningKeyPem } from '../identity/signing-key.ts';
import { createTestDatabase, type TestDatabase } from '../postgres/testing/database.ts';
import { readConfig } from './config.ts';
import { openDatabase } from './database.ts';
import { createLogger } from './logger.ts';
import { openParts } from './parts.ts';
import { startWorker } from './start-worker.ts';
import { changeSettingOf } from './testing/change-setting.ts';

const WAIT_MS = 30_000;

describe('a worker', { timeout: 120_000 }, () => {
  let database: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'iama-worker-'));
  });
  afterAll(async () => {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (env: Readonly<Record<string, string>> = {}) => {
    const config = readConfig({
      DATABASE_URL: database.appUrl,
      DATABASE_DIRECT_URL: database.directUrl,
      IAMA_DATA_DIR: folder,
      IAMA_TREE_SECONDS: '1',
      ...env,
    });
    const logger = createLogger('silent', 'test');
    const parts = await openParts(config, await openDatabase(config), logger);
    const worker = await startWorker(parts);
    return {
      parts,
      async stop() {
        await worker.stop();
        await parts.close();
      },
    };
  };

  const published = async (of: (head: TreeHead) => boolean): Promise<TreeHead> => {
    const deadline = Date.now() + WAIT_MS;
    for (;;) {
      const head = await lastHead(join(folder, 'tree'));
      if (head !== null && of(head)) return head;
      if (Date.now() > deadline) throw new Error('no such head was published in time');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  it('[ES-07] publishes signed heads at its interval, by a key that only its owner may read', async () => {
    const worker = await start();
    await appendNotes(worker.parts.log, 3);
    const first = await published(({ tree_size }) => tree_size >= 3);
    await appendNotes(worker.parts.log, 300);
    const second = await published(({ tree_size }) => tree_size >= 303);
    await worker.stop();
    const keys = await keysOfFolder(join(folder, 'tree'));
    for (const head of [first, second]) checkHead(head, keys);
    const { mode } = await stat(join(folder, 'secrets', 'tree-head.pem'));
    expect(mode & 0o777).toBe(0o600);
  });

  it('[ES-07] keeps its key when started again, until another is configured', async () => {
    const [known] = (await keysOfFolder(join(folder, 'tree'))).keys();
    const again = await start();
    expect((await again.parts.headSigner()).keyId).toBe(known);
    await again.stop();
    const pem = newHeadKeyPem();
    const { keyId } = headSigner(pem);
    const rotated = await start({ IAMA_TREE_KEY: pem });
    const head = await published(({ key_id }) => key_id === keyId);
    await rotated.stop();
    const keys = await keysOfFolder(join(folder, 'tree'));
    checkHead(head, keys);
    expect([...keys.keys()].sort()).toEqual([known, keyId].sort());
  });

  it('[OPS-02] [ES-07] signs with the key that operators name, from the next head on and without a restart', async () => {
    const worker = await start();
    const pem = newHeadKeyPem();
    const { keyId } = headSigner(pem);
    await mkdir(join(folder, 'keys'), { recursive: true });
    await writeFile(join(folder, 'keys', 'heads-b'), pem, { mode: 0o600 });
    const set = (value: Json) => changeSettingOf(worker.parts, 'log_heads.api_key_ref', value);
    await expect(set('heads-c')).rejects.toMatchObject({ code: 'SETTING_INVALID' });
    await set('heads-b');
    const head = await published(({ key_id }) => key_id === keyId);
    await set(null);
    const after = await published(({ key_id }) => key_id !== keyId);
    await worker.stop();
    const keys = await keysOfFolder(join(folder, 'tree'));
    for (const each of [head, after]) checkHead(each, keys);
  });

  it('[ES-07] does not start with a key of another kind', async () => {
    await expect(start({ IAMA_TREE_KEY: newSigningKeyPem() })).rejects.toThrow('Ed25519');
  });
});
