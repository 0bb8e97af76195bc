import { pause } from './pause.ts';
import type { Report } from './subscription.ts';
import { isTransient, messageOf } from './transient-errors.ts';

const NEVER = new AbortController().signal;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
/** A server that comes back from a crash with a long log behind it takes about that long. */
const USUAL_PATIENCE_MS = 60_000;
/** Before a job begins again that lost a session: long enough for a server that ends sessions to have ended them all. */
export const SETBACK_MS = 250;

export type Waiting = Readonly<{
  /** Milliseconds from the first failure after which the next one is final. */
  patienceMs?: number;
  /** Hears of each failure that is waited out. */
  onFailure: (error: unknown) => void;
  /** Aborted: the next failure is final. */
  signal?: AbortSignal;
}>;

/**
 * What `ask` says once the database answers: a process is often started before its database, or while that one is being
 * started again. A refusal that waiting cannot mend (a wrong password, a missing table) is thrown at once, and so is the last
 * failure when patience ends.
 */
export const untilAnswered = async <T>(
  ask: () => Promise<T>,
  { patienceMs = USUAL_PATIENCE_MS, onFailure, signal = NEVER }: Waiting,
): Promise<T> => {
  let deadline: number | null = null;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await ask();
    } catch (error) {
      deadline ??= performance.now() + patienceMs;
      if (!isTransient(error) || signal.aborted || performance.now() + pauseMs > deadline) throw error;
      onFailure(error);
      await pause(pauseMs, signal);
    }
  }
};

/** `untilAnswered` for the statements of one job: each failure that is waited out is told with `data`. */
export const patientlyFor =
  (report: Report, data: Readonly<Record<string, unknown>>, signal: AbortSignal = NEVER) =>
  <T>(ask: () => Promise<T>): Promise<T> =>
    untilAnswered(ask, {
      signal,
      onFailure: (error) =>
        report('warn', 'the database does not answer, waiting', { ...data, error: messageOf(error) }),
    });
