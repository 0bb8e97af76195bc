import type { StripeBooks } from './stripe-books.ts';

/** A page that was opened for somebody: where they pay for a plan by its price, or for credits at a cent each, or look after it. */
export type Session = Readonly<{
  id: string;
  kind: 'pay' | 'portal';
  customer: string;
  /** Absent: credits. */
  price?: string;
  credits: number;
}>;

const page = (title: string, content: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<style>body{font:16px/1.5 system-ui;max-width:36rem;margin:4rem auto;padding:0 1rem}
button{font:inherit;padding:.5rem 1rem;margin:0 .5rem .5rem 0}</style></head>
<body><h1>${title}</h1>${content}
<p>This page stands in for Stripe on this machine. <strong>No real money moves.</strong></p></body></html>`;

const button = (action: string, label: string): string =>
  `<button name="action" value="${action}">${label}</button>`;
const form = (...content: readonly string[]): string => `<form method="post">${content.join('')}</form>`;
const usd = (cents: number): string => `US$${(cents / 100).toFixed(2)}`;
const nameOf = (price: string): string => price.replace('price_', '').toUpperCase();

export const payPage = (
  { price, credits }: Session,
  prices: StripeBooks['prices'],
  failed: boolean,
): string =>
  page(
    'Pay',
    `${failed ? '<p role="alert">The payment failed. Nothing was charged.</p>' : ''}<p>${
      price === undefined
        ? `${credits} credits, ${usd(credits)}`
        : `The plan ${nameOf(price)}, ${usd(prices[price] ?? 0)} a month`
    }</p>${form(button('pay', 'Pay'), button('fail', 'Fail'))}`,
  );

/** What the customer paid and nothing of which went back, with what people do at Stripe's dashboard and at their bank. */
const paymentsOf = (customer: string, { payments, money }: StripeBooks): string => {
  const kept = [...payments.values()].filter((each) => each.customer === customer && !money.isBack(each.id));
  const shown = kept.map(({ id, amount }) => {
    const payment = `<input type="hidden" name="payment" value="${id}">`;
    const acts = [
      button('refund', 'Refund a half'),
      button('lose', 'Lose a dispute'),
      button('win', 'Win a dispute'),
    ];
    return `<p>Paid: ${usd(amount)}</p>${form(payment, ...acts)}`;
  });
  return shown.join('');
};

/** The plan that the customer pays for, and what can be done with it and with what was paid. */
export const portalPage = (customer: string, books: StripeBooks): string => {
  const { subscriptions, prices } = books;
  const own = [...subscriptions.values()].filter(
    (each) => each.customer === customer && each.status === 'active',
  );
  const plans = own.map(({ price, end, cancels, next }) => {
    const priceOf = (name: string): number => prices[name] ?? 0;
    const others = Object.keys(prices).filter((other) => other !== price && other !== next);
    const when = (other: string): string =>
      priceOf(other) > priceOf(price) ? 'now' : 'at the end of the cycle';
    const until = new Date(end * 1_000).toISOString().slice(0, 10);
    return `<p>The plan ${nameOf(price)}, ${cancels ? 'until' : `renewed${next ? ` as ${nameOf(next)}` : ''} on`} ${until}</p>${form(
      ...others.map((other) => button(other, `Change to ${nameOf(other)} ${when(other)}`)),
      ...(cancels ? [] : [button('cancel-at-end', 'Cancel at the end of the cycle')]),
      button('cancel', 'End it now'),
    )}`;
  });
  const ofPlans = plans.length === 0 ? '<p>No plan is paid for.</p>' : plans.join('');
  return page('Your plan', `${ofPlans}${paymentsOf(customer, books)}`);
};

export const donePage = (): string =>
  page('Done', '<p>IAMA is told within seconds. You can close this page.</p>');
