import fs from 'node:fs';
import { type DestinationStream, destination, type Logger, pino } from 'pino';
import { hasCode } from '../error-code.ts';
import type { Report } from '../runtime/subscription.ts';
import { CUT_OUT, REDACTED_PATHS, withoutSecrets } from './logger-redaction.ts';

/** Characters that wait for room on a full disk; further lines are dropped. */
const WAITING_AT_MOST = 4 * 1024 * 1024;
/** How long the end of a process waits for whoever reads its lines. */
export const FLUSH_DEADLINE_MS = 4_000;

/** Whether standard output takes lines: it was not full when one was written last, and whoever reads it does so in time. */
let isTaken = true;

/**
 * Runs the library's last flush, which tries a write that fails again for ever, on a full disk or where a pipe has no reader any more: what
 * cannot be written is dropped. Nothing else of this process runs meanwhile.
 */
const dropWhatFails = (flush: () => void): void => {
  const { writeSync } = fs;
  const giveUpAt = Date.now() + FLUSH_DEADLINE_MS;
  fs.writeSync = (fd: number, data: string | NodeJS.ArrayBufferView): number => {
    try {
      return typeof data === 'string' ? writeSync(fd, data) : writeSync(fd, data);
    } catch (error) {
      if (hasCode(error, 'EAGAIN') && Date.now() < giveUpAt) throw error;
      return typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength;
    }
  };
  try {
    flush();
  } finally {
    fs.writeSync = writeSync;
  }
};

/**
 * Written behind the back of the caller: waiting for each line cost a tenth of the API. A full disk ends no process: what could not
 * be written is tried again with the next line. At the end it is dropped instead.
 */
const standardOutput = (): DestinationStream => {
  const stream = destination({
    dest: process.stdout.fd,
    sync: false,
    minLength: 1,
    maxLength: WAITING_AT_MOST,
  });
  stream.on('error', () => {
    isTaken = false;
  });
  stream.on('write', () => {
    isTaken = true;
  });
  const flushSync = stream.flushSync.bind(stream);
  stream.flushSync = () => {
    if (isTaken) dropWhatFails(flushSync);
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

/** Resolves once every line so far is with the operating system, or nobody has taken it for `FLUSH_DEADLINE_MS`. */
export const flushed = async (logger: Logger): Promise<void> => {
  const isWritten = await new Promise<boolean>((resolve) => {
    const late = setTimeout(() => resolve(false), FLUSH_DEADLINE_MS);
    // An error is that of a broken standard output, which nobody reads, or of a pipe, which cannot be synced.
    logger.flush(() => {
      clearTimeout(late);
      resolve(true);
    });
  });
  // A write that waits for its reader would hold up the end for ever.
  if (!isWritten) isTaken = false;
};

/** The runtime's reports as log lines. */
export const reportTo =
  (logger: Logger): Report =>
  (level, message, data) =>
    logger[level](data, message);
