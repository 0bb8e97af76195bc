import type { Reconciliation, Variance } from '../../read-api/kernel/reconciliation.ts';
import { dueAt } from './due.ts';

/** Why a line differs. `UNEXPLAINED_*` must not be: one such line, and the period does not reconcile. */
export type Reason =
  | 'ABOVE_HOLD'
  | 'NO_HOLD'
  | 'CORRECTED'
  | 'CALL_LOST'
  | 'CALL_LOST_UNPRICED'
  | 'SPENT'
  | 'REFUND_PENDING'
  | 'DISPUTE_LATE'
  | 'ACCOUNT_FEE'
  | 'PENDING'
  | 'UNEXPLAINED_CHARGE'
  | 'UNEXPLAINED_POSTINGS'
  | 'UNEXPLAINED_SALE'
  | 'UNEXPLAINED_PAYMENT'
  | 'UNEXPLAINED_AMOUNT'
  | 'UNEXPLAINED_MOVEMENT'
  | 'UNEXPLAINED_FEE'
  | 'UNEXPLAINED_RATE'
  | 'UNEXPLAINED_PAYOUT'
  | 'UNEXPLAINED_INVOICE'
  | 'UNEXPLAINED_TAX';

export type VarianceLine = Variance & Readonly<{ reason: Reason }>;

type OfBooking = Extract<
  Reason,
  | 'UNEXPLAINED_PAYMENT'
  | 'UNEXPLAINED_MOVEMENT'
  | 'UNEXPLAINED_FEE'
  | 'UNEXPLAINED_PAYOUT'
  | 'UNEXPLAINED_INVOICE'
>;

/** What a month comes to, without its lines. */
export type Reconciled = Omit<Reconciliation, 'lines' | 'leftOut'>;

type Sums = Reconciled['variances'][string];

const NONE: Sums = { over: 0, under: 0 };

/** Takes the lines of one thing at a time; no line: it matched. */
export class Tally {
  matched = 0;
  unexplained = 0;
  pending = 0;
  pendingUntil: string | null = null;
  readonly #sums = new Map<string, Sums>();
  readonly #onLine: (line: VarianceLine) => void;

  readonly #now: string;

  constructor(onLine: (line: VarianceLine) => void, now: Date) {
    this.#onLine = onLine;
    this.#now = now.toISOString();
  }

  /** The difference of what only one side tells of: it waits to be booked until the time for that is over. */
  booking(of: Of, expected: number, booked: number, reason: OfBooking, at: string): VarianceLine {
    const line = lineOf(of, expected, booked, reason);
    return this.#now < dueAt(at) ? { ...line, reason: 'PENDING', dueAt: dueAt(at) } : line;
  }

  tell(lines: readonly VarianceLine[]): void {
    if (lines.length === 0) this.matched += 1;
    for (const line of lines) {
      const { unit, variance, reason, dueAt: until } = line;
      if (reason.startsWith('UNEXPLAINED')) this.unexplained += 1;
      if (until !== null) {
        this.pending += 1;
        this.pendingUntil = until > (this.pendingUntil ?? '') ? until : this.pendingUntil;
      }
      const { over, under } = this.#sums.get(unit) ?? NONE;
      this.#sums.set(unit, { over: over + Math.max(0, variance), under: under + Math.min(0, variance) });
      this.#onLine(line);
    }
  }

  get variances(): Readonly<Record<string, Sums>> {
    return Object.fromEntries([...this.#sums].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

type Of = Pick<VarianceLine, 'jobId' | 'userId' | 'reference' | 'unit'>;

export const lineOf = (of: Of, expected: number, booked: number, reason: Reason): VarianceLine => ({
  ...of,
  expected,
  booked,
  variance: booked - expected,
  reason,
  dueAt: null,
});
