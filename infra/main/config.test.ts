import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newHeadKeyPem } from '../audit/head-key.ts';
import { newSigningKeyPem } from '../identity/signing-key.ts';
import { readConfig } from './config.ts';
import { faultsOf } from './testing/config-faults.ts';

const key = () => randomBytes(32).toString('hex');
const production = () => ({
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://app@db/iama',
  IAMA_PASSWORD_PEPPER: key(),
  IAMA_EMAIL_INDEX_KEY: key(),
  IAMA_EMAIL_SEAL_KEY: key(),
  IAMA_ARTIFACT_KEY: key(),
  IAMA_JWT_PRIVATE_KEY: newSigningKeyPem(),
  IAMA_TREE_KEY: newHeadKeyPem(),
});

describe('configuration', () => {
  it('[ID-04] refuses production without a database or any one secret, and names it', () => {
    expect(faultsOf({ NODE_ENV: 'production' })).toHaveLength(1);
    for (const name of Object.keys(production()).filter((name) => name.startsWith('IAMA_'))) {
      const { [name as 'IAMA_ARTIFACT_KEY']: _left, ...rest } = production();
      expect(faultsOf(rest)).toEqual([`${name} is missing`]);
    }
  });

  it('[ID-04] refuses secrets that are typed by hand, used twice or given by halves', () => {
    const zeros = '0'.repeat(64);
    expect(faultsOf({ ...production(), IAMA_ARTIFACT_KEY: zeros })).toEqual([
      'IAMA_ARTIFACT_KEY: is not random',
    ]);
    expect(faultsOf({ ...production(), IAMA_ARTIFACT_KEY: 'changeme' })[0]).toContain('IAMA_ARTIFACT_KEY');
    const same = key();
    expect(faultsOf({ ...production(), IAMA_ARTIFACT_KEY: same, IAMA_EMAIL_SEAL_KEY: same })[0]).toContain(
      'must all differ',
    );
    expect(faultsOf({ IAMA_PASSWORD_PEPPER: key() })).toHaveLength(4);
  });

  it('[ID-04] refuses a signing key that is given twice, and earlier keys that are cut off', () => {
    for (const name of ['IAMA_JWT_PRIVATE_KEY', 'IAMA_TREE_KEY'])
      expect(faultsOf({ ...production(), [`${name}_FILE`]: '/none' })).toEqual([
        `${name} and ${name}_FILE exclude each other`,
      ]);
    const pem = newSigningKeyPem();
    expect(faultsOf({ ...production(), IAMA_JWT_PREVIOUS_KEYS: pem.slice(0, 400) })).toHaveLength(1);
    expect(faultsOf({ ...production(), IAMA_JWT_PREVIOUS_KEYS: `${pem}rest` })).toHaveLength(1);
    const both = readConfig({ ...production(), IAMA_JWT_PREVIOUS_KEYS: `${pem}\n${newSigningKeyPem()}` });
    expect(both.previousSigningKeys).toHaveLength(2);
  });

  it('[ID-05] refuses a provider without its secret or our address, and addresses without TLS elsewhere', () => {
    const public_ = { IAMA_PUBLIC_URL: 'https://iama.example.org/' };
    const github = { IAMA_GITHUB_CLIENT_ID: 'id', IAMA_GITHUB_CLIENT_SECRET: 'secret' };
    expect(readConfig(public_).oauth).toBeNull();
    expect(faultsOf({ ...public_, IAMA_GITHUB_CLIENT_ID: 'id' })[0]).toContain('IAMA_GITHUB_CLIENT_SECRET');
    expect(faultsOf({ ...public_, IAMA_GOOGLE_CLIENT_SECRET: 's' })[0]).toContain('IAMA_GOOGLE_CLIENT_ID');
    expect(faultsOf(github)[0]).toContain('IAMA_PUBLIC_URL is missing');
    for (const name of ['IAMA_PUBLIC_URL', 'IAMA_GITHUB_URL', 'IAMA_GITHUB_API_URL', 'IAMA_GOOGLE_ISSUER'])
      for (const url of [
        'http://iama.example.org',
        'http://127.0.0.1.example.org',
        'ftp://localhost',
        'no url',
      ])
        expect([name, url, faultsOf({ ...public_, ...github, [name]: url })]).toEqual([
          name,
          url,
          [expect.stringContaining(name)],
        ]);
    expect(readConfig({ ...public_, ...github }).oauth).toEqual({
      publicUrl: 'https://iama.example.org',
      github: {
        clientId: 'id',
        clientSecret: 'secret',
        url: 'https://github.com',
        apiUrl: 'https://api.github.com',
      },
      google: null,
    });
    const own = { IAMA_GITHUB_URL: 'http://127.0.0.1:9' };
    expect(readConfig({ ...public_, ...github, ...own }).oauth?.github?.apiUrl).toBe(
      'http://127.0.0.1:9/api/v3',
    );
  });

  it('[ID-04] never repeats a value that was refused', () => {
    const secret = 'my-very-secret-value';
    expect(faultsOf({ ...production(), IAMA_ARTIFACT_KEY: secret }).join()).not.toContain(secret);
  });

  it('starts from nothing outside production, and from everything in it', () => {
    expect(readConfig({})).toMatchObject({ database: null, secrets: null, host: '127.0.0.1', port: 8080 });
    const config = readConfig(production());
    expect(config.secrets?.artifactKey).toHaveLength(32);
    expect(config.database?.ownerUrl).toBe('postgres://app@db/iama');
  });
});
