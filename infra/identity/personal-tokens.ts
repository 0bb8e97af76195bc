import type { Pool } from 'pg';
import { z } from 'zod';
import { PERSONAL_TOKEN_PREFIX, SCOPES } from '../../commands/identity/scopes.ts';
import type { PersonalTokens, VerifiedPersonalToken } from '../../commands/identity/services.ts';
import { hashOfToken, newOpaqueToken } from './opaque-token.ts';

const DAY_MS = 86_400_000;
const REMEMBERED = 10_000;

const scopes = z.array(z.enum(SCOPES));

type Row = Readonly<{
  session_id: string;
  user_id: string;
  generation: number;
  scopes: string[];
  expires_at: Date;
}>;

type Listed = Omit<Row, 'user_id'> & Readonly<{ label: string; created_at: Date }>;

/** Tokens for machines in Postgres, as hashes. One that was found is remembered: nothing of it changes but its session. */
export const postgresPersonalTokens = (pool: Pool, now: () => number = Date.now): PersonalTokens => {
  const remembered = new Map<string, VerifiedPersonalToken>();

  const find = async (token: string): Promise<VerifiedPersonalToken | null> => {
    const { rows } = await pool.query<Row>(
      'select session_id, user_id, generation, scopes, expires_at from personal_tokens where token_hash = $1',
      [hashOfToken(token)],
    );
    const [row] = rows;
    if (row === undefined) return null;
    return {
      sessionId: row.session_id,
      userId: row.user_id,
      generation: row.generation,
      scopes: scopes.parse(row.scopes),
      expiresAtMs: row.expires_at.getTime(),
    };
  };

  return {
    async issue({ ref, label, scopes: granted, expiresAt }) {
      const token = `${PERSONAL_TOKEN_PREFIX}${newOpaqueToken()}`;
      await pool.query(
        `insert into personal_tokens (token_hash, session_id, user_id, generation, label, scopes, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)`,
        [hashOfToken(token), ref.sessionId, ref.userId, ref.generation, label, [...granted], expiresAt],
      );
      return token;
    },

    async listOf(userId) {
      const { rows } = await pool.query<Listed>(
        `select distinct on (session_id) session_id, generation, label, scopes, created_at, expires_at
           from personal_tokens where user_id = $1 and expires_at > clock_timestamp()
          order by session_id, created_at limit 200`,
        [userId],
      );
      return rows.map(({ session_id, generation, label, scopes: granted, created_at, expires_at }) => ({
        ref: { sessionId: session_id, userId, generation },
        label,
        scopes: scopes.parse(granted),
        createdAt: created_at.toISOString(),
        expiresAt: expires_at.toISOString(),
      }));
    },

    async verify(token) {
      const hash = hashOfToken(token).toString('hex');
      const known = remembered.get(hash) ?? (await find(token));
      if (known === null || known.expiresAtMs <= now()) return null;
      if (remembered.size >= REMEMBERED) remembered.clear();
      remembered.set(hash, known);
      // Timers reach a few weeks; whoever follows a stream for a day asks again.
      return { ...known, expiresAtMs: Math.min(known.expiresAtMs, now() + DAY_MS) };
    },
  };
};
