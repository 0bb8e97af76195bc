import { type DestinationStream, destination, type Logger, pino } from 'pino';
import type { Report } from '../runtime/subscription.ts';
import { CUT_OUT, REDACTED_PATHS, withoutSecrets } from './logger-redaction.ts';

/** Characters that wait for room on a full disk; further lines are dropped. */
const WAITING_AT_MOST = 4 * 1024 * 1024;

/**
 * Written behind the back of the caller: waiting for each line cost a tenth of the API. A full disk ends no process: what could not
 * be written is tried again with the next line. At the end it is dropped instead, because the library's last flush tries the same for ever.
 */
const standardOutput = (): DestinationStream => {
  const stream = destination({
    dest: process.stdout.fd,
    sync: false,
    minLength: 1,
    maxLength: WAITING_AT_MOST,
  });
  let isFailing = false;
  stream.on('error', () => {
    isFailing = true;
  });
  stream.on('write', () => {
    isFailing = false;
  });
  const flushSync = stream.flushSync.bind(stream);
  stream.flushSync = () => {
    if (!isFailing) flushSync();
  };
  return stream;
};

/**
 * Structured lines, on standard output unless told otherwise. Whoever ends the process calls `flushed` before. What could carry
 * a secret is cut out wherever it turns up (OPS-10): by the name of its field, or in a text by its form. A line of code in a
 * text has no form: nobody may write one.
 */
export const createLogger = (level: string, name: string, to = standardOutput()): Logger =>
  pino(
    {
      level,
      base: { name, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: REDACTED_PATHS, censor: CUT_OUT },
      hooks: { streamWrite: withoutSecrets },
      serializers: {
        // Not pg's fields: `detail` and `where` of a database error quote values.
        err: (error: unknown) =>
          error instanceof Error
            ? { type: error.name, message: error.message, stack: error.stack }
            : { type: typeof error },
      },
    },
    to,
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
