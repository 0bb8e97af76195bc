import { join } from 'node:path';
import type { Logger } from 'pino';
import { startEmbedded, stopEmbedded } from '../postgres/embedded.ts';
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
  /** The same after a start that failed: a server that others had started is left to them. */
  giveUp: () => Promise<void>;
}>;

const nothing = async (): Promise<void> => undefined;

/** The configured database, or a real PostgreSQL started (or joined) for the data folder. */
export const openDatabase = async (config: Config): Promise<Database> => {
  if (config.database !== null)
    return { ...config.database, keepRunning: () => undefined, stop: nothing, giveUp: nothing };
  const folder = join(config.dataFolder, 'postgres');
  const server = await startEmbedded({ folder });
  let supervision: Supervision | null = null;
  const stop = async (): Promise<void> => {
    await supervision?.stop();
    await stopEmbedded(folder);
  };
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
            logger.warn({ postmaster: event.pid }, 'the embedded database had died and runs again');
          else logger.error({ err: event.error }, 'the embedded database does not start');
        },
      });
    },
    stop,
    giveUp: server.isStarted ? stop : async () => supervision?.stop(),
  };
};
