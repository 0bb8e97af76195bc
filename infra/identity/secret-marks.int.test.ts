import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../postgres/testing/database.ts';
import { checkSecrets } from './secret-marks.ts';

const key = (byte: number) => new Uint8Array(32).fill(byte);
const secrets = { passwordPepper: key(1), emailIndexKey: key(2), emailSealKey: key(3), artifactKey: key(4) };

describe('the secrets of a database', () => {
  let pool: Pool;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ pool, close } = await openTestDatabase());
  });
  afterAll(() => close());

  it('[ID-04] are those that it was begun with, by whichever process came first; another is refused by name', async () => {
    await Promise.all(Array.from({ length: 5 }, () => checkSecrets(pool, secrets)));
    for (const name of ['passwordPepper', 'emailIndexKey', 'emailSealKey', 'artifactKey'] as const)
      await expect(checkSecrets(pool, { ...secrets, [name]: key(9) })).rejects.toThrow(`begun with: ${name}`);
    await checkSecrets(pool, secrets);
  });

  it('[ID-04] cannot be forgotten by the application, nor read from it', async () => {
    await expect(pool.query('delete from secret_marks')).rejects.toThrow('permission denied');
    await expect(pool.query("update secret_marks set mark = '\\x00'")).rejects.toThrow('permission denied');
    const { rows } = await pool.query('select mark from secret_marks');
    expect(rows).toHaveLength(4);
    for (const { mark } of rows)
      for (const secret of Object.values(secrets)) expect(Buffer.from(secret).equals(mark)).toBe(false);
  });
});
