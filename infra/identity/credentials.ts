import { createHmac } from 'node:crypto';
import type { Pool } from 'pg';
import type { Credentials } from '../../commands/identity/services.ts';
import type { Passwords } from './passwords.ts';
import { openText, sealText } from './sealed-text.ts';

export type CredentialKeys = Readonly<{
  /** HMAC key of the address as the log knows it. */
  emailIndex: Uint8Array;
  /** AES-256 key of the stored address. */
  emailSeal: Uint8Array;
}>;

/** Looked for where there is no user, so that the work is the same. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Credentials in Postgres (decision 0040). */
export const postgresCredentials = (pool: Pool, keys: CredentialKeys, passwords: Passwords): Credentials => ({
  emailKeyOf: (email) =>
    createHmac('sha256', keys.emailIndex).update(email.trim().normalize('NFC').toLowerCase()).digest('hex'),

  async save({ userId, email, password }) {
    const hash = password === null ? null : await passwords.hash(password);
    await pool.query('insert into credentials (user_id, email_sealed, password_hash) values ($1, $2, $3)', [
      userId,
      sealText(keys.emailSeal, userId, email),
      hash,
    ]);
  },

  async discard(userId) {
    await pool.query('delete from credentials where user_id = $1', [userId]);
  },

  async verify(userId, password) {
    const { rows } = await pool.query<{ password_hash: string | null }>(
      'select password_hash from credentials where user_id = $1',
      [userId ?? NOBODY],
    );
    return passwords.verify(password, rows[0]?.password_hash ?? null);
  },

  async changePassword(userId, password) {
    const hash = await passwords.hash(password);
    await pool.query('update credentials set password_hash = $2 where user_id = $1', [userId, hash]);
  },

  async dropPassword(userId) {
    await pool.query('update credentials set password_hash = null where user_id = $1', [userId]);
  },

  providerKeyOf: (issuer, subject) =>
    createHmac('sha256', keys.emailIndex).update(`provider\0${issuer}\0${subject}`).digest('hex'),

  async emailOf(userId) {
    const { rows } = await pool.query<{ email_sealed: Buffer }>(
      'select email_sealed from credentials where user_id = $1',
      [userId],
    );
    const sealed = rows[0]?.email_sealed;
    return sealed === undefined ? null : openText(keys.emailSeal, userId, sealed);
  },
});
