import type { Pool, PoolClient } from 'pg';
import type {
  IssuedRefreshToken,
  RefreshTokens,
  Rotation,
  SessionRef,
} from '../../commands/identity/services.ts';
import { withTransaction } from '../postgres/pool.ts';
import { hashOfToken, keyOfToken, newOpaqueToken } from './opaque-token.ts';
import { openText, sealText } from './sealed-text.ts';

/** ID-03: of the whole family, from the sign-in on. */
const REFRESH_SECONDS = 30 * 24 * 60 * 60;
/** Two tabs that wake up together send the same token; a thief comes later. */
const PARALLEL_SECONDS = 10;

const SUCCESSOR = 'successor of a refresh token v1';

type Row = Readonly<{
  session_id: string;
  user_id: string;
  generation: number;
  expires_at: Date;
  left_seconds: number;
  is_spent: boolean;
  just_spent: boolean;
  successor_sealed: Buffer | null;
  successor_unspent: boolean;
}>;

/** A statement of its own: what is read after the wait for the lock must see what the others wrote meanwhile. */
const LOCK = 'select from refresh_tokens where token_hash = $1 for update';

const FIND = `
  select t.session_id, t.user_id, t.generation, t.expires_at, t.successor_sealed,
         floor(extract(epoch from t.expires_at - clock_timestamp()))::int as left_seconds,
         t.spent_at is not null as is_spent,
         coalesce(t.spent_at > clock_timestamp() - make_interval(secs => $2), false) as just_spent,
         exists (select from refresh_tokens s
                  where s.token_hash = t.successor_hash and s.spent_at is null) as successor_unspent
    from refresh_tokens t
   where t.token_hash = $1 and t.expires_at > clock_timestamp()`;

const insert = async (
  db: Pick<PoolClient, 'query'>,
  token: string,
  ref: SessionRef,
  expiresAt: Date | null,
): Promise<void> => {
  await db.query(
    `insert into refresh_tokens (token_hash, session_id, user_id, generation, expires_at)
     values ($1, $2, $3, $4, coalesce($5, clock_timestamp() + make_interval(secs => $6)))`,
    [hashOfToken(token), ref.sessionId, ref.userId, ref.generation, expiresAt, REFRESH_SECONDS],
  );
};

const answerOf = (row: Row, successor: string | null): Rotation => {
  const issued: IssuedRefreshToken | null =
    successor === null ? null : { refresh_token: successor, refresh_expires_in: row.left_seconds };
  return {
    userId: row.user_id,
    sessionId: row.session_id,
    generation: row.generation,
    successor: issued,
  };
};

/** The successor is sealed with the token that it follows, so that the table alone opens neither. */
const spend = async (client: PoolClient, token: string, row: Row): Promise<string> => {
  const successor = newOpaqueToken();
  const ref = { userId: row.user_id, sessionId: row.session_id, generation: row.generation };
  await insert(client, successor, ref, row.expires_at);
  await client.query(
    `update refresh_tokens set spent_at = clock_timestamp(), successor_hash = $2, successor_sealed = $3
      where token_hash = $1`,
    [
      hashOfToken(token),
      hashOfToken(successor),
      sealText(keyOfToken(token, SUCCESSOR), row.session_id, successor),
    ],
  );
  return successor;
};

const rotateIn = async (client: PoolClient, token: string): Promise<Rotation | null> => {
  await client.query(LOCK, [hashOfToken(token)]);
  const { rows } = await client.query<Row>(FIND, [hashOfToken(token), PARALLEL_SECONDS]);
  const [row] = rows;
  if (row === undefined) return null;
  if (!row.is_spent) return answerOf(row, await spend(client, token, row));
  const isParallel = row.just_spent && row.successor_unspent && row.successor_sealed !== null;
  if (!isParallel || row.successor_sealed === null) return answerOf(row, null);
  return answerOf(row, openText(keyOfToken(token, SUCCESSOR), row.session_id, row.successor_sealed));
};

/** Refresh tokens in Postgres, as hashes (ID-03). */
export const postgresRefreshTokens = (pool: Pool): RefreshTokens => ({
  async issue(ref) {
    const token = newOpaqueToken();
    await insert(pool, token, ref, null);
    return { refresh_token: token, refresh_expires_in: REFRESH_SECONDS };
  },

  async holderOf(token) {
    const { rows } = await pool.query<{ user_id: string }>(
      'select user_id from refresh_tokens where token_hash = $1 and expires_at > clock_timestamp()',
      [hashOfToken(token)],
    );
    return rows[0]?.user_id ?? null;
  },

  rotate: (token) => withTransaction(pool, (client) => rotateIn(client, token)),
});
