import { performance } from 'node:perf_hooks';
import pg from 'pg';
import type { Event } from '../../domain/kernel/message.ts';
import type { Projection } from '../../domain/kernel/projection.ts';
import { clientConfig } from '../../infra/postgres/pool.ts';
import { BulkFold } from '../../infra/runtime/bulk-fold.ts';
import { LogWindow } from '../../infra/runtime/log-window.ts';
import { ProjectionTable } from '../../infra/runtime/projection-table.ts';
import { readAhead } from '../../infra/runtime/read-ahead.ts';
import type { Stage } from './stage.ts';
import type { payload } from './workloads.ts';

const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
};

/** Events per second of the floor: the server copies the same rows, in order, to nowhere. */
export const copyRate = async (stage: Stage, after: bigint, to: bigint): Promise<number> => {
  const seconds = await secondsOf(() =>
    stage.owner.query(`COPY (
      SELECT l.position, e.id, e.stream, e.version, e.type, e.schema_version, e.recorded_at, e.data, e.metadata
        FROM event_log l JOIN events e ON e.seq = l.seq
       WHERE l.position > ${after} AND l.position <= ${to} ORDER BY l.position) TO '/dev/null'`),
  );
  return Number(to - after) / seconds;
};

/** Events per second of a subscriber that reads in order, JSON parsed. */
export const readRate = async (stage: Stage, after: bigint, to: bigint): Promise<number> => {
  let count = 0n;
  const seconds = await secondsOf(async () => {
    for await (const events of readAhead(stage.distant, after, to)) {
      for (const event of events) {
        count += 1n;
        if (event.metadata.globalPosition !== after + count) throw new Error('the log is not dense');
      }
    }
  });
  if (count !== to - after) throw new Error(`read ${count} of ${to - after} events`);
  return Number(count) / seconds;
};

/** Positions per second that a subscriber walks past, because it asked for none of their types. */
export const passRate = async (stage: Stage, after: bigint, to: bigint): Promise<number> => {
  const seconds = await secondsOf(async () => {
    for await (const events of readAhead(stage.distant, after, to, ['Unheard']))
      throw new Error(`got ${events.length} events of other types`);
  });
  return Number(to - after) / seconds;
};

const PARTITIONS = 64;
const BATCH = 500;

/** Positions per second that all partitions of a worker get through that begin where none of them has been: each sees every event. */
export const catchUpRate = async (stage: Stage, after: bigint, to: bigint): Promise<number> => {
  const window = new LogWindow(stage.distant, 1_000, () => undefined);
  await window.start();
  const walk = async (): Promise<void> => {
    for (let position = after; position < to; ) {
      const events = await window.read(position, BATCH);
      const last = events.at(-1);
      if (last === undefined || last.metadata.globalPosition !== position + BigInt(events.length))
        throw new Error('the log is not dense');
      position = last.metadata.globalPosition;
    }
  };
  const seconds = await secondsOf(() => Promise.all(Array.from({ length: PARTITIONS }, walk)));
  await window.stop();
  return Number(to - after) / seconds;
};

type PatchProposed = Event<'PatchProposed', ReturnType<typeof payload>>;
type StreamRow = Readonly<{ stream: string; patches: number; last_file: string; last_at: string }>;

/** One row per stream, as most of our read tables are. */
const patchesPerStream: Projection<StreamRow, PatchProposed> = {
  name: 'bench-patches',
  revision: 1,
  table: 'bench_patches',
  handles: ['PatchProposed'],
  columns: { stream: 'text', patches: 'int', last_file: 'text', last_at: 'timestamptz' },
  key: 'stream',
  keysOf: (event) => [event.metadata.streamName],
  evolve: (row, event, key) => ({
    stream: key,
    patches: (row?.patches ?? 0) + 1,
    last_file: event.data.file,
    last_at: event.metadata.recordedAt,
  }),
};

const withTable = async <T>(
  stage: Stage,
  work: (client: pg.Client, table: ProjectionTable) => Promise<T>,
): Promise<T> => {
  const client = new pg.Client(clientConfig({ connectionString: stage.ownerUrl, statementTimeoutMs: 0 }));
  await client.connect();
  const table = new ProjectionTable(patchesPerStream);
  try {
    await table.drop(client);
    await table.create(client);
    return await work(client, table);
  } finally {
    await table.drop(client);
    await client.end();
  }
};

const checkRows = async (client: pg.Client, expected: number): Promise<void> => {
  const { rows } = await client.query<{ patches: bigint }>(
    'SELECT coalesce(sum(patches), 0)::bigint AS patches FROM read.bench_patches',
  );
  if (Number(rows[0]?.patches) !== expected)
    throw new Error(`the rebuilt table counts ${rows[0]?.patches} of ${expected}`);
};

/** Events per second and growth of resident memory, in MB, of the runtime's own rebuild. */
export const rebuildRate = (stage: Stage, after: bigint, to: bigint) =>
  withTable(stage, async (client, table) => {
    let peak = 0;
    const before = process.memoryUsage.rss();
    const sampler = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, 50);
    const fold = new BulkFold({ projection: patchesPerStream, table, client });
    const seconds = await secondsOf(() => fold.run(stage.distant, after, to));
    clearInterval(sampler);
    const expected = await countOf(stage, after, to);
    await checkRows(client, expected);
    return {
      rate: Number(to - after) / seconds,
      memoryGrowthMb: Math.max(0, peak - before) / 1_048_576,
    };
  });

const countOf = async (stage: Stage, after: bigint, to: bigint): Promise<number> => {
  const { rows } = await stage.owner.query<{ count: bigint }>(
    `SELECT count(*) AS count FROM event_log l JOIN events e ON e.seq = l.seq
      WHERE l.position > $1 AND l.position <= $2 AND e.type = 'PatchProposed'`,
    [after, to],
  );
  return Number(rows[0]?.count);
};

const NAIVE_TRANSACTION = 1_000;

/** Events per second of the usual way: an upsert per event, in transactions of 1,000. */
export const naiveRebuildRate = (stage: Stage, after: bigint, to: bigint) =>
  withTable(stage, async (client) => {
    const seconds = await secondsOf(async () => {
      for await (const events of readAhead(stage.distant, after, to)) {
        for (let start = 0; start < events.length; start += NAIVE_TRANSACTION) {
          await client.query('BEGIN');
          for (const { metadata, data } of events.slice(start, start + NAIVE_TRANSACTION))
            await client.query({
              name: 'naive-upsert',
              text: `INSERT INTO read.bench_patches (stream, patches, last_file, last_at) VALUES ($1, 1, $2, $3)
                     ON CONFLICT (stream) DO UPDATE SET patches = bench_patches.patches + 1,
                       last_file = excluded.last_file, last_at = excluded.last_at`,
              values: [metadata.streamName, data['file'], metadata.recordedAt],
            });
          await client.query('COMMIT');
        }
      }
    });
    return Number(to - after) / seconds;
  });
