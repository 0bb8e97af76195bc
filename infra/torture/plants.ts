import type { Pool } from 'pg';
import type { EventLog } from '../../domain/kernel/event-store.ts';
import type { Event, Positioned, RecordedMetadata } from '../../domain/kernel/message.ts';
import type { PostgresEventLog } from '../event-store/postgres/postgres-event-log.ts';
import { ofTypes } from '../event-store/ranges.ts';
import type { CommitFenced } from '../runtime/leases.ts';

type SequencedRow = Readonly<{
  seq: string;
  id: string;
  stream: string;
  version: string;
  type: string;
  data: Event['data'];
}>;

const toPositioned = (row: SequencedRow): Positioned => {
  const none = '00000000-0000-0000-0000-000000000000';
  const metadata: RecordedMetadata & { globalPosition: bigint } = {
    messageId: row.id,
    streamName: row.stream,
    streamPosition: BigInt(row.version),
    globalPosition: BigInt(row.seq),
    schemaVersion: 1,
    recordedAt: '1970-01-01T00:00:00.000000Z',
    commandId: none,
    correlationId: none,
    causationId: none,
    actor: { type: 'system', id: 'plant' },
  };
  return { type: row.type, data: row.data, kind: 'Event', metadata };
};

/**
 * The classic mistake: "after the last sequence number". A transaction that took a lower number and commits later is never
 * seen.
 */
export const sequenceOnlyReads = (log: EventLog, pool: Pool): EventLog => ({
  append: log.append.bind(log),
  read: log.read.bind(log),
  findIdempotent: log.findIdempotent.bind(log),
  waitFor: (_, timeoutMs, signal) => log.waitFor(0n, Math.min(timeoutMs, 20), signal),
  head: async () => {
    const { rows } = await pool.query<{ head: string }>(
      'select coalesce(max(seq), 0)::text as head from events',
    );
    return BigInt(rows[0]?.head ?? 0);
  },
  readLog: async ({ after, limit, to }) => {
    const { rows } = await pool.query<SequencedRow>(
      `select seq::text, id, stream, version::text, type, data from events
       where seq > $1 and ($3::bigint is null or seq <= $3) order by events.seq limit $2`,
      [String(after), limit, to === undefined ? null : String(to)],
    );
    return rows.map(toPositioned);
  },
  async readTypes(types, range) {
    return ofTypes(types, range, await this.readLog(range));
  },
  readPlaced(types, range) {
    return this.readTypes(types, range);
  },
});

/** The other one: the lease is looked at before the work, and not by the commit. */
export const commitUnfenced: CommitFenced = async (client, lease, _from, to) => {
  const id = client.escapeLiteral(lease.subscription);
  await client.query(
    `update runtime.partitions set position = greatest(position, ${to})
     where subscription = ${id} and partition = ${lease.partition}; commit`,
  );
};

/** Metering that trusts every entry to come once: its appends carry no key. */
export const usageWithoutKeys = (log: PostgresEventLog): PostgresEventLog => ({
  ...log,
  append: (appends, options) =>
    log.append(
      appends,
      appends.some(({ streamName }) => streamName.startsWith('usage-'))
        ? { context: options.context }
        : options,
    ),
});
