import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbedded, stopEmbedded } from '../postgres/embedded.ts';
import { isReachableByOthers, serverUser } from '../postgres/embedded-binaries.ts';
import type { Config } from './config.ts';

export type Database = Readonly<{
  url: string;
  ownerUrl: string;
  directUrl: string;
  /** Ends the server that runs in the data folder; nothing for one that is configured. */
  stop: () => Promise<void>;
}>;

/**
 * Where the embedded server lives: in the data folder, or, where root keeps that folder to itself and PostgreSQL runs as
 * another user, in a folder of `/var/tmp` named after it.
 */
const serverFolder = async (dataFolder: string): Promise<string> => {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  if ((await serverUser()) === null || (await isReachableByOthers(dataFolder)))
    return join(dataFolder, 'postgres');
  const name = createHash('sha256').update(dataFolder).digest('hex').slice(0, 16);
  const folder = join('/var/tmp', `iama-postgres-${name}`);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  if ((await stat(folder)).uid !== 0) throw new Error(`${folder} belongs to somebody else`);
  return folder;
};

/** The configured database, or a real PostgreSQL started (or joined) for the data folder. */
export const openDatabase = async (config: Config): Promise<Database> => {
  if (config.database !== null) return { ...config.database, stop: async () => undefined };
  const folder = await serverFolder(config.dataFolder);
  const server = await startEmbedded({ folder });
  return {
    url: server.appUrl,
    ownerUrl: server.ownerUrl,
    directUrl: server.appUrl,
    stop: () => stopEmbedded(folder),
  };
};
