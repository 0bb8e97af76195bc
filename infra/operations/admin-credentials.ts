import { createHmac, randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import type { Pool } from 'pg';
import type { AdminCredentials } from '../../commands/operations/services.ts';
import type { CredentialKeys } from '../identity/credentials.ts';
import type { Passwords } from '../identity/passwords.ts';
import { openText, sealText } from '../identity/sealed-text.ts';

const PERIOD_SECONDS = 30;
/** Clocks of telephones go a little wrong: the code before and the one after count too (RFC 6238, 5.2). */
const STEPS_ASIDE = 1;
const PASSWORD_BYTES = 18;

/** Looked for where there is no operator, so that the work is the same. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

const codesOf = (base32: string, label: string): TOTP =>
  new TOTP({ issuer: 'IAMA', label, secret: Secret.fromBase32(base32), period: PERIOD_SECONDS });

/** The step whose code it is; null: of none that counts now. */
const stepOf = (base32: string, code: string, nowMs: number): number | null => {
  const delta = codesOf(base32, '').validate({ token: code, timestamp: nowMs, window: STEPS_ASIDE });
  return delta === null ? null : Math.floor(nowMs / 1_000 / PERIOD_SECONDS) + delta;
};

type Row = Readonly<{ password_hash: string | null; totp_sealed: Buffer | null }>;

export type PostgresAdminCredentials = AdminCredentials &
  Readonly<{ emailOf(adminId: string): Promise<string | null> }>;

/** Secrets of operators in Postgres, in a table of their own. `now`: milliseconds. */
export const postgresAdminCredentials = (
  pool: Pool,
  keys: CredentialKeys,
  passwords: Passwords,
  now: () => number = Date.now,
): PostgresAdminCredentials => {
  const emailOf = async (adminId: string): Promise<string | null> => {
    const { rows } = await pool.query<{ email_sealed: Buffer }>(
      'select email_sealed from admin_credentials where admin_id = $1',
      [adminId],
    );
    const sealed = rows[0]?.email_sealed;
    return sealed === undefined ? null : openText(keys.emailSeal, `admin ${adminId}`, sealed);
  };

  /** One statement, so that of two who send the same code one is refused. */
  const spendStep = async (adminId: string, step: number): Promise<boolean> => {
    const { rowCount } = await pool.query(
      'update admin_credentials set totp_step = $2 where admin_id = $1 and totp_step < $2',
      [adminId, step],
    );
    return rowCount === 1;
  };

  return {
    emailOf,

    emailKeyOf: (email) =>
      createHmac('sha256', keys.emailIndex)
        .update(`admin\0${email.trim().normalize('NFC').toLowerCase()}`)
        .digest('hex'),

    async save({ adminId, email }) {
      await pool.query('insert into admin_credentials (admin_id, email_sealed) values ($1, $2)', [
        adminId,
        sealText(keys.emailSeal, `admin ${adminId}`, email),
      ]);
    },

    async discard(adminId) {
      await pool.query('delete from admin_credentials where admin_id = $1', [adminId]);
    },

    async disable(adminId) {
      await pool.query(
        'update admin_credentials set password_hash = null, totp_sealed = null where admin_id = $1',
        [adminId],
      );
    },

    async renew(adminId) {
      const password = randomBytes(PASSWORD_BYTES).toString('base64url');
      const { base32 } = new Secret();
      const label = (await emailOf(adminId)) ?? adminId;
      await pool.query(
        `update admin_credentials set password_hash = $2, totp_sealed = $3, totp_step = 0 where admin_id = $1`,
        [
          adminId,
          await passwords.hash(password),
          sealText(keys.emailSeal, `codes of admin ${adminId}`, base32),
        ],
      );
      return { password, totp_uri: codesOf(base32, label).toString() };
    },

    async verify(adminId, { password, code }) {
      const id = adminId ?? NOBODY;
      const { rows } = await pool.query<Row>(
        'select password_hash, totp_sealed from admin_credentials where admin_id = $1',
        [id],
      );
      const [row] = rows;
      const isRight = await passwords.verify(password, row?.password_hash ?? null);
      const sealed = row?.totp_sealed ?? null;
      if (!isRight || sealed === null) return false;
      const step = stepOf(openText(keys.emailSeal, `codes of admin ${id}`, sealed), code, now());
      return step !== null && (await spendStep(id, step));
    },
  };
};
