/** Signed integers in `unit`: micro-credits, or minor units of a currency. `variance` is booked less expected. */
export type Variance = Readonly<{
  jobId: string | null;
  userId: string | null;
  reference: string | null;
  unit: string;
  expected: number;
  booked: number;
  variance: number;
  reason: string;
}>;

/** A month of the ledger held against jobs and payment provider (BIL-15). */
export type Reconciliation = Readonly<{
  period: string;
  jobs: number;
  sales: number;
  movements: number;
  payouts: number;
  invoices: number;
  matched: number;
  unexplained: number;
  variances: Readonly<Record<string, Readonly<{ over: number; under: number }>>>;
  lines: readonly Variance[];
  /** Lines beyond those. */
  leftOut: number;
}>;

/** Throws `Rejection` PERIOD_INVALID, RECONCILIATION_RUNNING. */
export type Reconciler = (period: string) => Promise<Reconciliation>;
