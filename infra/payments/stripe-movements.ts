import type Stripe from 'stripe';
import type { Movement, Movements } from '../finance/reconcile-money.ts';
import { idOf, isoOf } from './stripe-values.ts';

const secondsOf = (iso: string): number => Math.floor(Date.parse(iso) / 1_000);

/** What moved, by the object that moved it; an own name where there is none. */
const sourceOf = ({ id, type, source }: Stripe.BalanceTransaction): Pick<Movement, 'id' | 'kind'> => {
  if (type === 'payout') return { id, kind: 'PAYOUT' };
  if (type === 'stripe_fee' || type === 'tax_fee') return { id, kind: 'FEE' };
  if (source === null || typeof source === 'string') return { id, kind: 'OTHER' };
  switch (source.object) {
    case 'charge':
      return { id: idOf(source.payment_intent) ?? source.id, kind: 'PAYMENT' };
    case 'refund':
      return { id: source.id, kind: 'REFUND' };
    case 'dispute':
      return { id: source.id, kind: 'DISPUTE' };
    default:
      return { id, kind: 'OTHER' };
  }
};

/** BIL-15: our balance at Stripe, page by page. */
export const stripeMovements = (stripe: Stripe): Movements =>
  async function* (from, to) {
    const created = { gte: secondsOf(from), lt: secondsOf(to) };
    const pages = stripe.balanceTransactions.list({ created, limit: 100, expand: ['data.source'] });
    for await (const found of pages)
      yield {
        ...sourceOf(found),
        amount: found.amount,
        fee: found.fee,
        currency: found.currency.toUpperCase(),
        at: isoOf(found.created),
      };
  };
