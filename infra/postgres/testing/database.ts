import { randomBytes } from 'node:crypto';
import pg, { type Pool } from 'pg';
import { inject } from 'vitest';
import { clientConfig, createPool } from '../pool.ts';
// Types of the value that the global setup provides.
import type {} from './global-setup.ts';

export type TestDatabase = Readonly<{
  name: string;
  /** Runs migrations, may terminate backends. */
  ownerUrl: string;
  /** What the API and workers use; through PgBouncer in `npm run test:pgbouncer`. */
  appUrl: string;
  /** The same role, never through PgBouncer: what needs a session of its own. */
  directUrl: string;
  drop: () => Promise<void>;
}>;

/** Below the timeout of hooks, so that what takes too long is named. */
const MAINTENANCE_MS = 45_000;

const urlOf = (server: string, database: string): string => {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.toString();
};

const withMaintenance = async (url: string, work: (client: pg.Client) => Promise<void>): Promise<void> => {
  const client = new pg.Client(clientConfig({ connectionString: url, statementTimeoutMs: MAINTENANCE_MS }));
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
};

/** A fresh, migrated database, cloned from the template of this test run. `empty` makes one without any migration. */
export const createTestDatabase = async (
  options: Readonly<{ empty?: boolean }> = {},
): Promise<TestDatabase> => {
  const server = inject('testServer');
  const name = `t_${randomBytes(8).toString('hex')}`;
  const template = options.empty === true ? 'template0' : server.template;
  await withMaintenance(server.ownerUrl, async (client) => {
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  return {
    name,
    ownerUrl: urlOf(server.ownerUrl, name),
    appUrl: urlOf(server.appUrl, name),
    directUrl: urlOf(server.directUrl, name),
    drop: () =>
      withMaintenance(server.ownerUrl, async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      }),
  };
};

/** The same, with a pool of the app's role; `close` ends both. */
export const openTestDatabase = async (): Promise<Readonly<{ pool: Pool; close: () => Promise<void> }>> => {
  const database = await createTestDatabase();
  const pool = createPool({ connectionString: database.appUrl });
  return {
    pool,
    async close() {
      await pool.end();
      await database.drop();
    },
  };
};
