import { setTimeout as sleep } from 'node:timers/promises';

/** A bell that is rung by events and heard by one waiting task, which also wakes up by the clock. */
export type Bell = Readonly<{
  ring: () => void;
  /** Returns when the bell rings (or has rung since it was last heard), when the time is up, or on abort. */
  heard: (limitMs: number, signal: AbortSignal) => Promise<void>;
}>;

/** Sleeps; an abort ends it early and is no error. */
export const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  if (signal.aborted) return;
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
};

export const createBell = (): Bell => {
  let { promise, resolve } = Promise.withResolvers<void>();
  return {
    ring: () => resolve(),
    heard: async (limitMs, signal) => {
      const stop = new AbortController();
      await Promise.race([promise, pause(limitMs, AbortSignal.any([stop.signal, signal]))]);
      stop.abort();
      ({ promise, resolve } = Promise.withResolvers<void>());
    },
  };
};
