import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgreedFees } from '../../domain/operations/agreed-fees.ts';
import type { TestApi } from '../http/testing/api.ts';
import { startTestShop, type TestShop } from '../http/testing/shop.ts';
import { sweepBalance } from '../payments/balance-sweep.ts';
import { stripeClient } from '../payments/stripe-provider.ts';
import { stripeStatements } from '../payments/stripe-statements.ts';
import { isoOf } from '../payments/stripe-values.ts';
import { PRICES, type StripeDouble } from '../payments/testing/stripe-double.ts';
import { DISPUTE_FEE, FEE } from '../payments/testing/stripe-money.ts';
import { reconcile } from './reconcile.ts';
import type { Statements } from './statements.ts';
import { without, wrong } from './testing/made-wrong.ts';
import type { VarianceLine } from './variance.ts';

describe('the reconciliation with the payment provider', { timeout: 60_000 }, () => {
  let shop: TestShop;
  let stripe: StripeDouble;
  let api: TestApi;
  let statements: Statements;
  let customer: string;
  let sent = 0;
  beforeAll(async () => {
    shop = await startTestShop();
    ({ stripe, api } = shop);
    statements = stripeStatements(stripeClient(stripe.settings));
    customer = stripe.books.customer((await api.user()).userId);
  });
  afterAll(() => shop.close());

  const sweep = (): Promise<number> =>
    sweepBalance({ store: api.log, statements, now: new Date() }, new AbortController().signal);
  /** Stripe tells all that it has not told yet, its balance is read, and the ledger has taken both in. */
  const told = async (): Promise<void> => {
    for (const event of stripe.books.events.slice(sent)) expect(await stripe.send(api.url, event)).toBe(204);
    sent = stripe.books.events.length;
    await sweep();
    // A payout that came back adds nothing to the sum: each movement must be there.
    await api.settled(
      async () => (await balances())['money.provider'] === held() && (await booked()) === toBook(),
    );
  };
  const booked = async (): Promise<number> => {
    const { rows } = await api.pool.query<{ movements: bigint }>(
      "select count(distinct reference) as movements from read.ledger_postings where kind = 'BalanceMoved'",
    );
    return Number(rows[0]?.movements);
  };
  const toBook = (): number =>
    stripe.books.money.balance.filter(({ fee, type }) => fee !== 0 || /^(payout|stripe_fee)/.test(type))
      .length;
  /** What Stripe has of ours. */
  const held = (): number =>
    stripe.books.money.balance.reduce((sum, { amount, fee }) => sum + amount - fee, 0);
  const balances = async (): Promise<Record<string, number>> => {
    const { rows } = await api.pool.query<{ account: string; amount: bigint }>(
      "select account, sum(amount)::bigint as amount from read.ledger_postings where unit = 'USD' group by account",
    );
    return Object.fromEntries(rows.map(({ account, amount }) => [account, Number(amount)]));
  };
  /** When everything is due, unless another time is given. */
  const reconciled = async (now = new Date(Date.now() + 86_400_000), agreed: AgreedFees | null = null) => {
    const lines: VarianceLine[] = [];
    const period = isoOf(stripe.books.now).slice(0, 7);
    const parts = { db: api.pool, store: api.log, statements, agreedFees: async () => agreed, now };
    return { ...(await reconcile(parts, period, (line) => lines.push(line))), lines };
  };
  const unexplained = async () =>
    (await reconciled()).lines
      .filter(({ reason }) => reason.startsWith('UNEXPLAINED'))
      .map(({ reason, reference, variance, unit }) => [reason, reference, variance, unit]);

  it('[BIL-15] finds what is not booked yet: a payment, its invoice, and its fee', async () => {
    const missed = stripe.books.topUp(customer, 700);
    const [entry, invoice] = [stripe.books.money.balance.at(-1), stripe.books.money.invoices.at(-1)];
    const due = isoOf((entry?.created ?? 0) + 900);
    const early = await reconciled(new Date(Date.parse(due) - 1));
    expect(
      early.lines.map(({ reason, reference, variance, dueAt }) => [reason, reference, variance, dueAt]),
    ).toEqual([
      ['PENDING', missed, -700, due],
      ['PENDING', invoice?.id, -700, due],
      ['PENDING', entry?.id, -FEE, due],
    ]);
    expect(early).toMatchObject({ unexplained: 0, pending: 3, pendingUntil: due });
    const late = await reconciled(new Date(due));
    expect(late).toMatchObject({ unexplained: 3, pending: 0, pendingUntil: null });
    expect(await unexplained()).toEqual([
      ['UNEXPLAINED_MOVEMENT', missed, -700, 'USD'],
      ['UNEXPLAINED_INVOICE', invoice?.id, -700, 'USD'],
      ['UNEXPLAINED_FEE', entry?.id, -FEE, 'USD'],
    ]);
    await told();
    expect(await unexplained()).toEqual([]);
  });

  it('[BIL-11] [BIL-15] books fees and payouts, and leaves nothing to explain', async () => {
    const { books } = stripe;
    const { subscription, payment } = books.subscribe(customer, PRICES.PLUS);
    books.upgrade(subscription, PRICES.PRO, 1);
    const bought = books.topUp(customer, 1_000);
    books.returns.refund(payment, 300);
    books.returns.dispute(bought, 'won');
    const paidOut = books.money.payOut(books.now);
    books.topUp(customer, 2_000);
    books.money.refuse(books.money.payOut(books.now + 1), books.now + 2);
    const { id: reference } = books.money.moved('stripe_fee', -200, books.now, null);
    await told();
    const { lines, ...sum } = await reconciled();
    expect(lines).toMatchObject([{ reason: 'ACCOUNT_FEE', reference, booked: 200 }]);
    expect(sum.accountFees).toEqual({ USD: 200 });
    // 5 payments, a refund, and a dispute that took and gave back.
    expect(sum).toMatchObject({ movements: 8, payouts: 2, invoices: 5, unexplained: 0 });
    expect(await balances()).toMatchObject({
      'money.fees': 5 * FEE + DISPUTE_FEE + 200,
      'money.bank': paidOut.amount,
      'money.provider': 2_000 - FEE - 200,
    });
    expect(await sweep()).toBeGreaterThan(0);
    await Promise.all([sweep(), sweep()]);
    const { currentStreamVersion } = await api.log.read('payments-balance', { maxCount: 1 });
    expect(Number(currentStreamVersion)).toBe(books.money.balance.length);
  });

  it('[BIL-15] finds another fee, in the balance and in what the payout comes to', async () => {
    const { balance, payouts } = stripe.books.money;
    await wrong(balance[0], { fee: FEE + 1 }, async ({ id }) =>
      expect(await unexplained()).toEqual([
        ['UNEXPLAINED_PAYOUT', payouts[0]?.id, 1, 'USD'],
        ['UNEXPLAINED_FEE', id, -1, 'USD'],
      ]),
    );
  });

  it('[BIL-15] finds a payout that is missing at the bank, in the balance, or of another amount', async () => {
    const { balance, payouts } = stripe.books.money;
    const [payout] = payouts;
    const left = balance.find(({ type }) => type === 'payout');
    if (payout === undefined || left === undefined) throw new Error('something was paid out');
    const { id, amount } = payout;
    await without(payouts, payout, async () =>
      expect(await unexplained()).toEqual([['UNEXPLAINED_PAYOUT', id, amount, 'USD']]),
    );
    await without(balance, left, async () =>
      expect(await unexplained()).toEqual([
        ['UNEXPLAINED_PAYOUT', id, -amount, 'USD'],
        ['UNEXPLAINED_PAYOUT', left.id, amount, 'USD'],
      ]),
    );
    await wrong(payout, { amount: amount - 1 }, async () =>
      expect(await unexplained()).toEqual([
        ['UNEXPLAINED_PAYOUT', id, 1, 'USD'],
        ['UNEXPLAINED_PAYOUT', id, -1, 'USD'],
      ]),
    );
    const [, refused] = payouts;
    await wrong(refused, { status: 'paid' }, async (each) =>
      expect(await unexplained()).toEqual([['UNEXPLAINED_PAYOUT', each.id, -each.amount, 'USD']]),
    );
  });

  it('[BIL-15] finds an invoice without an entry, an entry without an invoice, and another amount or tax', async () => {
    const { money, now } = stripe.books;
    const [invoice] = money.invoices;
    if (invoice === undefined) throw new Error('something was paid');
    const { id, amount_paid: amount } = invoice;
    const extra = { id: 'in_extra', amount_paid: 400, total_taxes: [{ amount: 60 }] };
    money.paid(extra, now);
    expect(await unexplained()).toEqual([['UNEXPLAINED_INVOICE', extra.id, -400, 'USD']]);
    money.invoices.pop();
    await without(money.invoices, invoice, async () =>
      expect(await unexplained()).toEqual([['UNEXPLAINED_INVOICE', id, amount, 'USD']]),
    );
    await wrong(invoice, { amount_paid: amount - 1 }, async () =>
      expect(await unexplained()).toEqual([['UNEXPLAINED_INVOICE', id, 1, 'USD']]),
    );
    await wrong(invoice, { currency: 'eur' }, async () =>
      expect(await unexplained()).toEqual([['UNEXPLAINED_INVOICE', id, -amount, 'EUR']]),
    );
    await wrong(invoice, { total_taxes: [{ amount: 1 }] }, async () =>
      expect(await unexplained()).toEqual([['UNEXPLAINED_TAX', id, Math.floor(amount / 6) - 1, 'USD']]),
    );
  });

  it('[BIL-15] finds what was booked and never moved, or moved in another amount or currency, or by nothing known', async () => {
    const { money, now } = stripe.books;
    const [entry] = money.balance;
    if (entry === undefined) throw new Error('something was paid');
    const reference = entry.source?.['payment_intent'];
    const { amount } = entry;
    const ofPayment = async () =>
      (await unexplained()).filter(
        ([reason]) => reason !== 'UNEXPLAINED_PAYOUT' && reason !== 'UNEXPLAINED_FEE',
      );
    await wrong(entry, { amount: amount - 1 }, async () =>
      expect(await ofPayment()).toEqual([['UNEXPLAINED_AMOUNT', reference, 1, 'USD']]),
    );
    await wrong(entry, { currency: 'eur' }, async () =>
      expect(await ofPayment()).toEqual([
        ['UNEXPLAINED_PAYMENT', reference, amount, 'USD'],
        ['UNEXPLAINED_MOVEMENT', reference, -amount, 'EUR'],
      ]),
    );
    await without(money.balance, entry, async () =>
      expect(await ofPayment()).toEqual([['UNEXPLAINED_PAYMENT', reference, amount, 'USD']]),
    );
    const strange = money.moved('reserve_hold', -77, now, null);
    expect(await unexplained()).toEqual([['UNEXPLAINED_MOVEMENT', strange.id, 77, 'USD']]);
    money.balance.pop();
  });

  it('[BIL-15] holds fees against what was agreed, and says of how many nothing is known', async () => {
    const [from, paid] = ['2000-01-01', stripe.books.money.balance.filter(({ type }) => type === 'charge')];
    const at = (agreed: AgreedFees | null) => reconciled(undefined, agreed);
    const agreed: AgreedFees = { USD: [{ from, basis_points: 0, fixed: FEE }] };
    // And the fee of the dispute, for which nothing is known.
    expect(await at(agreed)).toMatchObject({ unexplained: 0, feesUnchecked: 1 });
    for (const none of [null, { EUR: agreed['USD'] ?? [] }])
      expect(await at(none)).toMatchObject({ unexplained: 0, feesUnchecked: paid.length + 1 });
    const { lines, unexplained: found } = await at({ USD: [{ from, basis_points: 0, fixed: FEE - 9 }] });
    expect(found).toBe(paid.length);
    const wrong = lines.filter(({ reason }) => reason !== 'ACCOUNT_FEE');
    expect(wrong.map(({ reason, reference, variance }) => [reason, reference, variance])).toEqual(
      paid.toReversed().map(({ id }) => ['UNEXPLAINED_RATE', id, 9]),
    );
  });

  it('[BIL-15] leaves what nobody knows how to book unexplained from the first moment on', async () => {
    const { money, now } = stripe.books;
    const strange = money.moved('reserve_hold', -77, now, null);
    const { lines } = await reconciled(new Date());
    expect(lines).toMatchObject([
      { reason: 'UNEXPLAINED_MOVEMENT', reference: strange.id },
      { reason: 'ACCOUNT_FEE' },
    ]);
    money.balance.pop();
  });

  it('[BIL-15] finds what the provider moved twice, where it was booked once', async () => {
    const { money, now } = stripe.books;
    const [entry] = money.balance;
    if (entry === undefined) throw new Error('something was paid');
    money.moved('charge', entry.amount, now, entry.source);
    expect(await unexplained()).toEqual([
      ['UNEXPLAINED_AMOUNT', entry.source?.['payment_intent'], -entry.amount, 'USD'],
    ]);
    money.balance.pop();
  });

  it('[BIL-15] calls nothing unexplained that it could not ask about', async () => {
    const parts = { db: api.pool, store: api.log, statements: null, agreedFees: async () => null };
    const blind = (period: string) => reconcile({ ...parts, now: new Date() }, period, () => undefined);
    await expect(blind(isoOf(stripe.books.now).slice(0, 7))).rejects.toMatchObject({
      code: 'PAYMENT_NOT_CONFIGURED',
    });
    expect(await blind('2020-01')).toMatchObject({ unexplained: 0, matched: 0 });
  });

  it('[BIL-15] adds up the payments of an invoice that was paid in parts', async () => {
    const { books } = stripe;
    books.topUp(customer, 900);
    const whole = books.money.balance.at(-1);
    const paid = books.events.at(-1);
    if (whole === undefined || paid === undefined) throw new Error('something was paid');
    whole.amount = 500;
    const source = { id: 'ch_second', object: 'charge', payment_intent: 'pi_second' };
    books.money.moved('charge', 400, books.now, source);
    books.payments.set('pi_second', { id: 'pi_second', customer, amount: 400 });
    const data = { object: { ...paid.data.object, id: 'inpay_second', payment: source } };
    books.events.push({ ...paid, id: 'evt_second', data });
    await told();
    expect(await unexplained()).toEqual([]);
  });

  it('[BIL-15] knows an invoice that nothing was paid for, and that gives tax back', async () => {
    const { books } = stripe;
    books.topUp(customer, 0);
    const [paid, invoice] = [books.events.at(-2), books.money.invoices.at(-1)];
    if (paid === undefined || invoice === undefined) throw new Error('something was paid');
    books.money.balance.pop();
    invoice.total_taxes = [{ amount: -50 }];
    Object.assign(paid.data.object, { total_taxes: invoice.total_taxes });
    await told();
    expect(await unexplained()).toEqual([]);
    invoice.total_taxes = [{ amount: -51 }];
    expect(await unexplained()).toEqual([['UNEXPLAINED_TAX', invoice.id, 1, 'USD']]);
    invoice.total_taxes = [{ amount: -50 }];
  });

  it('[BIL-15] finds rows of money, of fees and of sales that do not follow from the log', async () => {
    const kinds = ['PaymentRefunded', 'CreditsReclaimed', 'BalanceMoved'];
    await api.pool.query('update read.ledger_postings set amount = amount * 2 where kind = any($1)', [kinds]);
    const found = (await unexplained()).map(([reason, , variance, unit]) => `${reason} ${variance} ${unit}`);
    expect(found).toContain('UNEXPLAINED_SALE -300000000 MICRO_CREDIT');
    expect(found).toContain('UNEXPLAINED_POSTINGS -300 USD');
    expect(found).toContain(`UNEXPLAINED_FEE ${FEE} USD`);
  });
});
