import type { Client, Pool } from 'pg';
import type { LogReader } from '../../domain/kernel/event-store.ts';
import type { Placed } from '../../domain/kernel/message.ts';
import type { AnyProjection } from '../../domain/kernel/projection.ts';
import { BulkFold } from './bulk-fold.ts';
import { lockLetters, skippedDeliveries } from './dead-letter-store.ts';
import { partitionOf } from './partitioning.ts';
import { pause } from './pause.ts';
import { leftOut, projectionSubscriptionId } from './projection-subscription.ts';
import { ProjectionTable } from './projection-table.ts';
import type { Report } from './subscription.ts';
import { messageOf } from './transient-errors.ts';

export type BuilderDependencies = Readonly<{
  pool: Pool;
  /** A session of its own: it holds the lock of the build. */
  connect: () => Promise<Client>;
  log: LogReader;
  partitions: number;
  report: Report;
}>;

/** Close enough to the head to finish under the lock of the swap. */
const CLOSE = 500n;
const POLL_MS = 500;

type SetAside = Readonly<{ event: Placed; lane: string; error: unknown }>;

export const liveRevision = async (pool: Pick<Pool, 'query'>, name: string): Promise<number | null> => {
  const { rows } = await pool.query<{ live_revision: number }>(
    'select live_revision from runtime.projections where name = $1',
    [name],
  );
  return rows[0]?.live_revision ?? null;
};

/**
 * Resolves when the live table has this revision: builds it here, or waits for the process that does. Resolves false when
 * the database is ahead of this code (an older process during a deployment): it must not touch the table.
 */
export const ensureLive = async (
  projection: AnyProjection,
  deps: BuilderDependencies,
  signal: AbortSignal,
): Promise<boolean> => {
  for (;;) {
    try {
      const live = await liveRevision(deps.pool, projection.name);
      if (live === projection.revision) return true;
      if (live !== null && live > projection.revision) return false;
      if (await buildProjection(projection, deps)) continue;
    } catch (error) {
      deps.report('error', 'building a projection failed, trying again', {
        projection: projection.name,
        error: messageOf(error),
      });
    }
    if (signal.aborted) return false;
    await pause(POLL_MS, signal);
  }
};

/**
 * Builds the table beside the live one and swaps. Resolves false when another process is building it. `force` builds
 * again although this revision is live already.
 */
export const buildProjection = async (
  projection: AnyProjection,
  deps: BuilderDependencies,
  options: Readonly<{ force?: boolean }> = {},
): Promise<boolean> => {
  const client = await deps.connect();
  client.on('error', (error) => deps.report('warn', 'build session lost', { error: error.message }));
  try {
    const { rows } = await client.query<{ locked: boolean }>(
      `select pg_try_advisory_lock(hashtext('projection build'), hashtext($1)) as locked`,
      [projection.name],
    );
    if (rows[0]?.locked !== true) return false;
    const live = await liveRevision(deps.pool, projection.name);
    if (options.force !== true && live !== null && live >= projection.revision) return true;
    // What an admin decides meanwhile is for the next one to build.
    while (!(await buildAndSwap(projection, deps, client))) await client.query('rollback');
    return true;
  } finally {
    await client.end();
  }
};

