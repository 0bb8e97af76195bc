/** Why a line differs. `UNEXPLAINED_*` must not be: one such line, and the period does not reconcile. */
export type Reason =
  | 'ABOVE_HOLD'
  | 'NO_HOLD'
  | 'CORRECTED'
  | 'SPENT'
  | 'UNEXPLAINED_CHARGE'
  | 'UNEXPLAINED_POSTINGS'
  | 'UNEXPLAINED_SALE'
  | 'UNEXPLAINED_PAYMENT'
  | 'UNEXPLAINED_AMOUNT'
  | 'UNEXPLAINED_MOVEMENT'
  | 'UNEXPLAINED_FEE'
  | 'UNEXPLAINED_PAYOUT'
  | 'UNEXPLAINED_INVOICE'
  | 'UNEXPLAINED_TAX';

/** One difference. Signed integers in `unit`, micro-credits or minor units of a currency; `variance` is booked less expected. */
export type VarianceLine = Readonly<{
  jobId: string | null;
  /** null: nobody whom we know. */
  userId: string | null;
  /** The lot that was sold, or the object or balance transaction of the payment provider; null: it is about a job. */
  reference: string | null;
  unit: string;
  expected: number;
  booked: number;
  variance: number;
  reason: Reason;
}>;

/** Sums of the positive and of the negative variances. */
type Sums = Readonly<{ over: number; under: number }>;

export type Reconciled = Readonly<{
  period: string;
  jobs: number;
  sales: number;
  /** Of people's money, as the ledger or the payment provider tells them. */
  movements: number;
  /** Of the payment provider. */
  payouts: number;
  invoices: number;
  matched: number;
  unexplained: number;
  /** By unit; none for a unit without differences. */
  variances: Readonly<Record<string, Sums>>;
}>;

const NONE: Sums = { over: 0, under: 0 };

/** Takes the lines of one thing at a time; no line: it matched. */
export class Tally {
  matched = 0;
  unexplained = 0;
  readonly #sums = new Map<string, Sums>();
  readonly #onLine: (line: VarianceLine) => void;

  constructor(onLine: (line: VarianceLine) => void) {
    this.#onLine = onLine;
  }

  tell(lines: readonly VarianceLine[]): void {
    if (lines.length === 0) this.matched += 1;
    for (const line of lines) {
      const { unit, variance, reason } = line;
      if (reason.startsWith('UNEXPLAINED')) this.unexplained += 1;
      const { over, under } = this.#sums.get(unit) ?? NONE;
      this.#sums.set(unit, { over: over + Math.max(0, variance), under: under + Math.min(0, variance) });
      this.#onLine(line);
    }
  }

  get variances(): Readonly<Record<string, Sums>> {
    return Object.fromEntries([...this.#sums].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

export const lineOf = (
  of: Pick<VarianceLine, 'jobId' | 'userId' | 'reference' | 'unit'>,
  expected: number,
  booked: number,
  reason: Reason,
): VarianceLine => ({ ...of, expected, booked, variance: booked - expected, reason });
