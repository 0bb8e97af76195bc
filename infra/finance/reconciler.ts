import type { ClientConfig } from 'pg';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { Reconciler } from '../../read-api/kernel/reconciliation.ts';
import type { LiveRules } from '../operations/operating-rules.ts';
import { openSession } from '../postgres/pool.ts';
import { oneAtATime } from '../runtime/one-at-a-time.ts';
import { reconcile } from './reconcile.ts';
import type { Statements } from './statements.ts';
import type { VarianceLine } from './variance.ts';

/** Lines of an answer; `iama finance reconcile` tells them all. */
const MOST_LINES = 1_000;

/** The reconciliation for operators elsewhere, on a session of its own. `direct`: past PgBouncer, because it may take long. */
export const reconciler = (
  parts: Readonly<{
    direct: ClientConfig;
    store: Pick<StreamStore, 'read'>;
    statements: Statements | null;
    rules: Pick<LiveRules, 'setting'>;
  }>,
): Reconciler => {
  const { direct, store, statements, rules } = parts;
  const agreedFees = () => rules.setting('payment_fees');
  const alone = oneAtATime('RECONCILIATION_RUNNING', 'A month is being reconciled here. Try again later.');
  return (period) =>
    alone(async () => {
      const db = await openSession(direct);
      try {
        const lines: VarianceLine[] = [];
        let leftOut = 0;
        const own = { db, store, statements, agreedFees, now: new Date() };
        const sum = await reconcile(own, period, (line) => {
          if (lines.length < MOST_LINES) lines.push(line);
          else leftOut += 1;
        });
        return { ...sum, lines, leftOut };
      } finally {
        await db.end();
      }
    });
};
