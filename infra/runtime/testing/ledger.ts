import type { ClientBase, Pool } from 'pg';
import type { Subscription } from '../subscription.ts';

/** What was processed, by whom, in which order. No unique key: a repetition must show, not fail. */
export const createLedger = async (db: Pick<ClientBase, 'query'>): Promise<void> => {
  await db.query(`create table read.ledger (
    n bigint generated always as identity, subscription text, lane text, position bigint, version bigint, worker text)`);
};

/**
 * A subscription that writes each delivery into the ledger, in the transaction of the checkpoint, and dawdles up to
 * `dawdleMs` on each side of the write, so that faults hit it in the middle.
 */
export const ledgerSubscription = (
  id: string,
  worker: string,
  partitions: number,
  dawdleMs: number,
): Subscription => ({
  id,
  revision: 1,
  partitions,
  handles: null,
  lanesOf: (event) => [event.metadata.streamName],
  handle: async (deliveries, client) => {
    const dawdle = () => client.query('select pg_sleep(random() * $1 / 1000)', [dawdleMs]);
    await dawdle();
    await client.query(
      `insert into read.ledger (subscription, lane, position, version, worker)
       select $1, *, $5 from unnest($2::text[], $3::bigint[], $4::bigint[])`,
      [
        id,
        deliveries.map(({ lane }) => lane),
        deliveries.map(({ event }) => String(event.metadata.globalPosition)),
        deliveries.map(({ event }) => String(event.metadata.streamPosition)),
        worker,
      ],
    );
    await dawdle();
  },
});

export type LedgerFindings = Readonly<{
  processed: number;
  lost: number;
  repeated: number;
  reordered: number;
}>;

/** Compares the ledger of one subscription with the log, up to `head`. */
export const auditLedger = async (
  db: Pick<Pool, 'query'>,
  subscription: string,
  head: bigint,
): Promise<LedgerFindings> => {
  const { rows } = await db.query<LedgerFindings>(
    `with own as (select n, lane, position, version from read.ledger where subscription = $1 and position <= $2)
     select (select count(*) from own)::int as processed,
       (select count(*) from event_log l where l.position <= $2
          and not exists (select from own where own.position = l.position))::int as lost,
       (select count(*) - count(distinct position) from own)::int as repeated,
       (select count(*) from (
          select position < lag(position) over lane_order or version <> 1 + coalesce(lag(version) over lane_order, 0) as bad
          from own window lane_order as (partition by lane order by n)) o where bad)::int as reordered`,
    [subscription, String(head)],
  );
  const found = rows[0];
  if (found === undefined) throw new Error('the audit of the ledger gave no row');
  return found;
};
