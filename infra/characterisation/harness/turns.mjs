/**
 * Turns of the event loop that can be ended. What a call leaves for later, promises and ticks, Node runs when a turn is over,
 * until nothing is left; a chain of them that goes on for ever lets no timer come. So it is run inside of a turn, where it is watched.
 */

const realImmediate = setImmediate;
/** All that Node runs between two turns: ticks, promises, and the news of rejections. Public, though its documentation advises against it. */
const runLater = process._tickCallback.bind(process);
const captureUncaught = process.setUncaughtExceptionCaptureCallback.bind(process);
const emit = process.emit.bind(process);

let isInterrupted = false;

/** What was cut short is still on Node's stack of asynchronous contexts, which Node empties for an error that nobody caught, and checks else. */
function forgetInterrupted() {
  isInterrupted = false;
  captureUncaught(() => captureUncaught(null));
  throw new Error('a turn was cut short');
}

/** Runs `work` in a turn of its own, outside of all promises: only there can what it leaves for later be run at once. */
export const inTurn = (work) =>
  new Promise((resolve, reject) => {
    realImmediate(() => {
      try {
        resolve(work());
      } catch (error) {
        isInterrupted = true;
        reject(error);
      }
      if (isInterrupted) forgetInterrupted();
    });
  });

/** Runs all that was left for later, to be called in a turn. An error there is nobody's, as it is between two turns. */
export function finishLater() {
  for (;;) {
    try {
      runLater();
      return;
    } catch (error) {
      isInterrupted = true;
      emit('uncaughtException', error, 'uncaughtException');
    }
  }
}

/**
 * Runs what an answer calls back, outside of any turn of ours. An error there is nobody's.
 * @param watched runs `work` and all that it leaves for later, or throws as that is cut short
 * @param onCut is told what it threw
 */
export function inAnswer(watched, work, onCut) {
  try {
    watched(() => {
      try {
        work();
      } catch (error) {
        isInterrupted = true;
        emit('uncaughtException', error, 'uncaughtException');
      }
    });
  } catch (error) {
    isInterrupted = true;
    onCut(error);
  }
  if (isInterrupted) forgetInterrupted();
}
