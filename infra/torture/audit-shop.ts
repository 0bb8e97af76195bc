import type { Pool } from 'pg';
import type { AccountEvent } from '../../domain/billing/account/events.ts';
import { availableOf, heldOf } from '../../domain/billing/account/state.ts';
import { account, accountStream } from '../../domain/billing/account.ts';
import { fold } from '../../domain/kernel/decider.ts';
import type { EventLog } from '../../domain/kernel/event-store.ts';
import { reconcile } from '../finance/reconcile.ts';
import type { Statements } from '../finance/statements.ts';
import { replay } from '../operations/audit/replay.ts';
import { LEFT_OF_LIFE } from '../payments/testing/stripe-life.ts';
import type { Findings } from './audit.ts';
import type { Sent } from './shop-client.ts';

/** Each webhook is in the log once, whatever was killed; `stored`: ids as the log holds them. */
export const auditNotices = (
  sent: readonly Pick<Sent, 'event' | 'isTaken'>[],
  stored: readonly string[],
  findings: Findings,
): void => {
  const times = new Map<string, number>();
  for (const id of stored) times.set(id, (times.get(id) ?? 0) + 1);
  for (const { event, isTaken } of sent) {
    const copies = times.get(event.id) ?? 0;
    if (!isTaken) findings.add('shop: webhook never taken', `${event.type} ${event.id}`);
    else if (copies === 0) findings.add('shop: acknowledged webhook lost', `${event.type} ${event.id}`);
    findings.add('shop: webhook stored twice', `${event.type} ${event.id}`, copies - 1);
  }
};

const UNBALANCED = `
SELECT entry_id, unit, sum(amount)::text AS sum FROM read.ledger_postings
 GROUP BY entry_id, unit HAVING sum(amount) <> 0`;
const BALANCES = `
SELECT user_id, account, sum(amount)::bigint AS amount FROM read.ledger_postings
 WHERE account IN ('customer.available', 'customer.held') GROUP BY user_id, account`;

/** The ledger is zero-sum, agrees with the accounts, and leaves to who `lived` what the same life leaves without any havoc. */
const auditBalances = async (
  { pool, log }: Readonly<{ pool: Pool; log: Pick<EventLog, 'read'> }>,
  userIds: ReadonlySet<string>,
  lived: readonly string[],
  findings: Findings,
): Promise<void> => {
  for (const { entry_id, unit, sum } of (await pool.query(UNBALANCED)).rows)
    findings.add('shop: entry not balanced', `${entry_id} leaves ${sum} ${unit}`);
  const { rows } = await pool.query<{ user_id: string; account: string; amount: bigint }>(BALANCES);
  const booked = new Map(rows.map((row) => [`${row.user_id} ${row.account}`, Number(row.amount)]));
  for (const userId of userIds) {
    const { events } = await log.read<AccountEvent>(accountStream(userId));
    const state = fold(account, events);
    const [available, held] = [availableOf(state), heldOf(state)];
    const told = ['available', 'held'].map((name) => booked.get(`${userId} customer.${name}`) ?? 0);
    if (told[0] !== available || told[1] !== held)
      findings.add('shop: ledger differs from the account', `${userId}: ${told} for ${available},${held}`);
    if (lived.includes(userId) && (available !== LEFT_OF_LIFE || held !== 0))
      findings.add('shop: another balance than without havoc', `${userId}: ${available}, ${held} held`);
  }
};

/**
 * Holds everything that was booked against what Stripe, the jobs and the log say, and rebuilds every read table. `lived`: who
 * lived the whole life of `stripeLife` and spent nothing.
 */
export const auditShop = async (
  parts: Readonly<{
    pool: Pool;
    log: EventLog;
    statements: Statements;
    periods: readonly string[];
  }>,
  { sent, lived }: Readonly<{ sent: readonly Sent[]; lived: readonly string[] }>,
  findings: Findings,
) => {
  const { pool, log } = parts;
  const { rows } = await pool.query<{ id: string }>(
    `SELECT data ->> 'eventId' AS id FROM events WHERE type IN ('NoticeTaken', 'NoticeKept')`,
  );
  auditNotices(
    sent,
    rows.map(({ id }) => id),
    findings,
  );
  await auditBalances(parts, new Set(sent.map(({ userId }) => userId)), lived, findings);
  let reconciled = 0;
  for (const period of parts.periods) {
    // Nothing moves any more, so nothing may wait to be booked.
    const now = new Date(Date.now() + 86_400_000);
    const { matched } = await reconcile(
      { db: pool, store: log, statements: parts.statements, agreedFees: async () => null, now },
      period,
      (line) => {
        if (line.reason.startsWith('UNEXPLAINED'))
          findings.add('shop: variance without a reason', JSON.stringify(line));
      },
    );
    reconciled += matched;
  }
  let rebuiltRows = 0;
  for (const result of await replay('all', { log, client: pool.options })) {
    const { projection, differingRows, rowsRebuilt, examples } = result;
    rebuiltRows += rowsRebuilt;
    findings.add(
      'shop: rebuilt table differs',
      `${projection} ${JSON.stringify(examples[0] ?? null)}`,
      differingRows,
    );
  }
  return { webhooks: sent.length, reconciled, rebuiltRows };
};
