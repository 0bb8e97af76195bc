import type { Logger } from 'pino';

const STOP_DEADLINE_MS = 25_000;

/**
 * Runs `stop` once on SIGTERM or SIGINT, then ends the process; a second signal, or a stop that takes too long, ends it at
 * once. An error that nobody caught ends it too: a process in an unknown state must not go on.
 */
export const untilStopped = (logger: Logger, stop: () => Promise<void>): void => {
  let stopping = false;
  const end = async (reason: string): Promise<void> => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.info({ reason }, 'stopping');
    setTimeout(() => {
      logger.error('stopping took too long');
      process.exit(1);
    }, STOP_DEADLINE_MS).unref();
    try {
      await stop();
      logger.info('stopped');
      process.exit(0);
    } catch (error) {
      logger.error({ err: error }, 'stopping failed');
      process.exit(1);
    }
  };
  process.on('SIGTERM', () => void end('SIGTERM'));
  process.on('SIGINT', () => void end('SIGINT'));
  for (const kind of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(kind, (error: unknown) => {
      logger.fatal({ err: error }, kind);
      process.exit(1);
    });
};
