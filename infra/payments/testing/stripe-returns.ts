import { type BalanceEntry, DISPUTE_FEE, id, type Json, type StripeMoney } from './stripe-money.ts';

/** `currency` absent: US dollars. */
export type Payment = Readonly<{ id: string; customer: string; amount: number; currency?: string }>;

type Outcome = 'won' | 'lost';
type Asked = Readonly<{ amount: number; currency: string }>;
type Disputed = {
  object: Asked & Readonly<{ id: string; created: number; payment_intent: string }>;
  moved: BalanceEntry[];
  status: string;
};

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
  readonly #disputes = new Map<string, Disputed>();

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
    const { currency = 'usd' } = this.#books.payments.get(payment) ?? {};
    const moved = this.#books.money.moved('refund', -amount, this.#books.now, null, 0, currency);
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
      const { amount, source, currency } = moved;
      this.#books.money.moved('refund_failure', -amount, this.#books.now, source, 0, currency);
    }
    this.#books.tell(status === 'failed' ? 'refund.failed' : 'refund.updated', moved.source);
  }

  /** `asked`: of the card's bank, where it is not what was paid. */
  dispute(payment: string, outcome: Outcome, asked?: Asked): string {
    const dispute = this.openDispute(payment, asked);
    this.closeDispute(dispute, outcome);
    return dispute;
  }

  openDispute(payment: string, asked?: Asked): string {
    this.#books.now += 1;
    const { amount = 0, currency = 'usd' } = this.#books.payments.get(payment) ?? {};
    const wanted = asked ?? { amount, currency };
    const object = { id: id('dp'), ...wanted, created: this.#books.now, payment_intent: payment };
    const wholeOrPart = wanted.currency === currency ? wanted.amount : amount;
    const taken = this.#moveFor(object, -wholeOrPart, currency, DISPUTE_FEE);
    this.#disputes.set(object.id, { object, moved: [taken], status: 'needs_response' });
    this.#tellOf(object.id, 'created');
    this.#tellOf(object.id, 'funds_withdrawn');
    return object.id;
  }

  /** Decided, or decided anew. Its money comes back after that where it was won: `back` of it, or what was taken. */
  closeDispute(dispute: string, outcome: Outcome, back?: number): void {
    const known = this.#of(dispute);
    this.#books.now += 1;
    known.status = outcome;
    this.#tellOf(dispute, 'closed');
    const [taken] = known.moved;
    const amount = back ?? (outcome === 'won' ? -(taken?.amount ?? 0) : 0);
    if (amount === 0 || taken === undefined) return;
    this.#books.now += 1;
    known.moved.push(this.#moveFor(known.object, amount, taken.currency));
    this.#tellOf(dispute, 'funds_reinstated');
  }

  /** The bank is asked again. */
  appeal(dispute: string): void {
    this.#books.now += 1;
    this.#of(dispute).status = 'appeal_under_review';
    this.#tellOf(dispute, 'updated');
  }

  #of(dispute: string): Disputed {
    const known = this.#disputes.get(dispute);
    if (known === undefined) throw new Error(`there is no dispute ${dispute}`);
    return known;
  }

  #moveFor(object: Disputed['object'], amount: number, currency: string, fee = 0): BalanceEntry {
    const source = { ...object, object: 'dispute' };
    return this.#books.money.moved('adjustment', amount, this.#books.now, source, fee, currency);
  }

  #tellOf(dispute: string, what: string): void {
    const { object, moved, status } = this.#of(dispute);
    this.#books.tell(`charge.dispute.${what}`, { ...object, balance_transactions: [...moved], status });
  }
}
