/**
 * What the disk, or a thread for `zlib`, was asked and has not answered yet. Answers come at a time of their own, and belong to the
 * case that asked: taken for a later one, they would make its result differ from run to run.
 */
import { createHook } from 'node:async_hooks';

const realTimeout = setTimeout;
const realImmediate = setImmediate;
/** Most answers come within microseconds, so that a timer would be most of the time: these turns wait for none. */
const EAGER_TURNS = 30;
/** Every later turn waits a millisecond or more; it and each answer are one of these. */
const MAX_WAITS = 400;
const QUIET_TURNS = 2;

/** @param onAsked called for everything that is asked */
export function watchDisk(onAsked) {
  const asked = new Set();
  let answers = 0;
  const done = (id) => {
    if (asked.delete(id)) answers += 1;
  };
  const ask = (id) => {
    asked.add(id);
    onAsked();
  };
  /** A stream of `zlib` has one handle, and asks a thread with each write to it. */
  function watchWrites(id, handle) {
    const { write } = handle;
    const value = (...given) => {
      ask(id);
      return write.apply(handle, given);
    };
    Object.defineProperty(handle, 'write', { value, configurable: true, writable: true });
  }
  const hook = createHook({
    init(id, type, _by, resource) {
      if (type === 'ZLIB') watchWrites(id, resource);
      else if (type.startsWith('FSREQ')) ask(id);
    },
    // Not after it: on an answer of `zlib` the next may be asked of the same handle.
    before: done,
    destroy: done,
  });
  return {
    start: () => hook.enable(),
    stop: () => hook.disable(),
    isQuiet: () => asked.size === 0,
    /** Whether all was answered, also what is asked on an answer; gives up on what takes long or never ends. */
    async answered() {
      let quiet = 0;
      let eager = 0;
      let waits = 0;
      while (waits < MAX_WAITS && quiet < QUIET_TURNS) {
        const before = answers;
        quiet = asked.size === 0 ? quiet + 1 : 0;
        const soon = asked.size === 0 || eager < EAGER_TURNS;
        await new Promise((resolve) => (soon ? realImmediate(resolve) : realTimeout(resolve, 1)));
        eager = answers > before ? 0 : eager + 1;
        waits += soon ? answers - before : 1;
      }
      const isAnswered = asked.size === 0;
      asked.clear();
      return isAnswered;
    },
  };
}
