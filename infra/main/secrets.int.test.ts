import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../postgres/testing/database.ts';
import { readConfig } from './config.ts';
import { openDatabase } from './database.ts';
import { openParts } from './parts.ts';

let database: TestDatabase;
let root: string;
beforeAll(async () => {
  database = await createTestDatabase();
  root = await mkdtemp(join(tmpdir(), 'iama-secrets-'));
});
afterAll(async () => {
  await database.drop();
  await rm(root, { recursive: true, force: true });
});

const open = async (folder: string) => {
  const config = readConfig({ DATABASE_URL: database.appUrl, IAMA_DATA_DIR: join(root, folder) });
  return openParts(config, await openDatabase(config), pino({ level: 'silent' }));
};

describe('a process on a database', () => {
  it('[ID-04] does not start with secrets of another data folder, and starts again with its own', async () => {
    await (await open('mine')).close();
    await expect(open('another')).rejects.toThrow(
      'begun with: passwordPepper, emailIndexKey, emailSealKey, artifactKey',
    );
    await (await open('mine')).close();
  });
});