/** Resolves false, in a transaction, when other events are skipped by now than were left out. */
const buildAndSwap = async (
  projection: AnyProjection,
  deps: BuilderDependencies,
  client: Client,
): Promise<boolean> => {
  const { log, report } = deps;
  const startedAt = Date.now();
  // A crash before the swap throws the shadow away, so its rows need not reach the disk one by one.
  await client.query('set synchronous_commit = off; set statement_timeout = 0');
  const name = `${projection.table}__r${projection.revision}`;
  const shadow = new ProjectionTable(projection, { name });
  await shadow.drop(client);
  await shadow.create(client);
  const parked: SetAside[] = [];
  const deferred: SetAside[] = [];
  const blocked = new Set<string>();
  const id = projectionSubscriptionId(projection);
  const skipped = await skippedDeliveries(client, id);
  const isLeftOut = leftOut(projection, skipped);
  const fold = new BulkFold({
    projection,
    table: shadow,
    client,
    counts: (event, lane) => {
      if (isLeftOut(event, lane)) return false;
      if (!blocked.has(lane)) return true;
      deferred.push({ event, lane, error: null });
      return false;
    },
    onPoison: (event, lane, error) => {
      blocked.add(lane);
      parked.push({ event, lane, error });
    },
  });
  let position = 0n;
  for (let head = await log.head(); head - position > CLOSE || position === 0n; head = await log.head()) {
    await fold.run(log, position, head);
    position = head;
    if (head === 0n) break;
  }
  await shadow.createIndexes(client);
  await shadow.createGuard(client);
  await client.query(
    `analyze ${shadow.qualified}; set synchronous_commit = on; set lock_timeout = '5s'; begin`,
  );
  const head = await log.head();
  await fold.run(log, position, head);
  // Order of locks: letters, table, then checkpoints, as in every attempt and batch of the revision that is being replaced.
  await lockLetters(client, id);
  await new ProjectionTable(projection).drop(client);
  const skippedNow = await skippedDeliveries(client, id);
  if (skippedNow.size !== skipped.size || [...skippedNow].some((each) => !skipped.has(each))) return false;
  await client.query(`alter table ${shadow.qualified} rename to "${projection.table}"`);
  await client.query('delete from runtime.subscriptions where starts_with(id, $1)', [`${projection.name}@`]);
  await register(projection, deps.partitions, client, head, parked, deferred);
  await client.query('commit');
  report('info', 'projection is live', {
    projection: projection.name,
    revision: projection.revision,
    position: String(head),
    milliseconds: Date.now() - startedAt,
  });
  return true;
};

const register = async (
  projection: AnyProjection,
  partitions: number,
  client: Client,
  head: bigint,
  parked: readonly SetAside[],
  deferred: readonly SetAside[],
): Promise<void> => {
  const id = projectionSubscriptionId(projection);
  await client.query('delete from runtime.deferred_events where starts_with(subscription, $1)', [
    `${projection.name}@`,
  ]);
  await client.query(
    `delete from runtime.dead_letters where starts_with(subscription, $1) and status in ('retrying', 'parked')`,
    [`${projection.name}@`],
  );
  await client.query('insert into runtime.subscriptions (id, partitions, revision) values ($1, $2, $3)', [
    id,
    partitions,
    projection.revision,
  ]);
  await client.query(
    // Tokens rise over rebuilds of one revision too, so that a holder from before stays fenced out.
    `insert into runtime.partitions (subscription, partition, position, token)
     select $1, partition, $3, extract(epoch from clock_timestamp()) * 1000
     from generate_series(0, $2::int - 1) partition`,
    [id, partitions, String(head)],
  );
  await client.query(
    `insert into runtime.projections (name, live_revision, table_name) values ($1, $2, $3)
     on conflict (name) do update set live_revision = $2, table_name = $3, swapped_at = clock_timestamp()`,
    [projection.name, projection.revision, projection.table],
  );
  for (const { event, lane, error } of parked)
    await client.query(
      `insert into runtime.dead_letters
         (subscription, partition, lane, position, event_type, stream_name, status, attempts, error)
       values ($1, $2, $3, $4, $5, $6, 'parked', 1, $7)
       on conflict (subscription, lane, position) do update set status = 'parked', taken_back = false, error = excluded.error`,
      [
        id,
        partitionOf(lane, partitions),
        lane,
        String(event.metadata.globalPosition),
        event.type,
        event.metadata.streamName,
        messageOf(error),
      ],
    );
  for (const { event, lane } of deferred)
    await client.query('insert into runtime.deferred_events values ($1, $2, $3, $4) on conflict do nothing', [
      id,
      partitionOf(lane, partitions),
      lane,
      String(event.metadata.globalPosition),
    ]);
};
