import type { Pool } from 'pg';
import { periodEnd } from '../../domain/billing/credits.ts';
import { periodStart } from '../../domain/billing/periods.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import { reconcileJobs } from './reconcile-jobs.ts';
import { type Movements, reconcileMoney } from './reconcile-money.ts';
import { reconcileSales } from './reconcile-sales.ts';
import { type Reconciled, Tally, type VarianceLine } from './variance.ts';

/**
 * Holds the ledger of a period against the stories of the jobs and against the payment provider (BIL-15), a page at a
 * time. `onLine` gets each difference.
 */
export const reconcile = async (
  parts: Readonly<{ pool: Pool; store: Pick<StreamStore, 'read'>; movements: Movements | null }>,
  period: string,
  onLine: (line: VarianceLine) => void,
): Promise<Reconciled> => {
  const start = periodStart(period);
  const bounds = [start, periodEnd(start)];
  const tally = new Tally(onLine);
  const jobs = await reconcileJobs(parts, bounds, tally);
  const sales = await reconcileSales(parts, bounds, tally);
  const movements = await reconcileMoney(parts, bounds, tally);
  const { matched, unexplained, variances } = tally;
  return { period, jobs, sales, movements, matched, unexplained, variances };
};
