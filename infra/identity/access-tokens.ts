import { randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, errors, exportJWK, type JSONWebKeySet, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { AccessTokens, SessionRef } from '../../commands/identity/services.ts';
import type { SigningKey } from './signing-key.ts';

/** ID-03. */
const ACCESS_TOKEN_SECONDS = 15 * 60;
const TYPE = 'at+jwt';
const ALGORITHM = 'RS256';
const REMEMBERED = 10_000;

export type Verified = SessionRef & Readonly<{ expiresAtMs: number }>;

const claims = z.object({ sub: z.string(), exp: z.number(), sid: z.string(), gen: z.int() });

export type TokenAuthority = AccessTokens &
  Readonly<{
    /** null: not a token of ours, or not any more. Never says why. */
    verify(token: string): Promise<Verified | null>;
    jwks(): Promise<JSONWebKeySet>;
  }>;

/**
 * Issues with the first key, verifies with all of them: a rotated key stays until its last token has expired. The
 * algorithm, the type and the set of keys are ours; nothing in a token's header chooses them (`none`, HS256 with the
 * public key, an embedded jwk and a jku all fail). A verified token is remembered, since RSA costs more than the rest of
 * most requests.
 */
export const tokenAuthority = async (
  keys: readonly [SigningKey, ...SigningKey[]],
  names: Readonly<{ issuer: string; audience: string }>,
  now: () => number = Date.now,
): Promise<TokenAuthority> => {
  const withIds = await Promise.all(
    keys.map(async ({ publicKey, privateKey }) => {
      const jwk = await exportJWK(publicKey);
      const kid = await calculateJwkThumbprint(jwk);
      return { kid, publicKey, privateKey, jwk: { ...jwk, kid, alg: ALGORITHM, use: 'sig' } };
    }),
  );
  const byId = new Map(withIds.map((key) => [key.kid, key]));
  const [current] = withIds;
  if (current === undefined) throw new Error('a signing key is needed');
  const remembered = new Map<string, Verified>();

  const check = async (token: string): Promise<Verified | null> => {
    const { payload } = await jwtVerify(
      token,
      ({ kid }) => {
        const key = byId.get(kid ?? '');
        if (key === undefined) throw new errors.JWKSNoMatchingKey();
        return key.publicKey;
      },
      {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: names.issuer,
        audience: names.audience,
        requiredClaims: ['sub', 'jti', 'exp', 'iat', 'sid', 'gen'],
        currentDate: new Date(now()),
      },
    );
    const parsed = claims.safeParse(payload);
    if (!parsed.success) return null;
    const { sub, exp, sid, gen } = parsed.data;
    return { userId: sub, sessionId: sid, generation: gen, expiresAtMs: exp * 1_000 };
  };

  return {
    async issue({ userId, sessionId, generation }) {
      const issuedAt = Math.floor(now() / 1_000);
      const access_token = await new SignJWT({ sid: sessionId, gen: generation })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: current.kid })
        .setIssuer(names.issuer)
        .setAudience(names.audience)
        .setSubject(userId)
        .setJti(randomUUID())
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + ACCESS_TOKEN_SECONDS)
        .sign(current.privateKey);
      return { access_token, expires_in: ACCESS_TOKEN_SECONDS };
    },

    async verify(token) {
      const known = remembered.get(token);
      if (known !== undefined && known.expiresAtMs > now()) return known;
      remembered.delete(token);
      try {
        const verified = await check(token);
        if (verified === null) return null;
        if (remembered.size >= REMEMBERED) remembered.clear();
        remembered.set(token, verified);
        return verified;
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },

    jwks: async () => ({ keys: withIds.map(({ jwk }) => jwk) }),
  };
};
