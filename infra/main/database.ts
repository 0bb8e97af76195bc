import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { startEmbedded, stopEmbedded } from '../postgres/embedded.ts';
import { isReachableByOthers, serverUser } from '../postgres/embedded-binaries.ts';
import { type Supervision, superviseEmbedded } from '../postgres/supervise.ts';
import type { Config } from './config.ts';

export type Database = Readonly<{
  url: string;
  ownerUrl: string;
  directUrl: string;
  /** Starts the server of the data folder again whenever it dies; nothing for one that is configured. */
  keepRunning: (logger: Logger) => void;
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
  if (config.database !== null)
    return { ...config.database, keepRunning: () => undefined, stop: async () => undefined };
  const folder = await serverFolder(config.dataFolder);
  const server = await startEmbedded({ folder });
  let supervision: Supervision | null = null;
  return {
    url: server.appUrl,
    ownerUrl: server.ownerUrl,
    directUrl: server.appUrl,
    keepRunning(logger) {
      supervision ??= superviseEmbedded({
        folder,
        pid: server.pid,
        report: (event) => {
          if ('pid' in event)
            logger.warn({ pid: event.pid }, 'the embedded database had died and runs again');
          else logger.error({ err: event.error }, 'the embedded database does not start');
        },
      });
    },
    async stop() {
      await supervision?.stop();
      await stopEmbedded(folder);
    },
  };
};
