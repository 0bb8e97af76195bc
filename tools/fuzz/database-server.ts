import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbedded, stopEmbedded } from '../../infra/postgres/embedded.ts';
import { migrate } from '../../infra/postgres/migrate.ts';
import { clientConfig } from '../../infra/postgres/pool.ts';
import type { TestDatabase } from '../../infra/postgres/testing/database.ts';

/** Nothing is crashed here, and what is written is thrown away. */
const SETTINGS = 'fsync = off\nfull_page_writes = off\nlog_min_messages = error\n';

export type FuzzServer = Readonly<{
  /** A migrated database that nobody used yet. */
  database(): Promise<TestDatabase>;
  close(): Promise<void>;
}>;

/** A PostgreSQL of its own in a temporary folder. */
export const startFuzzServer = async (): Promise<FuzzServer> => {
  const folder = await mkdtemp(join(tmpdir(), 'iama-fuzz-'));
  const stop = async (): Promise<void> => {
    await stopEmbedded(join(folder, 'postgres'), 'immediate');
    await rm(folder, { recursive: true, force: true });
  };
  const { urlFor } = await startEmbedded({ folder: join(folder, 'postgres'), settings: SETTINGS });
  const client = new pg.Client(clientConfig({ connectionString: urlFor('owner', 'postgres') }));
  await client.connect();
  await client.query('CREATE DATABASE template');
  await migrate(urlFor('owner', 'template'));
  return {
    async database() {
      const name = `fuzz_${randomBytes(8).toString('hex')}`;
      await client.query(`CREATE DATABASE ${name} TEMPLATE template`);
      return {
        name,
        ownerUrl: urlFor('owner', name),
        appUrl: urlFor('app', name),
        directUrl: urlFor('app', name),
        drop: async () => void (await client.query(`DROP DATABASE ${name} WITH (FORCE)`)),
      };
    },
    async close() {
      await client.end();
      await stop();
    },
  };
};
