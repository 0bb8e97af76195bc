/** One difference. Signed integers in `unit`, micro-credits or minor units of a currency; `variance` is booked less expected. */
export type Variance = Readonly<{
  jobId: string | null;
  /** null: nobody whom we know. */
  userId: string | null;
  /** The lot that was sold, or the object or balance transaction of the payment provider; null: it is about a job. */
  reference: string | null;
  unit: string;
  expected: number;
  booked: number;
  variance: number;
  reason: string;
  /** Until then it waits to be booked, and is explained by that; null: it waits for nothing. RFC 3339. */
  dueAt: string | null;
}>;

/** A month of the ledger held against jobs and payment provider (BIL-15). */
export type Reconciliation = Readonly<{
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
  /** Lines that wait to be booked. */
  pending: number;
  /** When the last of them is due; null: there is none. */
  pendingUntil: string | null;
  /** Payments, refunds and disputes whose fee was not held against an agreement, because none is set for them. */
  feesUnchecked: number;
  /** Fees of the account at the payment provider and of payouts, which have no agreement: minor units by currency. */
  accountFees: Readonly<Record<string, number>>;
  /** Sums of the positive and of the negative variances by unit; none for a unit without differences. */
  variances: Readonly<Record<string, Readonly<{ over: number; under: number }>>>;
  lines: readonly Variance[];
  /** Lines beyond those. */
  leftOut: number;
}>;

/** Throws `Rejection` PERIOD_INVALID, RECONCILIATION_RUNNING, LEDGER_BEHIND, LEDGER_INCOMPLETE, PAYMENT_NOT_CONFIGURED, PAYMENT_UNAVAILABLE. */
export type Reconciler = (period: string) => Promise<Reconciliation>;
