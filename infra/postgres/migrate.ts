import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runMigrations } from 'graphile-worker';
import pg from 'pg';
import { clientConfig } from './pool.ts';

export const MIGRATIONS_FOLDER = join(import.meta.dirname, '..', '..', 'migrations');
const LOCK_KEY = 4_105_001;
/** Longer than any migration so far takes on a large log. */
const TURN_MS = 300_000;
const LOCK_NOT_AVAILABLE = '55P03';
const FILE_NAME = /^(\d{4})-[a-z0-9-]+\.sql$/;

export type Migration = Readonly<{ number: number; name: string; sql: string; checksum: string }>;

/** Reads `NNNN-name.sql`, sorted. Two files with one number are refused. */
export const loadMigrations = async (folder: string = MIGRATIONS_FOLDER): Promise<Migration[]> => {
  const names = (await readdir(folder)).filter((name) => FILE_NAME.test(name)).sort();
  const migrations = await Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), 'utf8');
      return {
        number: Number(name.slice(0, 4)),
        name,
        sql,
        checksum: createHash('sha256').update(sql).digest('hex'),
      };
    }),
  );
  for (const [index, migration] of migrations.entries())
    if (migrations[index + 1]?.number === migration.number)
      throw new Error(`two migrations carry the number of ${migration.name}`);
  return migrations;
};

const verifyApplied = (
  applied: readonly { name: string; checksum: string }[],
  known: Map<string, Migration>,
) => {
  for (const row of applied) {
    const migration = known.get(row.name);
    if (migration === undefined)
      throw new Error(`the database has migration ${row.name}, which this version does not know`);
    if (migration.checksum !== row.checksum)
      throw new Error(`migration ${row.name} was changed after it was applied; add a new one instead`);
  }
};

const applyOne = async (client: pg.Client, migration: Migration): Promise<void> => {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query('INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)', [
      migration.name,
      migration.checksum,
    ]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new Error(`migration ${migration.name} failed`, { cause: error });
  }
};

/** Waits until no other process migrates; rejects when one does for longer than `TURN_MS`. */
const takeTurn = async (client: pg.Client): Promise<void> => {
  try {
    await client.query(`SET lock_timeout = ${TURN_MS}`);
    await client.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
    await client.query('RESET lock_timeout');
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE)) throw error;
    throw new Error(`another process has been migrating this database for ${TURN_MS / 1_000} seconds`, {
      cause: error,
    });
  }
};

/**
 * Applies missing migrations in order, each in its own transaction, after checking that those applied are unchanged.
 * Any number of processes may call it at once. Graphile Worker's schema is brought up first, by its own runner.
 * Returns the names applied now.
 */
export const migrate = async (
  connectionString: string,
  options: Readonly<{ folder?: string; graphileWorker?: boolean }> = {},
): Promise<string[]> => {
  const migrations = await loadMigrations(options.folder);
  const client = new pg.Client(clientConfig({ connectionString, statementTimeoutMs: 0 }));
  await client.connect();
  try {
    await takeTurn(client);
    if (options.graphileWorker !== false) await runMigrations({ connectionString });
    await client.query(`CREATE TABLE IF NOT EXISTS schema_migrations (
      name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())`);
    const applied = await client.query<{ name: string; checksum: string }>(
      'SELECT name, checksum FROM schema_migrations ORDER BY name',
    );
    verifyApplied(applied.rows, new Map(migrations.map((migration) => [migration.name, migration])));
    const done = new Set(applied.rows.map((row) => row.name));
    const missing = migrations.filter((migration) => !done.has(migration.name));
    for (const migration of missing) await applyOne(client, migration);
    return missing.map((migration) => migration.name);
  } finally {
    await client.end();
  }
};
