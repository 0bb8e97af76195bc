/**
 * The world a case runs in: a fixed clock, seeded randomness, cleared memory, virtual timers, captured console, and no way out to the
 * network, other processes or the disk. A refused call marks the case as unsafe; such a case is told and never kept.
 * This is for repeatable results; containment is the runner's task.
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import { promiseHooks } from 'node:v8';
import { createDenials } from './denials.mjs';
import { watchDisk } from './disk.mjs';
import { clearMemory, FIXED_TIME, freezeClock, putInPlace, seedBytes, seedRandom } from './fixed-world.mjs';

const MAX_TIMER_RUNS = 50;

/** @returns what to call around the cases: `install`, `restore`, `begin` (before a case), and the state of the case */
export function createGuards() {
  const undo = [];
  const state = {
    unsafe: [],
    output: [],
    exits: [],
    rejections: [],
    /** Errors of callbacks that nothing of the case was there to catch. */
    uncaught: [],
    now: FIXED_TIME,
    seed: 1,
    bytes: 1,
    timers: [],
    timerId: 1,
    /** Something was begun that goes on after the call: a promise, a tick, a question to the disk. */
    later: false,
    /** How many cases were given up: what one of them left for later is not run any more. */
    abandoned: 0,
  };

  const held = new WeakSet([globalThis, process, createRequire(import.meta.url).cache]);

  function replace(target, key, value) {
    const before = putInPlace(target, key, value);
    if (before === undefined) return;
    held.add(target);
    undo.push(() => Reflect.defineProperty(target, key, before));
  }

  const { deny, denyOutside } = createDenials(replace, state, held);

  function virtualTimers() {
    const add =
      (repeat) =>
      (callback, delay, ...args) => {
        const ms = Number.isFinite(Number(delay)) && Number(delay) > 0 ? Number(delay) : 0;
        const timer = {
          id: state.timerId,
          at: state.now + ms,
          every: repeat ? Math.max(1, ms) : null,
          run: () => callback(...args),
          ref: () => timer,
          unref: () => timer,
          hasRef: () => true,
          refresh: () => timer,
          close: () => clear(timer),
          [Symbol.toPrimitive]: () => timer.id,
        };
        Object.defineProperties(
          timer,
          Object.fromEntries(Object.keys(timer).map((key) => [key, { enumerable: false }])),
        );
        state.timerId += 1;
        state.timers.push(timer);
        return timer;
      };
    const clear = (timer) => {
      state.timers = state.timers.filter((one) => one !== timer && one.id !== timer);
    };
    const [once, repeatedly] = [add(false), add(true)];
    const immediate = (callback, ...args) => once(callback, 0, ...args);
    for (const target of [globalThis, timers]) {
      replace(target, 'setTimeout', once);
      replace(target, 'setInterval', repeatedly);
      replace(target, 'setImmediate', immediate);
      for (const name of ['clearTimeout', 'clearInterval', 'clearImmediate']) replace(target, name, clear);
    }
    replace(timers.promises, 'setTimeout', (delay, value) => new Promise((done) => once(done, delay, value)));
    replace(timers.promises, 'setImmediate', (value) => new Promise((done) => once(done, 0, value)));
    deny(timers.promises, ['setInterval'], 'timers.promises');
    deny(timers.promises.scheduler, ['wait', 'yield'], 'timers.promises.scheduler');
  }

  function captureOutput(encodeText) {
    for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir', 'table']) {
      replace(console, method, (...args) => {
        if (state.output.length < 50)
          state.output.push(`console.${method}(${args.map(encodeText).join(', ')})`);
      });
    }
    for (const name of ['stdout', 'stderr']) {
      replace(process[name], 'write', (chunk) => {
        if (state.output.length < 50) state.output.push(`${name} ${encodeText(String(chunk))}`);
        return true;
      });
    }
    replace(process, 'emitWarning', () => undefined);
  }

  function noticeLater() {
    undo.push(
      promiseHooks.onInit(() => {
        state.later = true;
      }),
    );
    for (const [target, name] of [
      [process, 'nextTick'],
      [globalThis, 'queueMicrotask'],
    ]) {
      const original = target[name];
      replace(target, name, (callback, ...args) => {
        state.later = true;
        return original.call(target, ofThisCase(callback), ...args);
      });
    }
  }

  function ofThisCase(callback) {
    const { abandoned } = state;
    return typeof callback !== 'function'
      ? callback
      : (...args) => (state.abandoned === abandoned ? callback(...args) : undefined);
  }

  const disk = watchDisk(() => {
    state.later = true;
  });
  const onRejection = (reason) => state.rejections.push(reason);
  const onUncaught = (error) => state.uncaught.push(error);

  return {
    state,
    disk,
    install(encodeText) {
      denyOutside();
      freezeClock(replace, state);
      seedRandom(replace, state);
      seedBytes(replace, state);
      clearMemory(replace);
      virtualTimers();
      noticeLater();
      disk.start();
      captureOutput(encodeText);
      process.on('unhandledRejection', onRejection);
      process.on('uncaughtException', onUncaught);
      syncBuiltinESMExports();
    },
    restore() {
      disk.stop();
      while (undo.length > 0) undo.pop()();
      process.off('unhandledRejection', onRejection);
      process.off('uncaughtException', onUncaught);
      syncBuiltinESMExports();
    },
    begin() {
      state.unsafe = [];
      state.output = [];
      state.exits = [];
      state.now = FIXED_TIME;
      state.seed = 1;
      state.bytes = 1;
      state.timers = [];
      state.timerId = 1;
      state.later = false;
      state.uncaught = [];
    },
    abandon() {
      state.abandoned += 1;
    },
    /**
     * Runs due timers in order of time, moving the virtual clock; stops after a bounded number.
     * @param finishLater runs what a timer left for later: Node does so before the next one
     */
    runTimers(finishLater) {
      const failures = [];
      for (let runs = 0; runs < MAX_TIMER_RUNS && state.timers.length > 0; runs += 1) {
        const next = state.timers.reduce((a, b) => (b.at < a.at ? b : a));
        state.now = Math.max(state.now, next.at);
        if (next.every === null) state.timers = state.timers.filter((one) => one !== next);
        else next.at += next.every;
        try {
          next.run();
        } catch (error) {
          failures.push(error);
        }
        finishLater();
      }
      return failures;
    },
  };
}
