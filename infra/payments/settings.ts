import type { PaidTier } from '../../commands/billing/payment-services.ts';

export const PAID_TIERS = ['PLUS', 'PRO', 'MAX'] as const satisfies readonly PaidTier[];

export type Prices = Readonly<Partial<Record<PaidTier, readonly string[]>>>;

/** null: of no plan. */
export const tierOfPrice = (prices: Prices, price: string): PaidTier | null =>
  PAID_TIERS.find((tier) => prices[tier]?.includes(price) === true) ?? null;

/** How Stripe is reached and what is sold there; secrets by the files that hold them. */
export type PaymentSettings = Readonly<{
  /** `https://api.stripe.com`, or a loopback address. */
  apiUrl: string;
  secretKeyFile: string;
  /** One, or two while the secret is exchanged. */
  webhookSecretFiles: readonly string[];
  /** Of each plan that is sold; the first is asked for now, the others were before. */
  prices: Prices;
  /** Where people come back to from pages of Stripe. */
  returnUrl: string;
}>;
