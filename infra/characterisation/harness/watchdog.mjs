/**
 * Runs cases one after another and ends those that never would. An endless loop can only be stopped from outside of
 * JavaScript: `vm` does that, with a thread for each call, which costs more than most cases. So many cases share one call.
 */
import v8 from 'node:v8';
import vm from 'node:vm';
import { finishLater, inTurn } from './turns.mjs';

const RUN = Symbol.for('iama.characterisation.run');
const script = new vm.Script(`globalThis[Symbol.for('iama.characterisation.run')]()`);
const hrtime = process.hrtime.bigint.bind(process.hrtime);
const wallMs = () => Number(hrtime()) / 1_000_000;

v8.setFlagsFromString('--expose-gc');
/** An endless chain leaves millions of promises behind: they would be cleared away in the time of some case after it. */
const clearAway = vm.runInNewContext('gc');

/** Of those that a case that was given up left for later; one more cannot come of them. */
const MAX_REMAINS = 3;

/** What a load leaves for later is no part of it, and may well never end. */
const LATER_MS = 3_000;

/** A class of its own: code may throw errors that look like any other. */
class Timeout extends Error {}

const isTimeout = (error) => error instanceof Timeout;
/** For what waits beside the watched calls: ends the case as one that does not end. */
export const timedOut = () => new Timeout('this case does not end');

function withTimeout(milliseconds, work) {
  let thrown = null;
  globalThis[RUN] = () => {
    try {
      work();
    } catch (error) {
      thrown = { error };
    }
  };
  try {
    script.runInThisContext({ timeout: Math.ceil(milliseconds) });
  } catch {
    // All that the work throws is caught inside of the call; that its time is over, nothing there can catch.
    throw timedOut();
  }
  if (thrown !== null) throw thrown.error;
}

/** Runs `work` and all that it leaves for later. */
const toTheEnd = (timeout) => (work) =>
  withTimeout(timeout, () => {
    work();
    finishLater();
  });

/** A case that is given up may have left an endless chain behind, which ends with the call that it is cut short in. */
function giveUp(running, timeout) {
  running?.abandon();
  for (let times = 0; times < MAX_REMAINS; times += 1) {
    try {
      withTimeout(timeout, finishLater);
      return;
    } catch (error) {
      if (!isTimeout(error)) throw error;
    }
  }
}

const turn = (work, timeout, running) =>
  inTurn(() => {
    try {
      work();
    } catch (error) {
      if (isTimeout(error)) giveUp(running(), timeout);
      throw error;
    }
  });

/**
 * What is done between the cases, as looking for the next, takes most of the time of many; cut short there, on a machine that is
 * busy, a case would be lost. So these are taken before, and told after them.
 */
const TAKEN = 8;

/**
 * @param take gives the next case as `{ prepare, timeout }`, or null at the end; `timeout` in ms
 * @param done is told `(item, outcome)` of each in turn; the outcome is null when it did not end in time. What is answered then, or to
 *   the outcome of the last that ran in one turn, as what takes long is, is tried in its place, unless it is null
 */
export async function runWatched(take, done) {
  const waiting = [];
  let size = TAKEN;
  for (;;) {
    // Only once all before were told: what is taken depends on that, and how many run in one turn on the machine.
    if (waiting.length === 0)
      for (let item = take(); item !== null; item = waiting.length < size ? take() : null) waiting.push(item);
    if (waiting.length === 0) return;
    const { timeout } = waiting[0];
    const watched = toTheEnd(timeout);
    const outcomes = [];
    let running = null;
    let isWaiting = false;
    const inWatchedTurn = (work) => turn(work, timeout, () => running);
    const tell = () => {
      let again = null;
      for (const outcome of outcomes) again = done(waiting.shift(), outcome);
      return again === null ? [] : [again];
    };
    try {
      await inWatchedTurn(() => {
        // A case that comes last in its turn still has its whole time.
        withTimeout(timeout * 1.25, () => {
          const began = wallMs();
          do {
            running = waiting[outcomes.length].prepare();
            running.start();
            isWaiting = running.waits();
            if (isWaiting) return;
            outcomes[outcomes.length] = running.outcome();
          } while (waiting[outcomes.length]?.timeout === timeout && wallMs() - began < timeout / 4);
        });
        // In this turn, at the end of which all would be run that the case left for later.
        if (isWaiting) running.wait(watched);
      });
      if (isWaiting) {
        await running.finish((work) => inWatchedTurn(() => watched(work)), watched, timeout);
        outcomes.push(running.outcome());
      }
      waiting.unshift(...tell());
    } catch (error) {
      if (!isTimeout(error)) throw error;
      const cut = waiting[outcomes.length];
      const again = cut === undefined ? null : done(cut, null);
      const before = tell();
      if (cut !== undefined) waiting.shift();
      if (again !== null) waiting.unshift(again);
      else if (cut !== undefined) size = 1;
      waiting.unshift(...before);
      running?.abandon();
      await running?.forget();
      clearAway();
    }
  }
}

/**
 * Runs what is no case in turns that are watched, until `isDone` says so.
 * @param options `{ timeout, guards, putBack }`: `timeout` in ms, of which what is left for later has at most `LATER_MS`; `putBack` is called after all that runs, so that what takes away what everything
 *   needs ends with it
 * @returns whether all came to an end in time
 */
export async function endsInTime(work, isDone, { timeout, guards, putBack }) {
  const { disk } = guards;
  const abandon = () => {
    putBack();
    guards.abandon();
  };
  const watched = (part) => {
    try {
      withTimeout(timeout, part);
      withTimeout(Math.min(timeout, LATER_MS), finishLater);
    } finally {
      putBack();
    }
  };
  const inWatchedTurn = (part) =>
    turn(
      () => watched(part),
      Math.min(timeout, LATER_MS),
      () => ({ abandon }),
    );
  const began = wallMs();
  try {
    disk.watch(watched, timeout);
    await inWatchedTurn(work);
    while (!isDone() && wallMs() - began < timeout) await inWatchedTurn(() => undefined);
    if (isDone() && (await disk.answered())) return true;
  } catch (error) {
    if (!isTimeout(error)) throw error;
  }
  await disk.forget();
  clearAway();
  return false;
}
