import type { Client } from 'pg';
import type { LogReader } from '../../domain/kernel/event-store.ts';
import type { Placed } from '../../domain/kernel/message.ts';
import type { AnyProjection } from '../../domain/kernel/projection.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { BulkFold } from './bulk-fold.ts';
import { missingDeliveries } from './dead-letter-store.ts';
import { partitionOf } from './partitioning.ts';
import { leftOut, projectionSubscriptionId } from './projection-subscription.ts';
import { ProjectionTable } from './projection-table.ts';

export type ReplayDifference = Readonly<{ key: string; live: string | null; rebuilt: string | null }>;

export type ReplayResult = Readonly<{
  projection: string;
  revision: number;
  /** Lowest checkpoint compared at. */
  position: bigint;
  rowsLive: number;
  rowsRebuilt: number;
  differingRows: number;
  /** At most ten, by key, rows as text. */
  examples: readonly ReplayDifference[];
}>;

type Checkpoint = Readonly<{ partition: number; position: string }>;

/**
 * Rebuilds the table from the log beside the live one and compares every row as text, at exactly the checkpoints of one
 * snapshot: writes may go on meanwhile. Nothing is changed. Throws `Rejection`
 * PROJECTION_NOT_LIVE where no worker has built this revision yet.
 */
export const replayProjection = async (
  projection: AnyProjection,
  deps: Readonly<{ connect: () => Promise<Client>; log: LogReader }>,
): Promise<ReplayResult> => {
  const client = await deps.connect();
  try {
    await client.query(
      'set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; begin isolation level repeatable read',
    );
    return await compare(projection, client, deps.log);
  } finally {
    // Ending the session drops the temporary table and the transaction.
    await client.end();
  }
};

const compare = async (projection: AnyProjection, client: Client, log: LogReader): Promise<ReplayResult> => {
  const id = projectionSubscriptionId(projection);
  const { rows } = await client.query<Checkpoint>(
    'select partition, position from runtime.partitions where subscription = $1 order by partition',
    [id],
  );
  if (rows.length === 0)
    throw new Rejection('PROJECTION_NOT_LIVE', `No worker has built the table of ${id} yet.`);
  const reached = rows.map(({ position }) => BigInt(position));
  const ascending = reached.toSorted((a, b) => (a < b ? -1 : 1));
  const lowest = ascending.at(0) ?? 0n;
  const highest = ascending.at(-1) ?? 0n;
  const isLeftOut = leftOut(projection, await missingDeliveries(client, id));
  const rebuilt = new ProjectionTable(projection, { schema: 'pg_temp', name: 'replay' });
  await rebuilt.create(client);
  const counts = (event: Placed, lane: string): boolean => {
    const { globalPosition } = event.metadata;
    const checkpoint = reached[partitionOf(lane, reached.length)] ?? 0n;
    return globalPosition <= checkpoint && !isLeftOut(event, lane);
  };
  await new BulkFold({ projection, table: rebuilt, client, counts }).run(log, 0n, highest);
  return {
    projection: projection.name,
    revision: projection.revision,
    position: lowest,
    ...(await diff(projection, client)),
  };
};

const diff = async (projection: AnyProjection, client: Client) => {
  const live = new ProjectionTable(projection).qualified;
  // Rows are compared as text: `json` has no equality, and its exact bytes are what counts.
  const joined = `select coalesce(l.key, r.key) as key, l.row as live, r.row as rebuilt
    from (select "${projection.key}" as key, whole::text as row from ${live} whole) l
    full join (select "${projection.key}" as key, whole::text as row from pg_temp.replay whole) r on r.key = l.key
    where l.row is distinct from r.row`;
  const counts = await client.query<{ live: number; rebuilt: number; differing: number }>(
    `select (select count(*) from ${live})::int as live, (select count(*) from pg_temp.replay)::int as rebuilt,
            (select count(*) from (${joined}) d)::int as differing`,
  );
  const examples = await client.query<ReplayDifference>(`${joined} order by 1 limit 10`);
  const { live: rowsLive = 0, rebuilt: rowsRebuilt = 0, differing: differingRows = 0 } = counts.rows[0] ?? {};
  return { rowsLive, rowsRebuilt, differingRows, examples: examples.rows };
};
