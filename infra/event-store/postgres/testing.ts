import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import pg from 'pg';
import { clientConfig, createPool } from '../../postgres/pool.ts';
import type { TestDatabase } from '../../postgres/testing/database.ts';
import { createTestDatabase } from '../../postgres/testing/database.ts';
import type { Subject } from '../contract/fixtures.ts';
import { appendNotes, streamName } from '../contract/fixtures.ts';
import type { LogEntry } from '../recorded.ts';
import type { PostgresEventLog, PostgresEventLogOptions } from './postgres-event-log.ts';
import { openPostgresEventLog } from './postgres-event-log.ts';
import type { TextRow } from './rows.ts';
import { bigintColumn, EVENT_COLUMNS, storedEvent, textQuery } from './rows.ts';

export type PostgresSubject = Subject &
  Readonly<{
    log: PostgresEventLog;
    pool: Pool;
    database: TestDatabase;
    /** Background errors so far. */
    errors: readonly Error[];
    sequencer: { stop(): Promise<void> };
  }>;

/** A direct connection as owner; end it before the database is dropped. */
export const ownerClient = async (database: TestDatabase): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: database.ownerUrl });
  client.on('error', () => undefined);
  await client.connect();
  return client;
};

const SETTLE_MS = 20_000;

/** Waits until every committed event has a position. */
export const settled = async (pool: Pool): Promise<void> => {
  const deadline = Date.now() + SETTLE_MS;
  for (;;) {
    const { rows } = await pool.query<{ left: bigint }>(
      'SELECT (SELECT count(*) FROM events) - (SELECT count(*) FROM event_log) AS left',
    );
    if (rows[0]?.left === 0n) return;
    if (Date.now() > deadline) throw new Error(`${rows[0]?.left} events have no position`);
    await sleep(10);
  }
};

/** A Postgres event log on a fresh database, as the application role, with a sequencer running. */
export const openSubject = async (
  options: Omit<PostgresEventLogOptions, 'pool'> = {},
): Promise<PostgresSubject> => {
  const database = await createTestDatabase();
  const errors: Error[] = [];
  const onError = (error: Error) => {
    errors.push(error);
  };
  const pool = createPool({ connectionString: database.appUrl, onIdleError: onError });
  const direct = clientConfig({ connectionString: database.directUrl });
  const log = openPostgresEventLog({ pool, direct, onError, ...options });
  const sequencer = log.startSequencer();
  return {
    log,
    pool,
    database,
    errors,
    sequencer,
    settle: () => settled(pool),
    close: async () => {
      await log.close();
      await pool.end();
      await database.drop();
    },
  };
};

/** Names of the prepared statements that a pool is given from now on. */
export const statementNames = (pool: Pool): string[] => {
  const names: string[] = [];
  const query = pool.query.bind(pool) as (...args: unknown[]) => unknown;
  Object.assign(pool, {
    query: (...args: unknown[]) => {
      const [config] = args;
      if (typeof config === 'object' && config !== null && 'name' in config) names.push(String(config.name));
      return query(...args);
    },
  });
  return names;
};

export type SequencerSubject = PostgresSubject &
  Readonly<{
    /** A connection of the application role, as a sequencer has one. */
    client: pg.Client;
    /** Appends one event to a stream of its own. */
    append: () => Promise<void>;
  }>;

/** A log that appends one by one, with a connection beside it on which the sequencer's steps can be taken by hand. */
export const openSequencerSubject = async (): Promise<SequencerSubject> => {
  const subject = await openSubject({ coalesce: false });
  const client = new pg.Client(clientConfig({ connectionString: subject.database.directUrl }));
  await client.connect();
  return {
    ...subject,
    client,
    append: () => appendNotes(subject.log, 1, streamName()),
    close: async () => {
      await client.end();
      await subject.close();
    },
  };
};

/** Events with their texts as stored, in order of position. */
export const storedEntries = async (db: Pool, after = 0n): Promise<LogEntry[]> => {
  const { rows } = await db.query(
    textQuery(
      '',
      `SELECT l.position, ${EVENT_COLUMNS} FROM event_log l JOIN events e ON e.seq = l.seq
        WHERE l.position > $1 ORDER BY l.position`,
      [after],
    ),
  );
  return rows.map((row: TextRow) => ({ position: bigintColumn(row, 0), stored: storedEvent(row, 1) }));
};
