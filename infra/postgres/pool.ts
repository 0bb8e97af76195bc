import pg from 'pg';
import { RowClient } from './row-taking.ts';
import { takeStatements } from './statements.ts';

const INT8 = 20;
const DEFAULT_STATEMENT_TIMEOUT_MS = 30_000;
const DEFAULT_IDLE_IN_TRANSACTION_MS = 60_000;

export type PoolOptions = Readonly<{
  connectionString: string;
  /** Connections at most. */
  max?: number;
  /** Milliseconds; 0 for none. */
  statementTimeoutMs?: number;
  applicationName?: string;
}>;

const parseBigInt = (text: string): bigint => BigInt(text);

/** `bigint` columns (and `count(*)`) arrive as `bigint`, never as a rounded number; `numeric` stays text. */
export const exactTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === INT8 && format !== 'binary' ? parseBigInt : pg.types.getTypeParser(oid, format),
};

/** Connection settings that every client of ours uses, pooled or direct. */
export const clientConfig = (options: PoolOptions): pg.ClientConfig => ({
  connectionString: options.connectionString,
  application_name: options.applicationName ?? 'iama',
  types: exactTypes,
  statement_timeout: options.statementTimeoutMs ?? DEFAULT_STATEMENT_TIMEOUT_MS,
  idle_in_transaction_session_timeout: DEFAULT_IDLE_IN_TRANSACTION_MS,
  connectionTimeoutMillis: 10_000,
  keepAlive: true,
});

/** `prepared=off` in an address says that behind it is a PgBouncer that keeps no prepared statements (before 1.21). */
const keepsPrepared = (connectionString: string): boolean =>
  new URL(connectionString).searchParams.get('prepared') !== 'off';

/** Whoever holds a client asks it something and hears of it then. Without a listener what it says in between would end the process. */
const heardLater = (client: pg.ClientBase): void => {
  client.on('error', () => undefined);
};

/** A session of nobody's pool, for whoever asks more than one thing of it and waits for others in between; `end` is the caller's. */
export const openSession = async (config: pg.ClientConfig): Promise<pg.Client> => {
  const client = new pg.Client(config);
  heardLater(client);
  await client.connect();
  return client;
};

/**
 * A pool that survives a restart of the server: an idle connection that breaks is dropped and the next caller gets
 * a new one (`onIdleError` hears of it; without a listener, pg would end the process).
 */
export const createPool = (
  options: PoolOptions & Readonly<{ onIdleError?: (error: Error) => void }>,
): pg.Pool => {
  const pool = new pg.Pool({ ...clientConfig(options), max: options.max ?? 16, Client: RowClient });
  const prepared = keepsPrepared(options.connectionString);
  pool.on('connect', (client) => takeStatements(client, prepared));
  pool.on('connect', heardLater);
  pool.on('error', (error) => options.onIdleError?.(error));
  return pool;
};

/** Runs `work` in one transaction: commits its result, rolls back and rethrows on any error. */
export const withTransaction = async <T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> => {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((rollbackError: unknown) => {
      broken = rollbackError instanceof Error ? rollbackError : new Error(String(rollbackError));
    });
    throw error;
  } finally {
    client.release(broken);
  }
};
