import { credits } from '../../../domain/billing/credits.ts';
import type { StripeBooks, StripeEvent } from './stripe-books.ts';
import { PRICES } from './stripe-double.ts';

/** Created, paid, upgraded, failed, recovered, topped up, refunded, disputed, cancelled; the events of it. */
export const stripeLife = (books: StripeBooks, userId: string): readonly StripeEvent[] => {
  const begin = books.events.length;
  const customer = books.customer(userId);
  const { subscription, payment } = books.subscribe(customer, PRICES.PLUS);
  books.upgrade(subscription, PRICES.PRO, 0.5);
  const renewed = books.renewLate(subscription);
  const bought = books.topUp(customer, 1_000);
  books.returns.refund(renewed, 1_250);
  books.returns.dispute(payment, 'won');
  books.returns.dispute(bought, 'lost');
  books.cancel(subscription);
  return books.events.slice(begin);
};

/** Micro-credits that such a life leaves to who used none: PLUS, half of what PRO has more, PRO less a quarter. */
export const LEFT_OF_LIFE = credits(1_500 + 1_750 + 3_750);
