import { isRejection } from '../../domain/kernel/rejection.ts';
import { pause } from '../runtime/pause.ts';

/**
 * Calls `publish` now and then every `seconds`, one call at a time. An empty log is nothing to report; every other failure
 * goes to `onError`, and the next turn tries again. `stop` waits for the call under way.
 */
export const startHeadSchedule = (
  publish: () => Promise<unknown>,
  { seconds, onError }: Readonly<{ seconds: number; onError: (error: unknown) => void }>,
): Readonly<{ stop: () => Promise<void> }> => {
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await publish();
      } catch (error) {
        if (!(isRejection(error) && error.code === 'TREE_EMPTY')) onError(error);
      }
      await pause(seconds * 1_000, stopping.signal);
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
};
