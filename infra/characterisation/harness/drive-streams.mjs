/** Uses a stream, an emitter or an async iterator that a case gave back as its caller would: listens, writes, ends it, and notes what comes out in which order. */
import stream from 'node:stream';

export const isStream = (value) => value instanceof stream.Stream;
export const isStreamClass = (value) => typeof value === 'function' && isStream(value.prototype);

const isReadable = (value) => typeof value.read === 'function' && value.readable !== false;
const isWritable = (value) => typeof value.write === 'function' && value.writable !== false;

/**
 * @param value a stream
 * @param how `end`: it is written to and ended at once; `later`: each chunk and the end come in a turn of their own; `open`: it is
 *   not ended; `destroy`, `fail`: it is destroyed after the chunks; `pause`: it is read from only after all was written;
 *   `pipe`: into another stream
 * @param chunks what is written where it is writable
 * @param note `(name, values)` puts one line into the log of the case
 * @returns ends the listening: what is given back may be the same in the next case
 */
export function driveStream(value, how, chunks, note) {
  const heard = [];
  const hear = (name) => {
    const listener = (...given) => note(`out ${name}`, given);
    heard.push([name, listener]);
    return value.on(name, listener);
  };
  const target = how === 'pipe' && isReadable(value) ? sink(note) : null;
  const readsLate = how === 'pause';

  function end() {
    if (how === 'destroy' || how === 'fail')
      value.destroy?.(how === 'fail' ? new Error('from outside') : undefined);
    else if (how !== 'open' && isWritable(value)) value.end();
    if (readsLate && isReadable(value)) setTimeout(hear, 0, 'data');
  }

  /** What the calls of its methods throw is noted, as what they give back. */
  function attempt(name, work) {
    try {
      note(name, [work()]);
    } catch (error) {
      note(`${name} throws`, [error]);
    }
  }

  for (const name of ['end', 'finish', 'close', 'error']) hear(name);
  if (target !== null) value.pipe(target);
  else if (!readsLate && isReadable(value)) hear('data');
  const steps = [
    ...(isWritable(value) ? chunks.map((chunk) => () => attempt('in', () => value.write(chunk))) : []),
    end,
  ];
  if (how === 'later') inTurns(steps);
  else for (const step of steps) step();
  return () => {
    if (target !== null) attemptQuietly(() => value.unpipe?.(target));
    forgetAll(value, heard);
  };
}

/** After the case: nothing of it is recorded any more. */
function attemptQuietly(work) {
  try {
    work();
  } catch {
    // Code of the package may throw at anything.
  }
}

const LISTENING = ['on', 'addListener', 'addEventListener'];
const TELLING = ['emit', 'dispatchEvent', 'trigger', 'fire'];

/** The method of a value by which its caller listens to what it tells; undefined: it tells nothing. */
function listeningOf(value) {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined;
  const has = (name) => typeof value[name] === 'function';
  return TELLING.some(has) ? LISTENING.find(has) : undefined;
}

const FORGETTING = ['off', 'removeListener', 'removeEventListener'];

/**
 * Listens to a result for events of these names; what they come with is noted, also what is thrown at the one who listens.
 * @returns ends that: what is given back may be the same in the next case, which nobody listens to
 */
export function hearEvents(value, names, note) {
  const heard = [];
  try {
    const listen = listeningOf(value);
    if (listen === undefined) return () => undefined;
    for (const name of names) {
      const listener = (...given) => {
        note(`tells ${name}`, given);
      };
      value[listen](name, listener);
      heard.push([name, listener]);
    }
  } catch (error) {
    note('listening throws', [error]);
  }
  return () => forgetAll(value, heard);
}

function forgetAll(value, heard) {
  for (const [name, listener] of heard.splice(0))
    attemptQuietly(() => {
      const forget = FORGETTING.find((one) => typeof value[one] === 'function');
      if (forget !== undefined) value[forget](name, listener);
    });
}

const MAX_ITEMS = 20;

/** Goes through a result that promises its values one after another, as its caller would; what it gives is noted. */
export async function goThrough(value, note) {
  try {
    for (let count = 0; count < MAX_ITEMS; count += 1) {
      const { done, value: item } = await value.next();
      note(done ? 'gives at its end' : 'gives', [item]);
      if (done) return;
    }
  } catch (error) {
    note('gives no more', [error]);
  }
}

function inTurns([step, ...others]) {
  if (step === undefined) return;
  setTimeout(() => {
    if (others.length > 0) inTurns(others);
    step();
  }, 0);
}

const sink = (note) =>
  new stream.Writable({
    objectMode: true,
    write(chunk, _encoding, done) {
      note('piped', [chunk]);
      done();
    },
    final(done) {
      note('piped end', []);
      done();
    },
  });
