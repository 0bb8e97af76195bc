import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import pg from 'pg';
import { pino } from 'pino';
import type { TierName } from '../../../domain/kernel/tiers.ts';
import { JOB_TIMINGS, type JobTimings } from '../../../processors/refactoring/job-process/timings.ts';
import { readConfig } from '../../main/config.ts';
import { openDatabase } from '../../main/database.ts';
import { openParts } from '../../main/parts.ts';
import { startApi } from '../../main/start-api.ts';
import { startWorker } from '../../main/start-worker.ts';
import { createTestDatabase } from '../../postgres/testing/database.ts';

export type Stored = Readonly<{ type: string; data: Record<string, unknown> }>;

/** The whole server side in this process, on a database of its own, composed as `npm start` composes it. */
export type Product = Readonly<{
  url: string;
  /** For the command line on the machine itself. */
  databaseUrl: string;
  dataFolder: string;
  /** Of a command line that works on the same database and data folder. */
  env: Readonly<Record<string, string>>;
  /** Every line that the server has logged. */
  logged: () => string;
  query: <Row extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;
  /** The events of a job, oldest first, from the database itself; what people wrote is opened. */
  eventsOf: (jobId: string) => Promise<Stored[]>;
  stop: () => Promise<void>;
}>;

export type ProductOptions = Readonly<{
  tier?: TierName;
  timings?: Partial<JobTimings>;
  leaseSeconds?: number;
}>;

/** Environment of a server process on a test database, with no request limits. */
export const serverEnv = (
  database: Readonly<{ appUrl: string; ownerUrl: string }>,
  dataFolder: string,
  tier: TierName = 'FREE',
): Record<string, string> => ({
  DATABASE_URL: database.appUrl,
  DATABASE_OWNER_URL: database.ownerUrl,
  DATABASE_POOL: '8',
  PORT: '0',
  IAMA_DATA_DIR: dataFolder,
  IAMA_RATE_SIGN_IN: '0',
  IAMA_RATE_USER: '0',
  IAMA_SIGN_UP_TIER: tier,
});

export const eventsIn = async (client: pg.Client, jobId: string): Promise<Stored[]> => {
  const { rows } = await client.query<Stored>(
    'select type, data::jsonb as data from events where stream = $1 order by version',
    [`job-${jobId}`],
  );
  return rows;
};

export const startProduct = async (options: ProductOptions = {}): Promise<Product> => {
  const database = await createTestDatabase();
  const dataFolder = await mkdtemp(join(tmpdir(), 'iama-e2e-'));
  const config = readConfig(serverEnv(database, dataFolder, options.tier));
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const logger = pino({ level: 'debug' }, sink);
  const { leaseSeconds } = options;
  const parts = await openParts(
    config,
    await openDatabase(config),
    logger,
    leaseSeconds === undefined ? {} : { leaseSeconds },
  );
  const worker = await startWorker(parts, { ...JOB_TIMINGS, ...options.timings });
  const api = await startApi(parts);
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  return {
    url: api.url,
    databaseUrl: database.appUrl,
    dataFolder,
    env: {
      IAMA_DATABASE_URL: database.appUrl,
      IAMA_DATABASE_OWNER_URL: database.ownerUrl,
      IAMA_DATA_DIR: dataFolder,
    },
    logged: () => lines.join(''),
    query: async <Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []) =>
      (await client.query<Row>(sql, [...values])).rows,
    eventsOf: async (jobId) => parts.texts.open(await eventsIn(client, jobId)),
    async stop() {
      await api.stop();
      await worker.stop();
      await parts.close();
      await client.end();
      await database.drop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
};

/** Waits until the check gives something; the error names what was awaited. */
export const until = async <Value>(
  what: string | (() => string),
  check: () => Promise<Value | null | undefined | false>,
  seconds = 120,
): Promise<Value> => {
  const giveUpAt = Date.now() + seconds * 1_000;
  for (;;) {
    const value = await check();
    if (value !== null && value !== undefined && value !== false) return value;
    if (Date.now() > giveUpAt)
      throw new Error(`not in ${seconds} s: ${typeof what === 'string' ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

export const readText = (path: string): Promise<string> => readFile(path, 'utf8');
