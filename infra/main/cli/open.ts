import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { openedLog } from '../../erasure/opened-log.ts';
import { personalTexts } from '../../erasure/personal-texts.ts';
import { productLog } from '../../event-store/forms/product-log.ts';
import {
  openPostgresEventLog,
  type PostgresEventLog,
} from '../../event-store/postgres/postgres-event-log.ts';
import { readIfPresent } from '../../postgres/embedded-files.ts';
import { clientConfig, createPool } from '../../postgres/pool.ts';
import { isRunning } from '../../postgres/processes.ts';
import { type Config, readConfig } from '../config.ts';
import { type Database, openDatabase } from '../database.ts';
import { subjectKeysOf } from '../kept-outside.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the command line keeps its own server; see `extension/executor/home`. */
const homeServer = (env: Environment): string => {
  if (env['IAMA_HOME']) return join(env['IAMA_HOME'], 'server');
  if (env['XDG_DATA_HOME']) return join(env['XDG_DATA_HOME'], 'iama', 'server');
  return join(env['HOME'] ?? homedir(), '.iama', 'server');
};

/**
 * What `readConfig` is given: a `DATABASE_URL`, `PORT` or `NODE_ENV` in the person's shell may belong to the project under
 * work, so only names of our own count. `IAMA_DATABASE_URL` or the file of `IAMA_DATABASE_URL_FILE`, else the data folder of `IAMA_DATA_DIR`, else that of the
 * command line, else `.iama` here. `IAMA_DATABASE_OWNER_URL` alone names a database too: nobody means another one by it.
 */
export const auditEnvironment = (env: Environment): Environment => {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('IAMA_')));
  const {
    IAMA_DATABASE_URL: url,
    IAMA_DATABASE_URL_FILE: file,
    IAMA_DATABASE_OWNER_URL: ownerUrl,
    IAMA_DATABASE_OWNER_URL_FILE: ownerFile,
    ...rest
  } = own;
  const owner = { DATABASE_OWNER_URL: ownerUrl, DATABASE_OWNER_URL_FILE: ownerFile };
  if (url !== undefined || file !== undefined)
    return { ...rest, DATABASE_URL: url, DATABASE_URL_FILE: file, ...owner };
  if (ownerUrl !== undefined || ownerFile !== undefined)
    return { ...rest, DATABASE_URL: ownerUrl, DATABASE_URL_FILE: ownerFile, ...owner };
  const server = homeServer(env);
  return rest['IAMA_DATA_DIR'] !== undefined || !existsSync(server)
    ? rest
    : { ...rest, IAMA_DATA_DIR: server };
};

/** Of this machine, without what the person's shell sets for the project under work. */
export const ownConfig = (env: Environment = process.env): Config => readConfig(auditEnvironment(env));

export type Reading = Readonly<{
  log: PostgresEventLog;
  /** The log as people are shown it: see `openedLog`. */
  shown: PostgresEventLog;
  pool: Pool;
  connectionString: string;
  /** See `IAMA_KEYS_FOLDER`. */
  keysFolder: string;
}>;

/** Whether the server that wrote the port file is still at work. */
const isServed = async (portFile: string): Promise<boolean> => {
  const pid = /"pid":(\d+)/.exec((await readIfPresent(portFile)) ?? '')?.[1];
  // No such file, or not one of ours: nobody serves this folder.
  return pid !== undefined && isRunning(Number(pid));
};

/** A database of our own is joined, or started for as long as it takes. */
const withDatabase = async <T>(env: Environment, work: (database: Database) => Promise<T>): Promise<T> => {
  const config = ownConfig(env);
  const served = await isServed(config.portFile);
  const database = await openDatabase(config);
  try {
    return await work(database);
  } finally {
    if (!served) await database.stop();
  }
};

/** Runs `work` on the log and closes. */
export const withLog = <T>(
  work: (reading: Reading) => Promise<T>,
  env: Environment = process.env,
): Promise<T> =>
  withDatabase(env, async (database) => {
    const pool = createPool({ connectionString: database.url, max: 2 });
    const direct = clientConfig({ connectionString: database.directUrl });
    const config = ownConfig(env);
    const keys = subjectKeysOf(config);
    const log = productLog(openPostgresEventLog({ pool, direct, listen: false }), keys);
    const shown = openedLog(log, personalTexts(keys));
    try {
      return await work({
        log,
        shown,
        pool,
        connectionString: database.directUrl,
        keysFolder: config.keysFolder,
      });
    } finally {
      await log.close();
      await pool.end();
    }
  });

/** Runs `work` as the role that owns the tables, and closes. */
export const withOwner = <T>(work: (owner: Pool) => Promise<T>, env: Environment = process.env): Promise<T> =>
  withDatabase(env, async ({ ownerUrl }) => {
    const owner = createPool({ connectionString: ownerUrl, max: 1 });
    try {
      return await work(owner);
    } finally {
      await owner.end();
    }
  });
