/**
 * What the disk was asked and has not answered yet. Answers come at a time of their own, and belong to the case that asked:
 * taken for a later one, they would make its result differ from run to run.
 */
import { createHook } from 'node:async_hooks';

const realTimeout = setTimeout;
const realImmediate = setImmediate;
/** One turn waits a millisecond or more. */
const MAX_TURNS = 400;
const QUIET_TURNS = 2;

/** @param onAsked called for everything that is asked */
export function watchDisk(onAsked) {
  const asked = new Set();
  const done = (id) => asked.delete(id);
  const hook = createHook({
    init(id, type) {
      if (!type.startsWith('FSREQ')) return;
      asked.add(id);
      onAsked();
    },
    after: done,
    destroy: done,
  });
  return {
    start: () => hook.enable(),
    stop: () => hook.disable(),
    /** Resolves when all is answered, also what is asked on an answer; gives up on what takes long. */
    async answered() {
      let quiet = 0;
      for (let turn = 0; turn < MAX_TURNS && quiet < QUIET_TURNS; turn += 1) {
        quiet = asked.size === 0 ? quiet + 1 : 0;
        await new Promise((resolve) => (asked.size === 0 ? realImmediate(resolve) : realTimeout(resolve, 1)));
      }
      asked.clear();
    },
  };
}
