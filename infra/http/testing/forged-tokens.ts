import { createHmac, randomUUID } from 'node:crypto';
import { decodeJwt, exportJWK, exportSPKI, SignJWT, UnsecuredJWT } from 'jose';
import { newSigningKeyPem, signingKey } from '../../identity/signing-key.ts';
import { type TestApi, TOKEN_NAMES } from './api.ts';

/** Everything that looks like this token of a person and is none, by what is wrong with it. */
export const forgedTokens = async (
  api: Pick<TestApi, 'tokens' | 'signingKey'>,
  token: string,
): Promise<Readonly<Record<string, string>>> => {
  const { sub = '', sid, gen } = decodeJwt(token);
  const kid = String((await api.tokens.jwks()).keys[0]?.kid);
  const key = api.signingKey.privateKey;
  const foreign = signingKey(newSigningKeyPem());
  type Change = Readonly<{
    header?: object;
    iss?: string;
    aud?: string;
    sub?: string;
    exp?: string;
    claims?: object;
  }>;
  const signed = (change: Change, by = key): Promise<string> =>
    new SignJWT({ sid, gen, ...change.claims })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid, ...change.header })
      .setIssuer(change.iss ?? TOKEN_NAMES.issuer)
      .setAudience(change.aud ?? TOKEN_NAMES.audience)
      .setSubject(change.sub ?? sub)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime(change.exp ?? '5m')
      .sign(by);
  const [, payload = ''] = token.split('.');
  const header = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'at+jwt', kid })).toString('base64url');
  const publicPem = await exportSPKI(api.signingKey.publicKey);
  const mac = createHmac('sha256', publicPem).update(`${header}.${payload}`).digest('base64url');
  return {
    'alg none': new UnsecuredJWT({ sid, gen })
      .setSubject(sub)
      .setIssuer(TOKEN_NAMES.issuer)
      .setAudience(TOKEN_NAMES.audience)
      .setExpirationTime('5m')
      .encode(),
    'HS256 with the public key': `${header}.${payload}.${mac}`,
    expired: await signed({ exp: '-1s' }),
    'not good until tomorrow': await signed({ claims: { nbf: Math.floor(Date.now() / 1_000) + 86_400 } }),
    'another issuer': await signed({ iss: 'elsewhere' }),
    'another audience': await signed({ aud: 'elsewhere' }),
    'another type': await signed({ header: { typ: 'JWT' } }),
    'an unknown key id': await signed({ header: { kid: 'unknown' } }),
    'another key': await signed({}, foreign.privateKey),
    'an embedded jwk': await signed(
      { header: { jwk: await exportJWK(foreign.publicKey) } },
      foreign.privateKey,
    ),
    'no session': await signed({ claims: { sid: undefined } }),
    'the session of another': await signed({ sub: randomUUID() }),
    'a later generation': await signed({ claims: { gen: 7 } }),
    'a session that never was': await signed({ claims: { sid: randomUUID() } }),
    nonsense: 'nonsense',
  };
};
