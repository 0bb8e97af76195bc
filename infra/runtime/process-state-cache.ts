import type { Client } from 'pg';
import type { LogReader } from '../../domain/kernel/event-store.ts';
import type { AnyProcessManager } from '../../domain/kernel/process-manager.ts';
import { deliveryKey, missingDeliveries } from './dead-letter-store.ts';
import { partitionOf } from './partitioning.ts';
import { writeStates } from './process-subscription.ts';
import { readAhead } from './read-ahead.ts';

const WRITE = 5_000;

/** Revision while the states are being folded: no code carries it, so nobody claims the partitions, even after a crash. */
const REFOLDING = 0;

/**
 * Brings the cached states to the revision of the code: folds each partition's instances anew up to its checkpoint. Nothing
 * is sent: `react` is not called. Holders of the partitions are fenced out first, and processes with the other revision
 * can no longer claim them. Resolves false when the database is ahead of this code.
 */
export const refreshProcessStates = async (
  manager: AnyProcessManager,
  deps: Readonly<{ connect: () => Promise<Client>; log: LogReader }>,
): Promise<boolean> => {
  const client = await deps.connect();
  try {
    await client.query('set statement_timeout = 0; set idle_in_transaction_session_timeout = 0');
    await client.query(`select pg_advisory_lock(hashtext('process states'), hashtext($1))`, [manager.name]);
    const { rows } = await client.query<{ revision: number; partitions: number }>(
      'select revision, partitions from runtime.subscriptions where id = $1',
      [manager.name],
    );
    const stored = rows[0];
    if (stored === undefined || stored.revision === manager.revision) return true;
    if (stored.revision > manager.revision) return false;
    await client.query('update runtime.subscriptions set revision = $2 where id = $1', [
      manager.name,
      REFOLDING,
    ]);
    await refold(manager, client, deps.log, stored.partitions);
    return true;
  } finally {
    // Ending the session rolls back what was not committed and frees the lock.
    await client.end();
  }
};

const refold = async (
  manager: AnyProcessManager,
  client: Client,
  log: LogReader,
  partitions: number,
): Promise<void> => {
  const { rows } = await client.query<{ partition: number; position: string }>(
    `update runtime.partitions set token = token + 1, owner = null, leased_until = null
     where subscription = $1 returning partition, position`,
    [manager.name],
  );
  const reached = new Map(rows.map(({ partition, position }) => [partition, BigInt(position)]));
  const highest = [...reached.values()].reduce((most, position) => (position > most ? position : most), 0n);
  const missing = await missingDeliveries(client, manager.name);
  const states = new Map<string, unknown>();
  for await (const events of readAhead(log, 0n, highest, manager.handles))
    for (const event of events) {
      const { globalPosition, streamName } = event.metadata;
      if (missing.has(deliveryKey(globalPosition, streamName))) continue;
      const instance = manager.correlate(event);
      if (instance === null || missing.has(deliveryKey(globalPosition, instance))) continue;
      if (globalPosition > (reached.get(partitionOf(instance, partitions)) ?? 0n)) continue;
      states.set(instance, manager.evolve(states.get(instance) ?? manager.initialState(), event));
    }
  await client.query('begin');
  await client.query('delete from runtime.process_states where manager = $1', [manager.name]);
  const entries = [...states];
  for (let start = 0; start < entries.length; start += WRITE)
    await writeStates(client, manager.name, new Map(entries.slice(start, start + WRITE)));
  await client.query('update runtime.subscriptions set revision = $2 where id = $1', [
    manager.name,
    manager.revision,
  ]);
  await client.query('commit');
};
