/**
 * Runs cases one after another and ends those that never would. A synchronous endless loop can only be stopped from outside of
 * JavaScript: `vm` does that, with a thread for each call, which costs more than most cases. So many cases share one call.
 */
import vm from 'node:vm';

const RUN = Symbol.for('iama.characterisation.run');
const script = new vm.Script(`globalThis[Symbol.for('iama.characterisation.run')]()`);
const hrtime = process.hrtime.bigint.bind(process.hrtime);
const wallMs = () => Number(hrtime()) / 1_000_000;

const TIMEOUT = 'ERR_SCRIPT_EXECUTION_TIMEOUT';
export const isTimeout = (error) => error?.code === TIMEOUT;
/** For what waits beside the watched calls: ends the case as one that does not end. */
export const timedOut = () => Object.assign(new Error('this case does not end'), { code: TIMEOUT });

function withTimeout(milliseconds, work) {
  globalThis[RUN] = work;
  script.runInThisContext({ timeout: Math.ceil(milliseconds) });
}

/**
 * @param take gives the next case as `{ prepare, timeout }`, or null at the end; `timeout` in ms
 * @param done is told `(item, outcome)` of each, before the next is taken; the outcome is null when it did not end in time
 */
export async function runWatched(take, done) {
  let item = take();
  while (item !== null) {
    const { timeout } = item;
    let waiting = null;
    let current = item;
    let isFinished = false;
    try {
      // A case that comes last in its turn still has its whole time.
      withTimeout(timeout * 1.25, () => {
        const began = wallMs();
        do {
          current = item;
          isFinished = false;
          const running = item.prepare();
          running.start();
          if (running.waits()) {
            waiting = running;
            return;
          }
          isFinished = true;
          done(item, running.outcome());
          item = take();
        } while (item !== null && item.timeout === timeout && wallMs() - began < timeout / 4);
      });
      if (waiting !== null) {
        await waiting.finish((work) => withTimeout(timeout, work));
        done(current, waiting.outcome());
        item = take();
      }
    } catch (error) {
      if (!isTimeout(error)) throw error;
      if (!isFinished) done(current, null);
      item = take();
    }
  }
}
