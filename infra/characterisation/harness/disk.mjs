/**
 * What the disk, or a thread for `zlib` or `crypto`, was asked and has not answered yet. Answers come at a time of their own, and
 * belong to the case that asked: taken for a later one, they would make its result differ from run to run. What they call back
 * runs in no turn of the case, so it is watched here.
 */
import { createHook } from 'node:async_hooks';
import { inAnswer } from './turns.mjs';

const realTimeout = setTimeout;
const realImmediate = setImmediate;
const RealPromise = Promise;
const realTick = process.nextTick.bind(process);
/** Most answers come within microseconds, so that a timer would be most of the time: these turns wait for none. */
const EAGER_TURNS = 30;
/** Every later turn waits a millisecond or more; it and each answer are one of these. */
const MIN_WAITS = 400;
/** Of the time of a case, in milliseconds: where it has more of it, as while results are compared, more is waited. */
const WAITS_SHARE = 0.4;
const QUIET_TURNS = 2;
/** Node settles their promises itself, and calls nothing that could be watched. */
const PROMISED = new Set(['FSREQPROMISE', 'FILEHANDLECLOSEREQ']);

/** @param onAsked called for everything that is asked */
export function watchDisk(onAsked) {
  const asked = new Set();
  const promised = new Set();
  /** Of cases that were given up. */
  const lost = new Set();
  let answers = 0;
  let watched = null;
  let maxWaits = MIN_WAITS;
  /** What an answer called back had to be ended. */
  let isCut = false;

  const done = (id) => {
    if (asked.delete(id)) answers += 1;
  };
  const ask = (id) => {
    asked.add(id);
    onAsked();
  };
  const askPromise = (id) => {
    promised.add(id);
    ask(id);
  };
  const nothing = () => undefined;

  function onAnswer(id, work) {
    if (watched === null) return work();
    inAnswer(watched, lost.has(id) ? nothing : work, () => {
      isCut = true;
    });
    return undefined;
  }

  const watchedCall = (id, callback) =>
    function answer(...given) {
      return onAnswer(id, () => Reflect.apply(callback, this, given));
    };

  /** A request that calls what is put into a member of it. `onPut`: one that is answered at once has nothing there. */
  function watchMember(id, request, name, onPut) {
    let answer;
    Object.defineProperty(request, name, {
      configurable: true,
      enumerable: true,
      get: () => answer,
      set(callback) {
        answer = typeof callback === 'function' ? watchedCall(id, callback) : callback;
        onPut();
      },
    });
  }

  /** What a thread computes for `crypto`: it calls back, gives a promise, or does all at once. */
  function watchJob(id, job) {
    watchMember(id, job, 'ondone', () => ask(id));
    const { run } = job;
    const value = () => {
      const made = run.call(job);
      if (made instanceof RealPromise) askPromise(id);
      return made;
    };
    Object.defineProperty(job, 'run', { value, configurable: true, writable: true });
  }

  /** A stream of `zlib` has one handle, and asks a thread with each write to it. */
  function watchHandle(id, handle) {
    const { init, write } = handle;
    const own = {
      write: (...given) => {
        ask(id);
        return write.apply(handle, given);
      },
      init: (...given) =>
        init.apply(
          handle,
          given.map((one) => (typeof one === 'function' ? watchedCall(id, one) : one)),
        ),
    };
    for (const [name, value] of Object.entries(own))
      Object.defineProperty(handle, name, { value, configurable: true, writable: true });
  }

  const hook = createHook({
    init(id, type, _by, resource) {
      if (type === 'ZLIB') watchHandle(id, resource);
      else if (type === 'FSREQCALLBACK') watchMember(id, resource, 'oncomplete', () => ask(id));
      else if (PROMISED.has(type)) askPromise(id);
      else if (type.endsWith('REQUEST')) watchJob(id, resource);
    },
    // Not after it: on an answer of `zlib` the next may be asked of the same handle.
    before: done,
    // A tick comes before all that waits for a promise, which Node would run where nothing watches it.
    after(id) {
      if (promised.delete(id)) realTick(onAnswer, id, nothing);
    },
    destroy: done,
  });

  /** Waits until all was answered, also what is asked on an answer; gives up on what takes long or never ends. */
  async function wait(most) {
    let quiet = 0;
    let eager = 0;
    let waits = 0;
    while (waits < most && quiet < QUIET_TURNS && !isCut) {
      const before = answers;
      quiet = asked.size === 0 ? quiet + 1 : 0;
      const soon = asked.size === 0 || eager < EAGER_TURNS;
      await new Promise((resolve) => (soon ? realImmediate(resolve) : realTimeout(resolve, 1)));
      eager = answers > before ? 0 : eager + 1;
      waits += soon ? answers - before : 1;
    }
  }

  return {
    start: () => hook.enable(),
    stop() {
      hook.disable();
      watched = null;
    },
    isQuiet: () => asked.size === 0,
    /**
     * From here on answers are those of one case.
     * @param inTime runs `work` and all that it leaves for later, and ends both when the time of the case is over
     * @param timeout of the case, in milliseconds
     */
    watch(inTime, timeout) {
      watched = inTime;
      maxWaits = Math.max(MIN_WAITS, timeout * WAITS_SHARE);
      isCut = false;
    },
    /** Whether all was answered, and nothing that was called back had to be ended. */
    async answered() {
      await wait(maxWaits);
      return asked.size === 0 && !isCut;
    },
    /** After a case that was given up: nothing that it still waits for is called back in one of the next. */
    async forget() {
      for (const id of asked) lost.add(id);
      for (let times = 0; times < 3 && asked.size > 0; times += 1) {
        isCut = false;
        await wait(MIN_WAITS);
      }
      asked.clear();
      isCut = false;
    },
  };
}
