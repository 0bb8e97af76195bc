import { DISPUTE_FEE, id, type Json, type StripeMoney } from './stripe-money.ts';

export type Payment = Readonly<{ id: string; customer: string; amount: number }>;

/** Where it is kept and told. */
type Books = {
  now: number;
  readonly payments: ReadonlyMap<string, Payment>;
  readonly money: StripeMoney;
  tell(type: string, object: Json): void;
};

/** What goes back of payments at Stripe: refunds and disputes, in cents. Each act changes the balance first and tells then. */
export class StripeReturns {
  readonly #books: Books;

  constructor(books: Books) {
    this.#books = books;
  }

  refund(payment: string, amount: number): string {
    const refund = this.beginRefund(payment, amount);
    this.endRefund(refund, 'succeeded');
    return refund;
  }

  /** It is pending until `endRefund`, as with a bank that takes days. */
  beginRefund(payment: string, amount: number): string {
    this.#books.now += 1;
    const refund = {
      id: id('re'),
      object: 'refund',
      amount,
      created: this.#books.now,
      payment_intent: payment,
    };
    const moved = this.#books.money.moved('refund', -amount, this.#books.now, null);
    moved.source = { ...refund, status: 'pending', balance_transaction: moved.id };
    this.#books.tell('refund.created', moved.source);
    return refund.id;
  }

  endRefund(refund: string, status: 'succeeded' | 'failed'): void {
    const moved = this.#books.money.balance.find(({ source }) => source?.['id'] === refund);
    if (moved === undefined) throw new Error(`there is no refund ${refund}`);
    moved.source = { ...moved.source, status };
    if (status === 'failed') {
      this.#books.now += 1;
      this.#books.money.moved('refund_failure', -moved.amount, this.#books.now, moved.source);
    }
    this.#books.tell(status === 'failed' ? 'refund.failed' : 'refund.updated', moved.source);
  }

  /** `asked`: of the card's bank, where it is not what was paid. */
  dispute(
    payment: string,
    outcome: 'won' | 'lost',
    asked?: Readonly<{ amount: number; currency: string }>,
  ): void {
    this.#books.now += 1;
    const amount = this.#books.payments.get(payment)?.amount ?? 0;
    const wanted = asked ?? { amount, currency: 'usd' };
    const dispute = { id: id('dp'), ...wanted, created: this.#books.now, payment_intent: payment };
    const source = { ...dispute, object: 'dispute' };
    const moved = [this.#books.money.moved('adjustment', -amount, this.#books.now, source, DISPUTE_FEE)];
    const tell = (what: string, status: string): void =>
      this.#books.tell(`charge.dispute.${what}`, { ...dispute, balance_transactions: [...moved], status });
    tell('created', 'needs_response');
    this.#books.now += 1;
    if (outcome === 'won') moved.push(this.#books.money.moved('adjustment', amount, this.#books.now, source));
    tell('closed', outcome);
  }
}
