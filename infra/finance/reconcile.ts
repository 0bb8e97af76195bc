import { periodEnd } from '../../domain/billing/credits.ts';
import type { BalanceMovement } from '../../domain/billing/payments/balance.ts';
import { expectPeriod, periodStart } from '../../domain/billing/periods.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import type { AgreedFees } from '../../domain/operations/agreed-fees.ts';
import { ledgerPostings } from '../../projections/billing/ledger-postings.ts';
import { usageLedger } from '../../projections/billing/usage-ledger.ts';
import { refactorJobs } from '../../projections/refactoring/refactor-jobs.ts';
import { type Bounds, widened } from './bounds.ts';
import type { Db } from './db.ts';
import { reconcileBalance } from './reconcile-balance.ts';
import { reconcileFees } from './reconcile-fees.ts';
import { reconcileInvoices } from './reconcile-invoices.ts';
import { reconcileJobs } from './reconcile-jobs.ts';
import { reconcileLost } from './reconcile-lost.ts';
import { reconcileMoney } from './reconcile-money.ts';
import { reconcilePayouts } from './reconcile-payouts.ts';
import { reconcileSales } from './reconcile-sales.ts';
import type { Statements } from './statements.ts';
import { type Reconciled, Tally, type VarianceLine } from './variance.ts';
import { type Tables, untilWhole } from './whole-tables.ts';

export type ReconcileParts = Readonly<{
  db: Db;
  store: Pick<StreamStore, 'read'>;
  /** null: nothing is sold here. */
  statements: Statements | null;
  /** Of the setting `payment_fees`; null: nothing is known to be agreed. */
  agreedFees: () => Promise<AgreedFees | null>;
  now: Date;
  /** How long read tables may take to hold what the log has, milliseconds; absent: as usual. */
  patienceMs?: number;
}>;

/** What is read here. What the table of jobs lacks of one is read from its story. */
const TABLES: Tables = { whole: [ledgerPostings, usageLedger], current: [refactorJobs] };

/** Movements of the period and a day around it, all in memory at once. */
const movementsAround = async (
  statements: Statements | null,
  bounds: Bounds,
): Promise<readonly BalanceMovement[]> => {
  const { from, to } = widened(bounds);
  const told: BalanceMovement[] = [];
  for await (const movement of statements?.movements(from, to) ?? []) told.push(movement);
  return told;
};

const MONEY = `
SELECT EXISTS(SELECT FROM read.ledger_postings
               WHERE account = 'money.provider' AND effective_at >= $1 AND effective_at < $2) AS moved`;

/** Without the provider's own telling all money would look unexplained. */
const expectNoMoney = async (db: Db, { from, to }: Bounds): Promise<void> => {
  const { rows } = await db.query<{ moved: boolean }>(MONEY, [from, to]);
  if (rows[0]?.moved !== false)
    throw new Rejection(
      'PAYMENT_NOT_CONFIGURED',
      'The books of this month hold money, and nothing here says how to ask the payment provider about it.',
    );
};

/**
 * Holds the ledger of a period against the stories of the jobs and against balance, payouts and invoices of the payment provider
 * (BIL-15). `onLine` gets each difference. Throws `Rejection` PERIOD_INVALID, LEDGER_BEHIND, LEDGER_INCOMPLETE,
 * PAYMENT_NOT_CONFIGURED where there is money and `statements` is null.
 */
export const reconcile = async (
  { db, store, statements, agreedFees, now, patienceMs }: ReconcileParts,
  period: string,
  onLine: (line: VarianceLine) => void,
): Promise<Reconciled> => {
  expectPeriod(period);
  await untilWhole(db, TABLES, patienceMs);
  const from = periodStart(period);
  const bounds = { from, to: periodEnd(from) };
  if (statements === null) await expectNoMoney(db, bounds);
  const tally = new Tally(onLine, now);
  const told = await movementsAround(statements, bounds);
  const ours = { db, store, now, statements };
  const counts = {
    jobs: await reconcileJobs(ours, [bounds.from, bounds.to], tally),
    sales: await reconcileSales(ours, [bounds.from, bounds.to], tally),
    movements: await reconcileMoney(ours, bounds, told, tally),
    payouts: statements === null ? 0 : await reconcilePayouts(statements, bounds, told, tally),
    invoices: statements === null ? 0 : await reconcileInvoices({ db, statements }, bounds, tally),
  };
  await reconcileLost(db, [bounds.from, bounds.to], tally);
  await reconcileBalance(db, bounds, told, tally);
  const { unchecked: feesUnchecked, ofAccount: accountFees } = reconcileFees(
    await agreedFees(),
    bounds,
    told,
    tally,
  );
  const { matched, unexplained, pending, pendingUntil, variances } = tally;
  const waits = { pending, pendingUntil };
  return { period, ...counts, matched, unexplained, ...waits, feesUnchecked, accountFees, variances };
};
