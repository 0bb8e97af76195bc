import type { Pool } from 'pg';
import type { IdentityServices } from '../../commands/identity/services.ts';
import type { TokenAuthority } from './access-tokens.ts';
import { postgresAttempts } from './attempts.ts';
import { type CredentialKeys, postgresCredentials } from './credentials.ts';
import { postgresDeviceCodes } from './device-codes.ts';
import { postgresMailTokens } from './mail-tokens.ts';
import { postgresOAuthAttempts, postgresOAuthCodes } from './oauth/attempts.ts';
import type { Passwords } from './passwords.ts';
import { postgresPersonalTokens } from './personal-tokens.ts';
import { postgresRefreshTokens } from './refresh-tokens.ts';

/** What the commands of identity need, on one database. */
export const identityServices = (
  parts: Readonly<{ pool: Pool; keys: CredentialKeys; passwords: Passwords; tokens: TokenAuthority }>,
): IdentityServices => ({
  credentials: postgresCredentials(parts.pool, parts.keys, parts.passwords),
  tokens: parts.tokens,
  refreshTokens: postgresRefreshTokens(parts.pool),
  mailTokens: postgresMailTokens(parts.pool, parts.keys.emailSeal),
  attempts: postgresAttempts(parts.pool, parts.keys.emailIndex),
  deviceCodes: postgresDeviceCodes(parts.pool, parts.keys.emailIndex),
  personalTokens: postgresPersonalTokens(parts.pool),
  oauthAttempts: postgresOAuthAttempts(parts.pool),
  oauthCodes: postgresOAuthCodes(parts.pool),
});
