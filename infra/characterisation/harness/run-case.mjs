/** Runs one case and puts everything a caller could observe of it into one text. */
import { types } from 'node:util';
import { driveStream, goThrough, hearEvents, isStream, isStreamClass } from './drive-streams.mjs';
import { createEncoder } from './encode.mjs';
import { standardName } from './encode-streams.mjs';
import { createStubs } from './stubs.mjs';
import { finishLater } from './turns.mjs';
import { timedOut } from './watchdog.mjs';

const realImmediate = setImmediate;
const SETTLE_ROUNDS = 6;
const MAX_CHANGES = 20;

/** What is given back may have a getter of any kind. One that throws is met again, and recorded, where the value is put into words. */
const isThenable = (value) => {
  try {
    return value !== null && typeof value === 'object' && typeof value.then === 'function';
  } catch {
    return false;
  }
};

const isAsyncIterator = (value) => {
  try {
    const isObject = value !== null && typeof value === 'object';
    return isObject && typeof value.next === 'function' && typeof value[Symbol.asyncIterator] === 'function';
  } catch {
    return false;
  }
};

/**
 * Drives virtual timers and promises until nothing is pending; what stays pending is recorded as that. Each `again` costs a
 * thread, so it is asked only where code of the package may run.
 * @param meet attaches to all promises that the values now hold; before the first round the caller did
 */
async function settle(promises, guards, meet, again) {
  const failures = [];
  for (let round = 0; round < SETTLE_ROUNDS; round += 1) {
    if (round > 0) await again(meet);
    await new Promise((resolve) => realImmediate(resolve));
    if (!(await guards.disk.answered())) throw timedOut();
    if (guards.state.timers.length > 0) await again(() => failures.push(...guards.runTimers(finishLater)));
    await new Promise((resolve) => realImmediate(resolve));
    const isQuiet = guards.state.timers.length === 0 && guards.disk.isQuiet();
    if (isQuiet && [...promises.values()].every((one) => one.state !== 'pending')) break;
  }
  return failures;
}

/** Applies one step to its receiver; a step is a call, a construction, a read or a call of the previous result. */
function apply(step, value, owner, args) {
  switch (step.form) {
    case 'new':
      return Reflect.construct(value, args);
    case 'get':
      return value;
    default:
      return Reflect.apply(value, owner, args);
  }
}

/**
 * @param one the case: `{ form, args, steps }`; `args(modules, stubs)` builds fresh inputs
 * @param subject `{ value, owner }`
 * @param world `{ guards, modules, inside, intrinsics }`; `inside(work)` runs the code itself
 * @returns `start()`: all that happens at once; `waits()`: whether something is left that happens later; `wait()` begins with
 *   that in the turn of the start, `finish()` ends it and draws up the result again; both give to `again`, which has a promise
 *   in the second, what may take long, and `finish` to `inTime`, at once, what is called from outside; `abandon()`: nothing of it is
 *   to go on, `forget()` waits until nothing can; `outcome()`: `{ text, unsafe }`
 */
