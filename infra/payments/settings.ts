import type { PaidTier } from '../../commands/billing/payment-services.ts';

export const PAID_TIERS = ['PLUS', 'PRO', 'MAX'] as const satisfies readonly PaidTier[];

export type Prices = Readonly<Partial<Record<PaidTier, readonly string[]>>>;

/** null: of no plan. */
export const tierOfPrice = (prices: Prices, price: string): PaidTier | null =>
  PAID_TIERS.find((tier) => prices[tier]?.includes(price) === true) ?? null;

type SecretFiles = Readonly<{
  secretKeyFile: string;
  /** One, or two while the secret is exchanged. */
  webhookSecretFiles: readonly string[];
}>;

/** How Stripe is reached and what is sold there; secrets by the files that hold them. */
export type PaymentSettings = SecretFiles &
  Readonly<{
    /** `https://api.stripe.com`, or a loopback address. */
    apiUrl: string;
    /** The files that count now; absent: always those above. */
    current?: () => Promise<SecretFiles>;
    /** Of each plan that is sold; the first is asked for now, the others were before. */
    prices: Prices;
    /** Where people come back to from pages of Stripe. */
    returnUrl: string;
  }>;

/** The files of secrets that count at the moment of the question. */
export const secretFiles = async (settings: PaymentSettings): Promise<SecretFiles> =>
  settings.current === undefined ? settings : settings.current();
