import type { ClientBase } from 'pg';
import { ledgerPostings } from '../../projections/billing/ledger-postings.ts';
import { EXPORT_COLUMNS, type ExportRow } from './export-rows.ts';
import type { PeriodVersion } from './period-versions.ts';
import { whyNotWhole } from './whole-tables.ts';

/** Rows in memory at once. */
const BATCH = 2_000;

/** Of a version: `$1` before, `$2` start, `$3` end, `$4` lateAfter. */
const OWN = 'position < $1 AND effective_at < $3 AND (effective_at >= $2 OR position > $4)';
/** What belongs to the versions before it: `$3` lateAfter. */
const EARLIER = 'position < $1 AND effective_at < $2 AND position <= $3';

const time = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const day = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD')`;

/**
 * What credits do not have (invoice, provider, tax) is empty. The service of a correction is that of the charge that it takes back;
 * what is for no length of time is of its month.
 */
const ROWS = `
SELECT l.entry_id, l.position::text, l.line::text, l.kind, l.user_id, l.account, l.amount::text, l.unit,
       ${time('l.booked_at')}, ${time('l.effective_at')},
       CASE WHEN l.service_from IS NULL
            THEN to_char(coalesce(c.effective_at, l.effective_at) AT TIME ZONE 'UTC', 'YYYY-MM')
            ELSE ${day('l.service_from')} || '--' || ${day('l.service_to')} END,
       l.source_event, l.job_id, l.invoice, l.invoice_line,
       CASE WHEN l.unit <> 'MICRO_CREDIT' THEN l.reference END, l.tax::text, l.charge_class, c.entry_id
  FROM (SELECT * FROM read.ledger_postings WHERE ${OWN}) l
  LEFT JOIN LATERAL (
         SELECT c.entry_id, c.effective_at FROM read.ledger_postings c
          WHERE l.corrects IS NOT NULL
            AND c.job_id = l.job_id AND c.kind = 'HoldPosted' AND c.reference = l.corrects LIMIT 1) c ON true
 ORDER BY l.position, l.line`;

const OPENING = `
SELECT account, unit, sum(amount)::text AS amount FROM read.ledger_postings WHERE ${EARLIER} GROUP BY account, unit`;

const boundsOf = ({ before, start, end, lateAfter }: PeriodVersion): unknown[] => [
  before,
  start,
  end,
  lateAfter,
];

/** Throws `Rejection` LEDGER_BEHIND or LEDGER_INCOMPLETE unless the read table holds every entry before the position. */
export const expectWholeLedger = async (db: ClientBase, { before }: PeriodVersion): Promise<void> => {
  const why = await whyNotWhole(db, ledgerPostings, BigInt(before - 1));
  if (why !== null) throw why;
};

export type Balance = Readonly<{ account: string; currency: string; amount: bigint }>;

/** What each account held when the period began. */
export const openingBalances = async (
  db: ClientBase,
  version: PeriodVersion,
): Promise<readonly Balance[]> => {
  const { before, start, lateAfter } = version;
  const { rows } = await db.query<{ account: string; unit: string; amount: string }>(OPENING, [
    before,
    start,
    lateAfter,
  ]);
  return rows.map(({ account, unit, amount }) => ({ account, currency: unit, amount: BigInt(amount) }));
};

/** The rows of a version in order of position and line, a batch at a time, on a connection within a transaction. */
export async function* ledgerRows(
  db: ClientBase,
  version: PeriodVersion,
): AsyncGenerator<readonly ExportRow[]> {
  await db.query({ text: `DECLARE finance_rows NO SCROLL CURSOR FOR ${ROWS}`, values: boundsOf(version) });
  for (;;) {
    const { rows } = await db.query<(string | null)[]>({
      text: `FETCH FORWARD ${BATCH} FROM finance_rows`,
      rowMode: 'array',
    });
    if (rows.length === 0) return;
    yield rows.map(
      (values) =>
        Object.fromEntries(EXPORT_COLUMNS.map((column, index) => [column, values[index] ?? ''])) as ExportRow,
    );
  }
}
