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

/**
 * @param take gives the next case as `{ prepare, timeout }`, or null at the end; `timeout` in ms
 * @param done is told `(item, outcome)` of each, before the next is taken; the outcome is null when it did not end in time
 */
export async function runWatched(take, done) {
  let item = take();
  while (item !== null) {
    const { timeout } = item;
    const watched = toTheEnd(timeout);
    let current = item;
    let running = null;
    let isWaiting = false;
    let isFinished = false;
    const turn = (work) =>
      inTurn(() => {
        try {
          work();
        } catch (error) {
          if (isTimeout(error)) giveUp(running, timeout);
          throw error;
        }
      });
    try {
      await turn(() => {
        // A case that comes last in its turn still has its whole time.
        withTimeout(timeout * 1.25, () => {
          const began = wallMs();
          do {
            current = item;
            isFinished = false;
            running = item.prepare();
            running.start();
            isWaiting = running.waits();
            if (isWaiting) return;
            isFinished = true;
            done(item, running.outcome());
            item = take();
          } while (item !== null && item.timeout === timeout && wallMs() - began < timeout / 4);
        });
        // In this turn, at the end of which all would be run that the case left for later.
        if (isWaiting) running.wait(watched);
      });
      if (isWaiting) {
        await running.finish((work) => turn(() => watched(work)), watched, timeout);
        done(current, running.outcome());
        item = take();
      }
    } catch (error) {
      if (!isTimeout(error)) throw error;
      if (!isFinished) done(current, null);
      running?.abandon();
      await running?.forget();
      clearAway();
      item = take();
    }
  }
}
