import { createHmac, randomInt } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { DeviceCodes, Poll } from '../../commands/identity/services.ts';
import { withTransaction } from '../postgres/pool.ts';
import { hashOfToken, newOpaqueToken } from './opaque-token.ts';

const VALID_SECONDS = 10 * 60;
const INTERVAL_SECONDS = 5;
/** RFC 8628, 6.1: no vowels, so no words, and nothing that looks like something else. 8 of them have 34 bits. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const LENGTH = 8;

const newUserCode = (): string =>
  Array.from({ length: LENGTH }, () => LETTERS.charAt(randomInt(LETTERS.length))).join('');

/** However it was typed. */
const normalised = (userCode: string): string => userCode.toUpperCase().replaceAll(/[^A-Z]/g, '');

type Row = Readonly<{
  approved: boolean | null;
  user_id: string | null;
  generation: number | null;
  too_soon: boolean;
}>;

const LOCK = `
  select approved, user_id, generation,
         coalesce(polled_at > clock_timestamp() - make_interval(secs => $2), false) as too_soon
    from device_codes
   where device_hash = $1 and spent_at is null and expires_at > clock_timestamp()
     for update`;

const pollIn = async (client: PoolClient, deviceHash: Buffer): Promise<Poll> => {
  const { rows } = await client.query<Row>(LOCK, [deviceHash, INTERVAL_SECONDS]);
  const [row] = rows;
  if (row === undefined) return { status: 'UNKNOWN' };
  if (row.approved === null) {
    if (row.too_soon) return { status: 'TOO_SOON', retryAfterSeconds: INTERVAL_SECONDS };
    await client.query('update device_codes set polled_at = clock_timestamp() where device_hash = $1', [
      deviceHash,
    ]);
    return { status: 'PENDING' };
  }
  await client.query('update device_codes set spent_at = clock_timestamp() where device_hash = $1', [
    deviceHash,
  ]);
  if (!row.approved || row.user_id === null || row.generation === null) return { status: 'DENIED' };
  return { status: 'APPROVED', userId: row.user_id, generation: row.generation };
};

/** Device codes in Postgres, as hashes; the short code under a key, because it has few bits of its own. */
export const postgresDeviceCodes = (pool: Pool, key: Uint8Array): DeviceCodes => {
  const hashOfUserCode = (userCode: string): Buffer =>
    createHmac('sha256', key)
      .update(`device\0${normalised(userCode)}`)
      .digest();
  return {
    async start() {
      const deviceCode = newOpaqueToken();
      const userCode = newUserCode();
      await pool.query(
        `insert into device_codes (device_hash, user_code_hash, expires_at)
         values ($1, $2, clock_timestamp() + make_interval(secs => $3))`,
        [hashOfToken(deviceCode), hashOfUserCode(userCode), VALID_SECONDS],
      );
      return {
        device_code: deviceCode,
        user_code: `${userCode.slice(0, LENGTH / 2)}-${userCode.slice(LENGTH / 2)}`,
        expires_in: VALID_SECONDS,
        interval: INTERVAL_SECONDS,
      };
    },

    async decide(userCode, { userId, generation, approved }) {
      const { rowCount } = await pool.query(
        `update device_codes set approved = $2, user_id = $3, generation = $4
          where user_code_hash = $1 and approved is null and expires_at > clock_timestamp()`,
        [hashOfUserCode(userCode), approved, userId, generation],
      );
      return rowCount === 1;
    },

    poll: (deviceCode) => withTransaction(pool, (client) => pollIn(client, hashOfToken(deviceCode))),
  };
};
