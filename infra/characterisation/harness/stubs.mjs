/**
 * Recording stand-ins for functions that a case passes in: every call and its arguments become part of the result.
 * One `createStubs()` per case, so that logs never mix.
 */
import { createStreams } from './streams.mjs';

const MAX_NOTES = 200;

export function createStubs(encodeText) {
  const log = [];
  const note = (name, values) => {
    if (log.length < MAX_NOTES) log.push(`${name}(${values.map((one) => encodeText(one)).join(', ')})`);
  };
  const streams = createStreams(note);
  const names = new WeakMap();
  const kept = new Map();

  /** A function that records its calls and answers with `results` in turn (the last one again and again). */
  function fn(name, ...results) {
    let calls = 0;
    const stub = function (...args) {
      note(name, args);
      const result = results[Math.min(calls, results.length - 1)];
      calls += 1;
      if (result instanceof Answer) return result.of(args, this);
      return result;
    };
    names.set(stub, name);
    return stub;
  }

  /** A result computed from the arguments of the stub's call. */
  class Answer {
    constructor(of) {
      this.of = of;
    }
  }

  /**
   * Gives values in turn, once, and notes when it is ended before the last.
   * @param how `later`: each is promised; `failing`: an error comes after the last
   */
  function items(values, how = '') {
    let at = 0;
    const isLater = how.startsWith('later');
    const end = (value) => ({ done: true, value });
    function step() {
      if (at === values.length && how.endsWith('failing')) throw new Error('going through failed');
      return at < values.length ? { done: false, value: values[at++] } : end(undefined);
    }
    const answer = (work) => (isLater ? new Promise((done) => done(work())) : work());
    const made = {
      next: () => answer(step),
      return: (value) => {
        note('items.return', value === undefined ? [] : [value]);
        at = values.length;
        return answer(() => end(value));
      },
      [isLater ? Symbol.asyncIterator : Symbol.iterator]: () => made,
    };
    names.set(made, 'items');
    return made;
  }

  /** @param how `open`: never aborted; `aborted`: it is already; `later`: with the next timer */
  function signal(how = 'open', ...reason) {
    const controller = new AbortController();
    const { signal: made } = controller;
    for (const name of ['addEventListener', 'removeEventListener']) {
      const original = made[name];
      const value = (type, ...given) => {
        note(`signal.${name}`, [type]);
        return original.call(made, type, ...given);
      };
      Object.defineProperty(made, name, { value, configurable: true, writable: true });
    }
    if (how === 'aborted') controller.abort(...reason);
    if (how === 'later') setTimeout(() => controller.abort(...reason), 5);
    names.set(made, 'signal');
    return made;
  }

  return {
    log,
    names,
    note,
    isMade: streams.isMade,
    api: {
      ...streams.api,
      fn,
      items,
      signal,
      /** Answers with its first argument, as an identity callback does. */
      echo: (name) => fn(name, new Answer((args) => args[0])),
      /** Calls whichever argument is a function, Node style: `(null, value)`. */
      callback: (name, value) =>
        fn(
          name,
          new Answer((args) => {
            const last = args.findLast((arg) => typeof arg === 'function');
            return last === undefined ? undefined : last(null, value);
          }),
        ),
      /** Throws an Error with this message. */
      thrower: (name, message) =>
        fn(
          name,
          new Answer(() => {
            throw new Error(message);
          }),
        ),
      /** Tells the function that it is given later, as what emits events does, and answers with its receiver. */
      notifier: (name, ...values) =>
        fn(
          name,
          new Answer((args, receiver) => {
            const last = args.findLast((arg) => typeof arg === 'function');
            if (last !== undefined) setTimeout(() => Reflect.apply(last, receiver, values), 0);
            return receiver;
          }),
        ),
      /** The same value for all steps of the case that ask by this name: what is put somewhere can be found again. */
      kept: (name, make) => {
        if (!kept.has(name)) kept.set(name, make());
        return kept.get(name);
      },
      cyclic: () => {
        const value = { name: 'cycle' };
        value.self = value;
        return value;
      },
      bare: (members) => Object.assign(Object.create(null), members),
      throwing: (key) =>
        Object.defineProperty({}, key, {
          enumerable: true,
          get() {
            throw new Error(`read of ${key}`);
          },
        }),
    },
  };
}
