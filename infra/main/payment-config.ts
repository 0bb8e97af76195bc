import { z } from 'zod';
import { PAID_TIERS, type PaymentSettings } from '../payments/settings.ts';
import { safeUrl } from './safe-url.ts';

const filled = z.string().min(1);
const price = filled.optional();

/** Variables of payment (BIL-12). Secrets are named by their files. */
export const paymentVariables = {
  IAMA_STRIPE_KEY_FILE: filled.optional(),
  /** One file, or two with a comma while the secret is exchanged. Read at each webhook. */
  IAMA_STRIPE_WEBHOOK_SECRET_FILES: filled.optional(),
  IAMA_STRIPE_API_URL: safeUrl.default('https://api.stripe.com'),
  /** The price that is asked for now; after a comma those of before, which some still pay. */
  IAMA_STRIPE_PRICE_PLUS: price,
  IAMA_STRIPE_PRICE_PRO: price,
  IAMA_STRIPE_PRICE_MAX: price,
  /** Where people come back to from pages of Stripe. */
  IAMA_STRIPE_RETURN_URL: safeUrl.optional(),
};

/** What stands between commas. */
const listOf = (text = ''): readonly string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

type Variables = z.infer<z.ZodObject<typeof paymentVariables>>;

/** `payments` null: nothing is sold. */
export const paymentsOf = (
  env: Variables,
): Readonly<{ payments: PaymentSettings | null; faults: readonly string[] }> => {
  const {
    IAMA_STRIPE_KEY_FILE: secretKeyFile,
    IAMA_STRIPE_WEBHOOK_SECRET_FILES: secretFiles,
    IAMA_STRIPE_RETURN_URL: returnUrl,
  } = env;
  if (secretKeyFile === undefined && secretFiles === undefined) return { payments: null, faults: [] };
  if (secretKeyFile === undefined || secretFiles === undefined || returnUrl === undefined) {
    const fault =
      'IAMA_STRIPE_KEY_FILE, IAMA_STRIPE_WEBHOOK_SECRET_FILES and IAMA_STRIPE_RETURN_URL belong together';
    return { payments: null, faults: [fault] };
  }
  const webhookSecretFiles = listOf(secretFiles);
  if (webhookSecretFiles.length < 1 || webhookSecretFiles.length > 2)
    return { payments: null, faults: ['IAMA_STRIPE_WEBHOOK_SECRET_FILES: must name one file or two'] };
  const prices = Object.fromEntries(
    PAID_TIERS.map((tier) => [tier, listOf(env[`IAMA_STRIPE_PRICE_${tier}`])] as const).filter(
      ([, listed]) => listed.length > 0,
    ),
  );
  const named = Object.values(prices).flat();
  if (new Set(named).size < named.length)
    return { payments: null, faults: ['IAMA_STRIPE_PRICE_PLUS, _PRO and _MAX must differ'] };
  const apiUrl = env.IAMA_STRIPE_API_URL;
  return { payments: { apiUrl, secretKeyFile, webhookSecretFiles, prices, returnUrl }, faults: [] };
};
