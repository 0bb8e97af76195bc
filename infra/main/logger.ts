import { destination, type Logger, pino } from 'pino';
import type { Report } from '../runtime/subscription.ts';

/**
 * Structured lines on standard output, written behind the back of the caller: waiting for each cost a tenth of the API.
 * Whoever ends the process calls `flushed` before. What could carry a secret is cut out wherever it turns up (OPS-10).
 */
export const createLogger = (level: string, name: string): Logger =>
  pino(
    {
      level,
      base: { name, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: [
          '*.authorization',
          '*.password',
          '*.access_token',
          '*.refresh_token',
          '*.token',
          '*.device_code',
          '*.user_code',
          '*.new_password',
          '*.current_password',
          '*.task_token',
          '*.connectionString',
          'headers',
          'body',
          'req',
          'res',
        ],
        censor: '[cut out]',
      },
      serializers: {
        // Not pg's fields: `detail` and `where` of a database error quote values.
        err: (error: unknown) =>
          error instanceof Error
            ? { type: error.name, message: error.message, stack: error.stack }
            : { type: typeof error },
      },
    },
    destination({ dest: process.stdout.fd, sync: false, minLength: 1 }),
  );

/** Resolves once every line so far is with the operating system. */
export const flushed = (logger: Logger): Promise<void> =>
  // An error is that of a broken standard output, which nobody reads, or of a pipe, which cannot be synced.
  new Promise((resolve) => logger.flush(() => resolve()));

/** The runtime's reports as log lines. */
export const reportTo =
  (logger: Logger): Report =>
  (level, message, data) =>
    logger[level](data, message);