export function prepareCase(one, subject, world) {
  const { guards, modules, inside, intrinsics } = world;
  guards.begin();
  const promises = new Map();
  const plain = createEncoder();
  const stubs = createStubs((value) => plain.text(value));
  const encoder = createEncoder({ promises, stubs: stubs.names });
  const parts = [];
  const outcomes = [];
  const heard = [];
  let isRendered = false;
  let isHushed = false;

  function perform(step, value, owner, label) {
    const args = step.args === undefined ? [] : step.args(modules, stubs.api);
    const outcome = {
      label,
      before: encoder.text(args),
      args,
      thrown: false,
      value: undefined,
      owner,
      observe: step.observe === true,
    };
    outcomes.push(outcome);
    let earlier;
    for (let times = step.form === 'twice' ? 2 : 1; times > 0; times -= 1) {
      try {
        outcome.value = inside(() => apply(step, value, owner, args));
      } catch (error) {
        outcome.thrown = true;
        outcome.value = error;
        break;
      }
      if (times === 2) {
        outcomes.push({
          ...outcome,
          label: `${label} first`,
          value: encoder.text(outcome.value),
          first: true,
        });
        earlier = outcome.value;
        change(step, args);
      }
    }
    // Whether a cache answered shows in nothing but the identity of an object.
    outcome.same =
      step.form === 'twice' &&
      !outcome.thrown &&
      earlier !== null &&
      typeof earlier === 'object' &&
      earlier === outcome.value;
    return outcome;
  }

  /** Between two calls with the same object, gives it the members of another. */
  function change(step, args) {
    if (step.change === undefined) return;
    const [other] = step.change(modules, stubs.api);
    if (args[0] !== null && typeof args[0] === 'object' && other !== null && typeof other === 'object')
      Object.assign(args[0], other);
  }

  const render = () => {
    parts.length = 0;
    for (const outcome of outcomes) {
      const sign = outcome.thrown ? 'throws' : '→';
      parts.push(
        `${outcome.label === '' ? '' : `${outcome.label} `}${sign} ${outcome.first === true ? outcome.value : encoder.text(outcome.value)}`,
      );
      if (outcome.same === true) parts.push('the same object as before');
      const after = encoder.text(outcome.args);
      if (after !== outcome.before) parts.push(`arguments became ${after}`);
      if (outcome.observe) parts.push(`object is ${encoder.text(outcome.owner)}`);
    }
    if (stubs.log.length > 0) parts.push(`calls ${stubs.log.join(' ')}`);
    if (guards.state.output.length > 0) parts.push(`prints ${guards.state.output.join(' ')}`);
    isRendered = true;
  };

  function start() {
    try {
      startSteps();
    } catch (error) {
      parts.push(`cannot be prepared: ${encoder.text(error)}`);
    }
  }

  function startSteps() {
    const base = perform(one, subject.value, subject.owner, '');
    for (const step of one.steps ?? []) {
      if (base.thrown) break;
      const receiver = base.value;
      if (step.form === 'stream') {
        drive(step, receiver);
        continue;
      }
      if (step.form === 'events') {
        hear(step, receiver);
        continue;
      }
      const target = step.member === null ? receiver : receiver?.[step.member];
      if (step.form !== 'get' && typeof target !== 'function') {
        outcomes.push({
          label: `.${step.member}`,
          before: '[]',
          args: [],
          thrown: false,
          value: target,
          owner: receiver,
          observe: false,
        });
        continue;
      }
      perform(
        step,
        target,
        step.member === null ? undefined : receiver,
        step.member === null ? '()' : `.${step.member}`,
      );
    }
    const { value, thrown } = outcomes.at(-1);
    if (!thrown && isAsyncIterator(value) && !stubs.names.has(value))
      inside(() => goThrough(value, stubs.note));
    render();
  }

  /** As a caller who waits for a promise. What it is rejected with is noted where it is put into words. */
  async function later(promise, use) {
    try {
      const value = await promise;
      if (!isHushed) use(value);
    } catch {
      // A class that it was settled with may throw where one is made of it.
    }
  }

  /** A stream that is no input is used; an input that is given back notes what is done with it itself. */
  function drive(step, result) {
    if (types.isPromise(result)) later(result, (value) => drive(step, value));
    if (stubs.isMade(result) || !(isStream(result) || isStreamClass(result))) return;
    if (standardName(result) !== undefined) return;
    const [how, ...chunks] = step.args(modules, stubs.api);
    const use = () => driveStream(isStream(result) ? result : new result(), how, chunks, stubs.note);
    heard.push(inside(use));
  }

  /** An input that is given back, or a stream of the process, is told nothing that it would not be. */
  function hear(step, result) {
    if (types.isPromise(result)) later(result, (value) => hear(step, value));
    else if (!stubs.isMade(result) && !(isStream(result) && standardName(result) !== undefined))
      heard.push(inside(() => hearEvents(result, step.args(modules, stubs.api), stubs.note)));
  }

  const hush = () => {
    isHushed = true;
    for (const end of heard.splice(0)) inside(end);
  };

  const waits = () =>
    encoder.pending.size > 0 ||
    guards.state.timers.length > 0 ||
    guards.state.later ||
    outcomes.some((each) => isThenable(each.value));

  /** Promises that settled values hold show only when these are put into words once more. */
  function meet() {
    for (const { value } of outcomes) encoder.text(value);
    attach();
  }

  function attach() {
    for (const promise of encoder.pending) {
      if (promises.has(promise)) continue;
      promises.set(promise, { state: 'pending', value: undefined });
      promise.then(
        (value) => promises.set(promise, { state: 'fulfilled', value }),
        (value) => promises.set(promise, { state: 'rejected', value }),
      );
    }
  }

  const wait = (again) => again(isRendered ? attach : meet);

  async function finish(again, inTime, timeout) {
    guards.disk.watch(inTime, timeout);
    const failures = await settle(promises, guards, meet, again);
    await again(() => {
      render();
      hush();
    });
    for (const failure of failures) parts.push(`timer throws ${encoder.text(failure)}`);
  }

  function outcome() {
    hush();
    for (const error of guards.state.uncaught) parts.push(`later throws ${encoder.text(error)}`);
    const changed = intrinsics.changes();
    if (changed.length > 0) parts.push(`changes ${changed.slice(0, MAX_CHANGES).join(', ')}`);
    for (const code of guards.state.exits) parts.push(`exits with ${encoder.text(code)}`);
    return { text: parts.join(' ; '), unsafe: guards.state.exits.length > 0 ? [] : guards.state.unsafe };
  }

  /** Code that is cut short, also that of Node, has no time to put back what it changed for a moment. */
  async function forget() {
    await guards.disk.forget();
    intrinsics.changes();
  }

  return { start, waits, wait, finish, abandon: guards.abandon, forget, outcome };
}
