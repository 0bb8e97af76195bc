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

/** Compares the ledger of one subscription with the log, event by event, and the order of its writing with that of the streams. */
export const auditLedger = async (db: Pick<Pool, 'query'>, subscription: string): Promise<LedgerFindings> => {
  const { rows } = await db.query<LedgerFindings>(
    `with own as (select n, lane, version from read.ledger where subscription = $1)
     select (select count(*) from own)::int as processed,
       (select count(*) from (
          select e.stream, e.version from event_log l join events e on e.seq = l.seq
          except select lane, version from own) missing)::int as lost,
       (select count(*) - count(distinct (lane, version)) from own)::int as repeated,
       (select count(*) from (
          select version < lag(version) over (partition by lane order by n) as back from own) o where back)::int as reordered`,
    [subscription],
  );
  const found = rows[0];
  if (found === undefined) throw new Error('the audit of the ledger gave no row');
  return found;
};
