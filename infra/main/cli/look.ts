import { recordLogRead } from '../../../commands/operations/log-read.ts';
import type { LookedAt } from '../../../domain/kernel/looked-at.ts';
import type { Reading } from './open.ts';
import { operator, send } from './operator.ts';

/** What Postgres answers to a standby, and to a role that only reads. */
const TAKES_NO_WRITES = ['25006', '42501'];

const takesNoWrites = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && TAKES_NO_WRITES.includes(String(error.code));

/**
 * Writes down that somebody on this machine looks, before anything is told (OPS-02): after it was read, so that no look finds
 * itself. Where the database takes no writes, `tell` hears that it is not recorded, and the look goes on.
 */
export const look = async (
  reading: Pick<Reading, 'log'>,
  what: LookedAt,
  subject: string,
  tell: (line: string) => void = (line) => void process.stderr.write(`${line}\n`),
): Promise<void> => {
  const data = { by: operator().id, what, subject, at: new Date().toISOString() };
  try {
    await send(reading, recordLogRead, { type: 'RecordLogRead', data }, {});
  } catch (error) {
    if (!takesNoWrites(error)) throw error;
    tell('This look is not recorded: the database takes no writes from here.');
  }
};
