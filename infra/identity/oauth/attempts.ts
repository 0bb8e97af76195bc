import type { Pool } from 'pg';
import { z } from 'zod';
import type { OAuthAttempts } from '../../../commands/identity/services.ts';
import { OAUTH_PROVIDERS } from '../../../domain/identity/provider-claim.ts';
import { hashOfToken, keyOfToken, newOpaqueToken } from '../opaque-token.ts';
import { openText, sealText } from '../sealed-text.ts';

const VALID_SECONDS = 10 * 60;
const USE = 'attempt at a provider v1';

const attempt = z.object({
  provider: z.enum(OAUTH_PROVIDERS),
  verifier: z.string(),
  nonce: z.string(),
  linking: z.object({ userId: z.string(), generation: z.int() }).nullable(),
});

/** In Postgres, sealed with the state itself: whoever has the table alone has no verifier. */
export const postgresOAuthAttempts = (pool: Pool): OAuthAttempts => ({
  async begin(begun, browser) {
    const state = newOpaqueToken();
    await pool.query(
      `insert into oauth_attempts (state_hash, browser_hash, sealed, expires_at)
       values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))`,
      [
        hashOfToken(state),
        hashOfToken(browser),
        sealText(keyOfToken(state, USE), USE, JSON.stringify(begun)),
        VALID_SECONDS,
      ],
    );
    return state;
  },

  async take(state, browser) {
    const { rows } = await pool.query<{ sealed: Buffer }>(
      `delete from oauth_attempts
        where state_hash = $1 and browser_hash = $2 and expires_at > clock_timestamp()
       returning sealed`,
      [hashOfToken(state), hashOfToken(browser)],
    );
    const [row] = rows;
    if (row === undefined) return null;
    return attempt.parse(JSON.parse(openText(keyOfToken(state, USE), USE, row.sealed)));
  },
});
