import { pause } from './pause.ts';

export type Schedule = Readonly<{ stop: () => Promise<void> }>;

/**
 * Does the work now and then every `seconds`, once at a time. A failure goes to `onError`, and the next turn tries again. `stop`
 * aborts the signal of what is under way, and waits for it.
 */
export const startSchedule = (
  work: (signal: AbortSignal) => Promise<unknown>,
  { seconds, onError }: Readonly<{ seconds: number; onError: (error: unknown) => void }>,
): Schedule => {
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await work(stopping.signal);
      } catch (error) {
        onError(error);
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
