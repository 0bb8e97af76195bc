import { pause } from './pause.ts';
import type { Report } from './subscription.ts';
import { messageOf } from './transient-errors.ts';

/**
 * Waits for `work` to settle, at most `ms` milliseconds. For the end of a process, where a part that does not end must not
 * keep the others: what it says after that, and its failure, are only reported. True when it ended in time.
 */
export const within = async (
  ms: number,
  what: string,
  work: Promise<unknown>,
  report: Report,
): Promise<boolean> => {
  const patience = new AbortController();
  const ended = work.then(
    () => true,
    (error: unknown) => {
      report('warn', `${what} failed`, { error: messageOf(error) });
      return true;
    },
  );
  const late = pause(ms, patience.signal).then(() => false);
  const inTime = await Promise.race([ended, late]);
  patience.abort();
  if (!inTime) report('warn', `${what} did not end in time`, { ms });
  return inTime;
};
