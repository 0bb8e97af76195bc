import type { PaidTier } from '../../commands/billing/payment-services.ts';

/** How Stripe is reached and what is sold there; secrets by the files that hold them. */
export type PaymentSettings = Readonly<{
  /** `https://api.stripe.com`, or a loopback address. */
  apiUrl: string;
  secretKeyFile: string;
  /** One, or two while the secret is exchanged. */
  webhookSecretFiles: readonly string[];
  /** The price of each plan that is sold. */
  prices: Readonly<Partial<Record<PaidTier, string>>>;
  /** Where people come back to from pages of Stripe. */
  returnUrl: string;
}>;
