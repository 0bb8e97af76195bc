import type { Logger } from 'pino';
import { flushed } from './logger.ts';

export const STOP_DEADLINE_MS = 25_000;

const exit = async (logger: Logger, code: number): Promise<never> => {
  await flushed(logger);
  process.exit(code);
};

/**
 * Runs `stop` once on SIGTERM or SIGINT, then ends the process; a second signal, or a stop that takes too long, ends it at
 * once. An error that nobody caught ends it too: a process in an unknown state must not go on. Its lines are written first.
 */
export const untilStopped = (logger: Logger, stop: () => Promise<void>): void => {
  let stopping = false;
  const end = async (reason: string): Promise<void> => {
    if (stopping) return exit(logger, 1);
    stopping = true;
    logger.info({ reason }, 'stopping');
    setTimeout(() => {
      logger.error('stopping took too long');
      void exit(logger, 1);
    }, STOP_DEADLINE_MS).unref();
    try {
      await stop();
      logger.info('stopped');
    } catch (error) {
      logger.error({ err: error }, 'stopping failed');
      return exit(logger, 1);
    }
    return exit(logger, 0);
  };
  process.on('SIGTERM', () => void end('SIGTERM'));
  process.on('SIGINT', () => void end('SIGINT'));
  const die = async (kind: string, error: unknown): Promise<void> => {
    // A fatal line is written at once: beside another that is on its way, the two would run into each other.
    await flushed(logger);
    logger.fatal({ err: error }, kind);
    await exit(logger, 1);
  };
  for (const kind of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(kind, (error: unknown) => void die(kind, error));
};
