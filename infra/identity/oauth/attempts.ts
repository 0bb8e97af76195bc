import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { z } from 'zod';
import type { OAuthAttempts, OAuthCodes } from '../../../commands/identity/services.ts';
import { OAUTH_PROVIDERS } from '../../../domain/identity/provider-claim.ts';
import { hashOfToken, keyOfToken, newOpaqueToken, type Use } from '../opaque-token.ts';
import { openText, sealText } from '../sealed-text.ts';

const provider = z.enum(OAUTH_PROVIDERS);

const attempt = z.object({
  provider,
  verifier: z.string(),
  nonce: z.string(),
  linking: z.object({ userId: z.string(), generation: z.int() }).nullable(),
  returns: z.object({ to: z.string(), challenge: z.string(), state: z.string() }).nullable().default(null),
});

const arrival = z.object({
  provider,
  person: z.object({ issuer: z.string(), subject: z.string(), email: z.string().nullable() }),
});

/** `prefix`: keeps one use from taking what the other has put; no browser and no program begins with it. */
type Kept<Value> = Readonly<{ use: Use; schema: z.ZodType<Value>; seconds: number; prefix?: string }>;

/** In Postgres, sealed with the token itself: whoever has the table alone has nothing. `bound`: what has to come along. */
const kept = <Value>(pool: Pool, { use, schema, seconds, prefix = '' }: Kept<Value>) => ({
  put: async (value: Value, bound: string): Promise<string> => {
    const token = newOpaqueToken();
    await pool.query(
      `insert into oauth_attempts (state_hash, browser_hash, sealed, expires_at)
       values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))`,
      [
        hashOfToken(token),
        hashOfToken(prefix + bound),
        sealText(keyOfToken(token, use), use, JSON.stringify(value)),
        seconds,
      ],
    );
    return token;
  },

  take: async (token: string, bound: string): Promise<Value | null> => {
    const { rows } = await pool.query<{ sealed: Buffer }>(
      `delete from oauth_attempts
        where state_hash = $1 and browser_hash = $2 and expires_at > clock_timestamp()
       returning sealed`,
      [hashOfToken(token), hashOfToken(prefix + bound)],
    );
    const [row] = rows;
    if (row === undefined) return null;
    return schema.parse(JSON.parse(openText(keyOfToken(token, use), use, row.sealed)));
  },
});

/** A person takes a while at the provider. */
export const postgresOAuthAttempts = (pool: Pool): OAuthAttempts => {
  const { put, take } = kept(pool, { use: 'attempt at a provider v1', schema: attempt, seconds: 10 * 60 });
  return { begin: put, take };
};

/** A program changes its code at once. */
export const postgresOAuthCodes = (pool: Pool): OAuthCodes => {
  const use = 'arrival from a provider v1';
  const { put, take } = kept(pool, { use, schema: arrival, seconds: 60, prefix: 'code:' });
  return {
    issue: put,
    redeem: (code, verifier) => take(code, createHash('sha256').update(verifier).digest('base64url')),
  };
};
