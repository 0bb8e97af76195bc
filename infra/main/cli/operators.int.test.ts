import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../postgres/testing/database.ts';

const BIN = fileURLToPath(new URL('../../../extension/executor/bin/iama.mjs', import.meta.url));

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'iama-admin-'));
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const iama = (args: readonly string[], dataFolder = folder) =>
  spawnSync(process.execPath, [BIN, 'admin', ...args], {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      IAMA_DATABASE_URL: database.appUrl,
      IAMA_DATA_DIR: dataFolder,
    },
  });

describe('iama admin', () => {
  it('[OPS-01] adds the first super admin once, and gives other secrets to an operator only', () => {
    const none = iama(['reset', 'ada@example.org', '--json']);
    expect([none.status, JSON.parse(none.stdout).code]).toEqual([3, 'ADMIN_NOT_FOUND']);
    const first = JSON.parse(iama(['add-first', 'ada@example.org', '--json']).stdout);
    expect(first).toEqual({
      password: expect.stringMatching(/^[\w-]{24}$/),
      totp_uri: expect.stringMatching(/^otpauth:\/\/totp\/IAMA:ada%40example\.org\?/),
    });
    const second = iama(['add-first', 'eve@example.org']);
    expect([second.status, second.stderr]).toEqual([3, expect.stringContaining('SUPER_ADMIN_EXISTS')]);
    const reset = JSON.parse(iama(['reset', 'ADA@example.org', '--json']).stdout);
    expect(reset.password).not.toBe(first.password);
    expect(reset.totp_uri).not.toBe(first.totp_uri);
  });

  it('[OPS-01] [ID-04] makes no operator with secrets that the server does not have', () => {
    const other = iama(['reset', 'ada@example.org'], join(folder, 'another'));
    expect([other.status, other.stderr]).toEqual([1, expect.stringContaining('begun with')]);
  });
});
