import { readFileSync } from 'node:fs';
import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { ZodError } from 'zod';
import { webhookOf } from './stripe-notice.ts';

const AT = '2026-11-21T10:00:00.000Z';
const PRICES = { PLUS: ['price_new', 'price_old'], PRO: ['price_pro'] };
const envelope = (type: string, object: unknown, version: string | null = Stripe.API_VERSION) => ({
  id: 'evt_1',
  api_version: version,
  type,
  created: 1_800_000_000,
  data: { object },
});
const take = (type: string, object: unknown) => webhookOf(envelope(type, object), PRICES, AT);

const END = 1_802_592_000;
const line = (amount: number, price: unknown, parent: unknown = null) => ({
  id: 'il_1',
  amount,
  parent,
  period: { start: END - 86_400, end: END },
  pricing: price === null ? null : { price_details: { price } },
});
const invoice = (changes: Readonly<Record<string, unknown>> = {}) => ({
  id: 'in_1',
  customer: { id: 'cus_1', email: 'somebody@example.org' },
  customer_email: 'somebody@example.org',
  customer_address: { line1: 'A street' },
  amount_paid: 1_200,
  attempt_count: 1,
  currency: 'usd',
  metadata: {},
  next_payment_attempt: null,
  total_taxes: [{ amount: 150 }, { amount: 50 }],
  parent: { subscription_details: { subscription: { id: 'sub_1' } } },
  lines: { data: [line(1_000, { id: 'price_old' })], has_more: false },
  ...changes,
});

