import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import {
  openPostgresEventLog,
  type PostgresEventLog,
} from '../../event-store/postgres/postgres-event-log.ts';
import { clientConfig, createPool } from '../../postgres/pool.ts';
import { readConfig } from '../config.ts';
import { openDatabase } from '../database.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the command line keeps its own server; see `extension/executor/home`. */
const homeServer = (env: Environment): string => {
  if (env['IAMA_HOME']) return join(env['IAMA_HOME'], 'server');
  if (env['XDG_DATA_HOME']) return join(env['XDG_DATA_HOME'], 'iama', 'server');
  return join(env['HOME'] ?? homedir(), '.iama', 'server');
};

/** The data folder named by the environment, else that of the command line, else `.iama` here. */
const withDataFolder = (env: Environment): Environment => {
  const server = homeServer(env);
  if (env['IAMA_DATA_DIR'] !== undefined || env['DATABASE_URL'] !== undefined || !existsSync(server))
    return env;
  return { ...env, IAMA_DATA_DIR: server };
};

export type Reading = Readonly<{ log: PostgresEventLog; pool: Pool; connectionString: string }>;

/** Runs `work` on the log and closes; a database of our own is joined, or started and left running. */
export const withLog = async <T>(
  work: (reading: Reading) => Promise<T>,
  env: Environment = process.env,
): Promise<T> => {
  const database = await openDatabase(readConfig(withDataFolder(env)));
  const pool = createPool({ connectionString: database.url, max: 2 });
  const direct = clientConfig({ connectionString: database.directUrl });
  const log = openPostgresEventLog({ pool, direct, listen: false });
  try {
    return await work({ log, pool, connectionString: database.directUrl });
  } finally {
    await log.close();
    await pool.end();
  }
};
