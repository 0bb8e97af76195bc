import { createHmac } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, exportSPKI, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TokenAuthority, tokenAuthority } from './access-tokens.ts';
import { passwords } from './passwords.ts';
import { openText, sealText } from './sealed-text.ts';
import { secretsOfFolder } from './secrets.ts';
import { newSigningKeyPem, type SigningKey, signingKey } from './signing-key.ts';

const SESSION = { userId: 'user-1', sessionId: 's', generation: 0 };
const names = { issuer: 'iama', audience: 'iama-api' };

describe('access tokens', () => {
  let key: SigningKey;
  let foreign: SigningKey;
  let authority: TokenAuthority;
  let kid: string;
  beforeAll(async () => {
    key = signingKey(newSigningKeyPem());
    foreign = signingKey(newSigningKeyPem());
    authority = await tokenAuthority([key], names);
    kid = String((await authority.jwks()).keys[0]?.kid);
  });

  const forge = (header: Record<string, unknown>, claims: Record<string, string> = {}) => {
    const jwt = new SignJWT({ sid: 's', gen: 0 })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid, ...header })
      .setIssuer(claims['iss'] ?? names.issuer)
      .setAudience(claims['aud'] ?? names.audience)
      .setSubject('user-1')
      .setJti('j')
      .setIssuedAt()
      .setExpirationTime(claims['exp'] ?? '5m');
    return jwt;
  };

  it('[ID-03] refuses alg none', async () => {
    const unsecured = new UnsecuredJWT({}).setSubject('user-1').setIssuer('iama').setAudience('iama-api');
    expect(await authority.verify(unsecured.setExpirationTime('5m').encode())).toBeNull();
  });

  it('[ID-03] refuses HS256 signed with the public key', async () => {
    const pem = await exportSPKI(key.publicKey);
    const good = await forge({}).sign(key.privateKey);
    const payload = good.split('.')[1] ?? '';
    const header = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'at+jwt', kid })).toString('base64url');
    const mac = createHmac('sha256', pem).update(`${header}.${payload}`).digest('base64url');
    expect(await authority.verify(`${header}.${payload}.${mac}`)).toBeNull();
  });

  it('[ID-03] refuses another key, under our key id, an unknown one or with an embedded jwk', async () => {
    expect(await authority.verify(await forge({}).sign(foreign.privateKey))).toBeNull();
    expect(await authority.verify(await forge({ kid: 'unknown' }).sign(foreign.privateKey))).toBeNull();
    const jwk = await exportJWK(foreign.publicKey);
    expect(await authority.verify(await forge({ jwk }).sign(foreign.privateKey))).toBeNull();
  });

  it('[ID-03] refuses a wrong issuer, audience, type and an expired token', async () => {
    for (const claims of [{ iss: 'x' }, { aud: 'x' }, { exp: '-1s' }])
      expect(await authority.verify(await forge({}, claims).sign(key.privateKey))).toBeNull();
    expect(await authority.verify(await forge({ typ: 'JWT' }).sign(key.privateKey))).toBeNull();
    expect(await authority.verify('not a token')).toBeNull();
  });

  it('[ID-03] forgets a remembered token when it expires', async () => {
    let now = Date.parse('2026-11-20T10:00:00Z');
    const clocked = await tokenAuthority([key], names, () => now);
    const { access_token, expires_in } = await clocked.issue(SESSION);
    expect(await clocked.verify(access_token)).toEqual({ ...SESSION, expiresAtMs: now + 900_000 });
    now += expires_in * 1_000;
    expect(await clocked.verify(access_token)).toBeNull();
  });

  it('[ID-03] verifies tokens of a rotated key, and serves only public parts', async () => {
    const { access_token } = await authority.issue(SESSION);
    const rotated = await tokenAuthority([foreign, key], names);
    expect((await rotated.verify(access_token))?.userId).toBe('user-1');
    expect((await rotated.jwks()).keys).toHaveLength(2);
    expect(JSON.stringify(await rotated.jwks())).not.toContain('"d"');
  });
});

describe('passwords', () => {
  const cheap = passwords(new Uint8Array(32), 4);

  it('[ID-02] tells apart what bcrypt alone would cut off after 72 bytes or at a zero byte', async () => {
    const long = 'x'.repeat(100);
    const stored = await cheap.hash(long);
    expect(await cheap.verify(`${'x'.repeat(99)}y`, stored)).toBe(false);
    expect(await cheap.verify(long, stored)).toBe(true);
    const zero = await cheap.hash('abc\0def-ghi-jkl');
    expect(await cheap.verify('abc\0xxx-xxx-xxx', zero)).toBe(false);
  });

  it('[ID-02] needs the pepper, and never accepts a missing account', async () => {
    const stored = await cheap.hash('correct horse battery');
    expect(await passwords(new Uint8Array(32).fill(1), 4).verify('correct horse battery', stored)).toBe(
      false,
    );
    expect(await cheap.verify('correct horse battery', null)).toBe(false);
    expect(await passwords(new Uint8Array(32)).hash('correct horse battery')).toMatch(/^\$2b\$12\$/);
  });
});

describe('sealed text', () => {
  const key = new Uint8Array(32).fill(7);
  it('opens for its subject only', () => {
    const sealed = sealText(key, 'u1', 'ada@example.org');
    expect(sealed.includes('ada')).toBe(false);
    expect(() => openText(key, 'u2', sealed)).toThrow();
    expect(openText(key, 'u1', sealed)).toBe('ada@example.org');
  });
});

describe('secrets of a folder', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'iama-secrets-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('[ID-04] are made once, whoever comes first, and are readable by their owner only', async () => {
    const [first, second] = await Promise.all([secretsOfFolder(folder), secretsOfFolder(folder)]);
    expect(second).toEqual(first);
    expect(await secretsOfFolder(folder)).toEqual(first);
    const names = await readdir(folder);
    expect(names.sort()).toEqual([
      'artifacts.key',
      'email-index.key',
      'email-seal.key',
      'jwt.pem',
      'password-pepper.key',
    ]);
    for (const name of names) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  });

  it('[ID-04] refuse a weak signing key', () => {
    expect(() => signingKey('nonsense')).toThrow();
  });
});
