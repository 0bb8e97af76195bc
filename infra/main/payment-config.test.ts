import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { faultsOf } from './testing/config-faults.ts';

const whole = {
  IAMA_STRIPE_KEY_FILE: '/keys/stripe',
  IAMA_STRIPE_WEBHOOK_SECRET_FILES: '/keys/one, /keys/two',
  IAMA_STRIPE_RETURN_URL: 'https://iama.example.org/billing',
  IAMA_STRIPE_PRICE_PLUS: 'price_1,price_0',
};

describe('the configuration of payments', () => {
  it('[BIL-12] refuses halves, a third secret, two plans at one price, and an open way to Stripe', () => {
    const { IAMA_STRIPE_RETURN_URL: _left, ...half } = whole;
    expect(faultsOf(half)).toEqual([expect.stringContaining('belong together')]);
    for (const files of ['/a,/b,/c', ','])
      expect(faultsOf({ ...whole, IAMA_STRIPE_WEBHOOK_SECRET_FILES: files })).toEqual([
        'IAMA_STRIPE_WEBHOOK_SECRET_FILES: must name one file or two',
      ]);
    expect(faultsOf({ ...whole, IAMA_STRIPE_PRICE_PRO: 'price_0' })).toEqual([
      expect.stringContaining('must differ'),
    ]);
    expect(faultsOf({ ...whole, IAMA_STRIPE_API_URL: 'http://stripe.example.org' })).toEqual([
      'IAMA_STRIPE_API_URL: must be https',
    ]);
  });

  it('[BIL-12] names secrets by their files, and sells nothing without them', () => {
    expect(readConfig({}).payments).toBeNull();
    expect(readConfig({ ...whole, IAMA_STRIPE_API_URL: 'http://127.0.0.1:1234/' }).payments).toEqual({
      apiUrl: 'http://127.0.0.1:1234',
      secretKeyFile: '/keys/stripe',
      webhookSecretFiles: ['/keys/one', '/keys/two'],
      prices: { PLUS: ['price_1', 'price_0'] },
      returnUrl: 'https://iama.example.org/billing',
    });
  });
});
