import type { Subscription } from '../../domain/billing/payments/notice.ts';
import type { TierName } from '../../domain/kernel/tiers.ts';

export type PaidTier = Exclude<TierName, 'FREE' | 'ENTERPRISE'>;

/** A plan, or whole credits at US$0.01 each. */
export type Order = Readonly<{ kind: 'PLAN'; tier: PaidTier } | { kind: 'CREDITS'; credits: number }>;

/**
 * Where people pay (BIL-12). Its objects are the truth; what it sends is news of them. Throws `Rejection`
 * PAYMENT_UNAVAILABLE when it does not answer.
 */
export interface PaymentProvider {
  /** One customer a person, however often it is asked for. */
  createCustomer(userId: string): Promise<string>;
  /** Whose customer it is; null: none of ours. */
  userOf(customerId: string): Promise<string | null>;
  /** null: nobody's. */
  customerOfPayment(paymentId: string): Promise<string | null>;
  subscription(subscriptionId: string): Promise<Subscription>;
  /** Whether the plan can be bought here. */
  sells(tier: TierName): tier is PaidTier;
  /** The page where the order is paid. */
  checkout(customerId: string, order: Order): Promise<string>;
  /** The page where plan, cards and invoices are kept. */
  portal(customerId: string): Promise<string>;
}

/** null: nothing is sold here. */
export type PaymentServices = Readonly<{ payments: PaymentProvider | null }>;
