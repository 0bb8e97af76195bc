import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newHeadKeyPem } from '../audit/head-key.ts';
import { newSigningKeyPem } from '../identity/signing-key.ts';
import { readConfig, VARIABLE_NAMES } from './config.ts';
import { faultsOf } from './testing/config-faults.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-secrets-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const key = () => randomBytes(32).toString('hex');
const SECRETS: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgres://app@pool/iama',
  DATABASE_OWNER_URL: 'postgres://owner@db/iama',
  DATABASE_DIRECT_URL: 'postgres://app@db/iama',
  IAMA_PASSWORD_PEPPER: key(),
  IAMA_EMAIL_INDEX_KEY: key(),
  IAMA_EMAIL_SEAL_KEY: key(),
  IAMA_ARTIFACT_KEY: key(),
  IAMA_JWT_PRIVATE_KEY: newSigningKeyPem(),
  IAMA_JWT_PREVIOUS_KEYS: newSigningKeyPem(),
  IAMA_TREE_KEY: newHeadKeyPem(),
  IAMA_GITHUB_CLIENT_SECRET: 'one',
  IAMA_GOOGLE_CLIENT_SECRET: 'two',
  IAMA_METRICS_TOKEN: key(),
};
const PLAIN = {
  NODE_ENV: 'production',
  IAMA_PUBLIC_URL: 'https://iama.example.org',
  IAMA_GITHUB_CLIENT_ID: 'id',
  IAMA_GOOGLE_CLIENT_ID: 'id',
};
/** A file ends with a line end, as editors and most tools write it. */
const inFiles = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(SECRETS).map(async ([name, value]) => {
        await writeFile(join(folder, name), `${value.trimEnd()}\n`);
        return [`${name}_FILE`, join(folder, name)] as const;
      }),
    ),
  );

describe('secrets in files', () => {
  it('[ID-04] refuses a file that is not there, empty, or given beside the value, and repeats nothing of it', async () => {
    const files = await inFiles();
    for (const [name, value] of Object.entries(SECRETS)) {
      const given = `${name}_FILE`;
      const without = Object.fromEntries(Object.entries(files).filter(([each]) => each !== given));
      expect(faultsOf({ ...PLAIN, ...without, [given]: join(folder, 'none') })).toEqual([
        `${given} cannot be read: ENOENT`,
      ]);
      expect(faultsOf({ ...PLAIN, ...files, [name]: value })).toEqual([
        `${name} and ${given} exclude each other`,
      ]);
    }
    await writeFile(join(folder, 'bad'), 'my-very-secret-value');
    const bad = faultsOf({ ...PLAIN, ...files, IAMA_ARTIFACT_KEY_FILE: join(folder, 'bad') });
    expect(bad.length).toBeGreaterThan(0);
    expect(bad.join()).toContain('IAMA_ARTIFACT_KEY: ');
    expect(bad.join()).not.toContain('my-very-secret-value');
    await writeFile(join(folder, 'empty'), '\n');
    expect(faultsOf({ ...PLAIN, ...files, DATABASE_URL_FILE: join(folder, 'empty') })).toHaveLength(1);
  });

  it('[ID-04] [OPS-13] mean the same as the variables themselves', async () => {
    const files = await inFiles();
    expect(readConfig({ ...PLAIN, ...files })).toEqual(
      readConfig({
        ...PLAIN,
        ...Object.fromEntries(Object.entries(SECRETS).map(([name, value]) => [name, value.trimEnd()])),
      }),
    );
    expect(VARIABLE_NAMES).toEqual(expect.arrayContaining(Object.keys(files)));
  });
});
