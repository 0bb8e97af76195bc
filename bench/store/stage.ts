import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PostgresEventStore } from '@event-driven-io/emmett-postgresql';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import pg from 'pg';
import type { PostgresEventLog } from '../../infra/event-store/postgres/postgres-event-log.ts';
import { openPostgresEventLog } from '../../infra/event-store/postgres/postgres-event-log.ts';
import { startEmbedded, stopEmbedded } from '../../infra/postgres/embedded.ts';
import { migrate } from '../../infra/postgres/migrate.ts';
import { clientConfig, createPool } from '../../infra/postgres/pool.ts';
import { useJournal } from '../journal.ts';

/** Everything that is measured, on one server and one database. */
export type Stage = Readonly<{
  ownerUrl: string;
  owner: pg.Pool;
  /** Of the raw INSERT; 16 connections, as many as our appends have. */
  rawPool: pg.Pool;
  /** Concurrent appends share statements. */
  coalesced: PostgresEventLog;
  /** One statement per append; the same database. */
  single: PostgresEventLog;
  /** Lets one of them run the sequencer, as the log of `npm start` does. */
  lead: (log: PostgresEventLog) => Promise<void>;
  /** Another process, as far as the log can tell: own connections, no sequencer. */
  distant: PostgresEventLog;
  emmett: PostgresEventStore;
  close: () => Promise<void>;
}>;

const POOL_SIZE = 16;

const fail = (error: Error): void => {
  process.stderr.write(`background error: ${error.message}\n`);
};

/** A table like ours with its indexes, for the floor: one prepared single-row INSERT. */
const createRawTable = async (owner: pg.Pool): Promise<void> => {
  await owner.query('CREATE TABLE raw_events (LIKE events INCLUDING ALL)');
  await owner.query('GRANT INSERT ON raw_events TO iama_app');
};

/** With `BENCH_DATABASE_URL`, an empty database there; else a throw-away server with its default durability. */
export const openStage = async (): Promise<Stage> => {
  const external = process.env['BENCH_DATABASE_URL'];
  let folder: string | null = null;
  let ownerUrl = external ?? '';
  let appUrl = external ?? '';
  if (external === undefined) {
    folder = await mkdtemp(join(tmpdir(), 'iama-bench-'));
    await chmod(folder, 0o755);
    ({ ownerUrl, appUrl } = await startEmbedded({ folder }));
  }
  await migrate(ownerUrl);
  const owner = createPool({ connectionString: ownerUrl, max: 4, statementTimeoutMs: 0 });
  await createRawTable(owner);
  await useJournal(owner);
  const pool = () => createPool({ connectionString: appUrl, max: POOL_SIZE });
  // The floors are node-postgres as it comes; ours spares a copy of each statement (infra/postgres/statements.ts).
  const rawPool = new pg.Pool({ ...clientConfig({ connectionString: appUrl }), max: POOL_SIZE });
  const [coalescedPool, singlePool, distantPool] = [pool(), pool(), pool()];
  const coalesced = openPostgresEventLog({ pool: coalescedPool, onError: fail });
  const single = openPostgresEventLog({ pool: singlePool, coalesce: false, onError: fail });
  const distant = openPostgresEventLog({ pool: distantPool, onError: fail });
  let leader = { log: coalesced, sequencer: coalesced.startSequencer() };
  const lead = async (log: PostgresEventLog): Promise<void> => {
    if (leader.log === log) return;
    await leader.sequencer.stop();
    leader = { log, sequencer: log.startSequencer() };
  };
  const emmettPool = new pg.Pool({ connectionString: ownerUrl, max: POOL_SIZE });
  const emmett = getPostgreSQLEventStore(ownerUrl, { connectionOptions: { pool: emmettPool } });
  await emmett.schema.migrate();
  return {
    ownerUrl,
    owner,
    rawPool,
    coalesced,
    single,
    lead,
    distant,
    emmett,
    close: async () => {
      await Promise.all([coalesced.close(), single.close(), distant.close()]);
      await emmett.close();
      await Promise.all(
        [owner, rawPool, coalescedPool, singlePool, distantPool, emmettPool].map((item) => item.end()),
      );
      if (folder === null) return;
      await stopEmbedded(folder, 'immediate');
      await rm(folder, { recursive: true, force: true });
    },
  };
};