describe('webhooks of Stripe', () => {
  it('[BIL-12] are refused where they are none', () => {
    const cut = { lines: { data: [line(1_200, 'price_new')], has_more: true } };
    for (const object of [invoice({ amount_paid: -1 }), invoice(cut), {}])
      expect(() => take('invoice.paid', object)).toThrow(ZodError);
    for (const unsafe of ['in_1,0', 'in_1"', '=1+1', "in_1'", 'in_1\n', '', 'i'.repeat(256)])
      expect(() => take('invoice.paid', invoice({ id: unsafe }))).toThrow(ZodError);
    for (const currency of ['dollars', 'us,', '', 'u\u0000d'])
      expect(() => take('invoice.paid', invoice({ currency }))).toThrow(ZodError);
    const unsafe = { ...line(1_000, 'price_old'), id: 'il_1,2' };
    expect(() => take('invoice.paid', invoice({ lines: { data: [unsafe], has_more: false } }))).toThrow(
      ZodError,
    );
    expect(() => webhookOf('text', PRICES, AT)).toThrow(ZodError);
    expect(take('invoice.payment_failed', invoice(cut)).notice).toMatchObject({ kind: 'INVOICE_FAILED' });
  });

  it('[BIL-12] are refused in another version of the API than the one that the how-to names', () => {
    for (const version of [null, '2020-08-27'])
      expect(() => webhookOf(envelope('ping', {}, version), PRICES, AT)).toThrow(Stripe.API_VERSION);
    expect(readFileSync('docs/how-to/sell-plans.md', 'utf8')).toContain(`\`${Stripe.API_VERSION}\``);
  });

  it('[BIL-12] are refused where a subscription was paid at prices of no plan', () => {
    const lines = { data: [line(1_200, 'price_else')], has_more: false };
    expect(() => take('invoice.paid', invoice({ lines }))).toThrow('in_1 of sub_1');
    // Nothing was paid, or for no subscription.
    for (const changes of [{ amount_paid: 0 }, { parent: null }])
      expect(take('invoice.paid', invoice({ lines, ...changes })).notice).toMatchObject({ charged: [] });
  });

  const disputed = {
    id: 'dp_1',
    amount: 5,
    currency: 'usd',
    balance_transactions: [],
    created: 1,
    payment_intent: 'pi_1',
  };

  it('[BIL-12] tell in which currency a dispute is, what was taken for it, and what is back of that', () => {
    const told = (...balance_transactions: readonly Readonly<{ amount: number; currency: string }>[]) =>
      take('charge.dispute.closed', { ...disputed, balance_transactions, status: 'won' }).notice;
    const [taken, back] = [
      { amount: -7, currency: 'eur' },
      { amount: 6, currency: 'eur' },
    ];
    const withdrawn = { amount: 7, currency: 'EUR' };
    const returned = { amount: 6, currency: 'EUR' };
    for (const moved of [
      [taken, back],
      [back, taken],
    ])
      expect(told(...moved)).toMatchObject({ amount: 5, currency: 'USD', withdrawn, returned });
    // Nothing is back yet; and it is not any more, because it was taken again.
    for (const moved of [[taken], [taken, back, { ...back, amount: -6 }]]) {
      expect(told(...moved)).toMatchObject({ withdrawn });
      expect(told(...moved)).not.toHaveProperty('returned');
    }
    // Taken again, with more than had come back; and back in two currencies.
    const again = { amount: -9, currency: 'eur' };
    expect(told(taken, back, again)).toMatchObject({
      withdrawn,
      further: [{ amount: -3, currency: 'EUR' }],
      movements: 3,
    });
    expect(told(taken, back, { amount: 2, currency: 'usd' })).toMatchObject({
      returned,
      further: [{ amount: 2, currency: 'USD' }],
    });
    // The first that was taken is what the dispute is booked with, in whatever order they are told.
    const dated = [again, back, taken].map((each, place) => ({ ...each, created: 9 - place }));
    expect(told(...dated)).toMatchObject({ withdrawn, further: [{ amount: -3, currency: 'EUR' }] });
    expect(told(taken, { amount: 8, currency: 'usd' })).toMatchObject({
      withdrawn,
      returned: { amount: 8, currency: 'USD' },
    });
    for (const moved of [[], [back]]) expect(told(...moved)).not.toHaveProperty('withdrawn');
    expect(() => told({ amount: -7, currency: 'e,r' })).toThrow(ZodError);
  });

  it('[BIL-12] tell of disputes that move money only', () => {
    const told = (what: string, status: string) =>
      take(`charge.dispute.${what}`, { ...disputed, status }).notice;
    for (const status of ['warning_needs_response', 'warning_under_review', 'warning_closed', 'prevented'])
      for (const what of ['created', 'closed']) expect(told(what, status)).toEqual({ kind: 'OTHER' });
    expect(told('funds_withdrawn', 'needs_response')).toMatchObject({ kind: 'DISPUTE', status: 'OPEN' });
    expect(told('created', 'under_review')).toMatchObject({ kind: 'DISPUTE', status: 'OPEN' });
    for (const status of ['appeal_needs_response', 'appeal_under_review'])
      expect(told('updated', status)).toMatchObject({ kind: 'DISPUTE', status: 'OPEN' });
    expect(told('funds_reinstated', 'lost')).toMatchObject({ kind: 'DISPUTE', status: 'LOST' });
    expect(told('closed', 'won')).toMatchObject({ kind: 'DISPUTE', status: 'WON' });
    expect(told('closed', 'lost')).toMatchObject({ kind: 'DISPUTE', status: 'LOST' });
  });

  it('[BIL-12] keep nothing of the person but the id of the customer', () => {
    const kept = take('invoice.paid', invoice());
    expect(kept).toEqual({
      eventId: 'evt_1',
      eventType: 'invoice.paid',
      createdAt: '2027-01-15T08:00:00.000Z',
      customerId: 'cus_1',
      notice: {
        kind: 'INVOICE_PAID',
        invoiceId: 'in_1',
        subscriptionId: 'sub_1',
        total: 1_200,
        tax: 200,
        currency: 'USD',
        lines: [
          {
            lineId: 'il_1',
            amount: 1_000,
            from: '2027-02-13T08:00:00.000Z',
            to: '2027-02-14T08:00:00.000Z',
          },
        ],
        charged: ['PLUS'],
        returned: [],
        prorated: [],
        topUpCredits: 0,
        cycleEndsAt: '2027-02-14T08:00:00.000Z',
      },
      at: AT,
    });
  });

  it('[BIL-13] tell what a change within a cycle charges and gives back, and pass over lines of no plan', () => {
    const details = { proration: true };
    const data = [
      line(-800, 'price_new', { type: 'invoice_item_details', invoice_item_details: details }),
      line(2_400, 'price_pro', { type: 'subscription_item_details', subscription_item_details: details }),
      line(5_000, 'price_pro', { subscription_item_details: { proration: false } }),
      line(-10, 'price_old'),
      line(100, 'price_else'),
      line(1, null),
    ];
    const [from, to] = ['2027-02-13T08:00:00.000Z', '2027-02-14T08:00:00.000Z'];
    const told = (all: typeof data) =>
      take('invoice.paid', invoice({ lines: { data: all, has_more: false } }));
    expect(told(data).notice).toMatchObject({
      charged: ['PRO'],
      returned: ['PLUS'],
      prorated: [
        { tier: 'PLUS', isCharged: false, from, to },
        { tier: 'PRO', isCharged: true, from, to },
      ],
    });
    expect(told(data.slice(0, 2)).notice).toMatchObject({ charged: [], cycleEndsAt: to });
  });

  it('[BIL-13] tell of a plan that costs nothing for once, and of the last cycle of several that are paid', () => {
    const period = { start: END, end: END + 86_400 };
    const data = [{ ...line(1_000, 'price_old'), period }, line(0, 'price_pro')];
    const free = invoice({ amount_paid: 1_000, lines: { data, has_more: false } });
    expect(take('invoice.paid', free).notice).toMatchObject({
      charged: ['PLUS', 'PRO'],
      returned: [],
      cycleEndsAt: '2027-02-15T08:00:00.000Z',
    });
  });

  it('[BIL-12] tell how far a refund is: what was called off or failed did not reach the person', () => {
    const statusOf = (status: string | null) =>
      take('refund.updated', { id: 're_1', amount: 1, created: 1, payment_intent: 'pi_1', status }).notice;
    for (const [status, known] of [
      ['succeeded', 'SUCCEEDED'],
      ['failed', 'FAILED'],
      ['canceled', 'FAILED'],
      ['pending', 'PENDING'],
      ['requires_action', 'PENDING'],
      [null, 'PENDING'],
    ] as const)
      expect(statusOf(status)).toMatchObject({ kind: 'REFUND', status: known });
  });

  it('[BIL-11] [BIL-12] tell of a refund that failed whether it had left our balance before', () => {
    const failed = { id: 're_1', amount: 1, created: 1, payment_intent: 'pi_1', status: 'failed' };
    const told = (balance_transaction?: unknown) =>
      take('refund.failed', { ...failed, balance_transaction }).notice;
    expect(told(null)).toMatchObject({ status: 'FAILED', hasMoved: false });
    for (const moved of ['txn_1', { id: 'txn_1' }, undefined])
      expect(told(moved)).not.toHaveProperty('hasMoved');
  });

  it('[BIL-12] tell of credits that were bought beside any plan', () => {
    const bought = invoice({
      parent: null,
      metadata: { iama_credits: '500' },
      lines: { data: [line(500, null)], has_more: false },
    });
    expect(take('invoice.paid', bought).notice).toMatchObject({
      subscriptionId: null,
      topUpCredits: 500,
      cycleEndsAt: null,
    });
  });

  it('[BIL-12] are kept without effect where they are of another kind, or of no payment of ours', () => {
    const other = { kind: 'OTHER' };
    expect(take('customer.created', { id: 'cus_1' })).toMatchObject({ customerId: null, notice: other });
    const refund = { id: 're_1', amount: 1, created: 1, payment_intent: null, status: 'succeeded' };
    expect(take('refund.created', refund).notice).toEqual(other);
    expect(take('invoice_payment.paid', { invoice: 'in_1', payment: {} }).notice).toEqual(other);
  });
});
