import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../../domain/kernel/message.ts';
import type { KeyReference } from '../../domain/operations/settings.ts';
import { newHeadKeyPem } from '../audit/head-key.ts';
import { newSigningKeyPem } from '../identity/signing-key.ts';
import { keyFiles } from '../operations/key-files.ts';
import { secretFiles } from '../payments/settings.ts';
import { stripeClient, stripeProvider } from '../payments/stripe-provider.ts';
import { type StripeDouble, startStripeDouble } from '../payments/testing/stripe-double.ts';
import { paymentsWithKeys, smtpWithKeys, tokenKeys } from './named-keys.ts';

let stripe: StripeDouble;
let folder: string;
beforeEach(async () => {
  stripe = await startStripeDouble();
  folder = await mkdtemp(join(tmpdir(), 'iama-keys-'));
});
afterEach(async () => {
  await stripe.close();
  await rm(folder, { recursive: true });
});

/** As operators have set them. */
const opened = () => {
  const set: Record<string, Json> = {};
  const setting = async (key: string) => (set[key] ?? null) as never;
  return { set, keys: keyFiles(folder, { setting }) };
};

describe('keys that operators name', () => {
  it('[OPS-02] are looked for in their folder', async () => {
    const { keys } = opened();
    await writeFile(join(folder, 'stripe-b'), 'sk_second\n');
    const problem = (name: string) => keys.problem('stripe.api_key_ref', name);
    expect([await problem('stripe-b'), await problem('stripe-c')]).toEqual([
      null,
      'no key stripe-c is kept here',
    ]);
  });

  it('[OPS-02] [ID-04] are of the form that what they are for needs, before they count', async () => {
    const { keys } = opened();
    await writeFile(join(folder, 'tokens-b'), newSigningKeyPem());
    await writeFile(join(folder, 'heads-b'), newHeadKeyPem());
    await writeFile(join(folder, 'nonsense'), 'zq7canary');
    const usable = async (reference: KeyReference) => {
      const names = ['tokens-b', 'heads-b', 'nonsense', 'none'];
      const problems = await Promise.all(names.map((name) => keys.problem(reference, name)));
      expect(problems.join()).not.toContain('canary');
      return names.filter((_, at) => problems[at] === null);
    };
    expect(await usable('access_tokens.api_key_ref')).toEqual(['tokens-b']);
    expect(await usable('log_heads.api_key_ref')).toEqual(['heads-b']);
  });

  it('[OPS-02] [ID-03] are what access tokens are signed with, in place of those of the configuration', async () => {
    const { set, keys } = opened();
    const [configured, named] = [newSigningKeyPem(), newSigningKeyPem()];
    const count = tokenKeys(keys, [configured]);
    expect(await count()).toEqual([configured]);
    await writeFile(join(folder, 'tokens-b'), named);
    set['access_tokens.api_key_ref'] = ['tokens-b'];
    expect(await count()).toEqual([named]);
    set['access_tokens.api_key_ref'] = ['tokens-b', 'gone'];
    await expect(count()).rejects.toThrow('the key gone that access_tokens.api_key_ref names cannot be read');
  });

  it('[OPS-02] [BIL-12] are what Stripe is asked with from the next request on', async () => {
    const { set, keys } = opened();
    const settings = paymentsWithKeys(stripe.settings, keys);
    const { createCustomer } = stripeProvider(stripeClient(settings), settings);
    const ask = () => createCustomer('u');
    await ask();
    await writeFile(join(folder, 'stripe-b'), 'sk_second\n');
    set['stripe.api_key_ref'] = 'stripe-b';
    await ask();
    expect([...stripe.keys]).toEqual(['sk_test_double', 'sk_second']);
    set['stripe.api_key_ref'] = 'gone';
    await expect(ask()).rejects.toThrow('the key for Stripe cannot be read');
    expect(stripe.keys.size).toBe(2);
  });

  it('[OPS-02] [BIL-12] are the secrets that webhooks may be signed with, while one is exchanged two', async () => {
    const { set, keys } = opened();
    const settings = paymentsWithKeys(stripe.settings, keys);
    expect(await secretFiles(settings)).toEqual(await secretFiles(stripe.settings).then(filesOf));
    set['stripe_webhook.api_key_ref'] = ['hook-a', 'hook-b'];
    expect((await secretFiles(settings)).webhookSecretFiles).toEqual(
      ['hook-a', 'hook-b'].map((name) => join(folder, name)),
    );
  });

  it('[OPS-02] [OPS-09] are the password for the mail server', async () => {
    const { set, keys } = opened();
    const login = { user: 'iama', passwordFile: '/keys/smtp' };
    const smtp = { host: 'h', port: 25, encryption: 'NONE', from: 'a@example.org', login } as const;
    const current = smtpWithKeys(smtp, keys).login?.current;
    expect(await current?.()).toBe('/keys/smtp');
    set['smtp.api_key_ref'] = 'smtp-b';
    expect(await current?.()).toBe(join(folder, 'smtp-b'));
    const open = { ...smtp, login: null };
    expect(smtpWithKeys(open, keys)).toBe(open);
  });
});

const filesOf = ({ secretKeyFile, webhookSecretFiles }: Awaited<ReturnType<typeof secretFiles>>) => ({
  secretKeyFile,
  webhookSecretFiles,
});
