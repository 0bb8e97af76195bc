/**
 * Real streams, emitters and messages as inputs of a case. They note what is done with them beside the calls of the stubs, have
 * all that they hold in memory, and wait with nothing but virtual timers: what happens to them happens in the same order each time.
 */
import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import stream from 'node:stream';
import zlib from 'node:zlib';
import { createMessages } from './messages.mjs';

/** A descriptor that no file of this process has: code may close it. */
const NO_FILE = 1_000_003;

const isBytes = (chunk) => typeof chunk === 'string' || chunk instanceof Uint8Array;
/** What a stream can be given: `null` would end it, `undefined` is refused. */
const chunksOf = (given) =>
  (Array.isArray(given) ? given : [given]).filter((chunk) => chunk !== null && chunk !== undefined);

/** @param note `(name, values)` puts one line into the log of the case */
export function createStreams(note) {
  const made = new WeakSet();
  const known = (value) => {
    made.add(value);
    return value;
  };
  const failure = (what) => new Error(`${what} failed`);

  /** How a source goes on when all was read: it ends, fails, is closed before its end, or stays open. */
  function finish(source, ending) {
    if (ending === 'error') source.destroy(failure('reading'));
    else if (ending === 'close') source.destroy();
    else if (ending !== 'open') source.push(null);
  }

  /** The `read` of a source of chunks; `later`: each comes in a turn of its own. */
  function reading(chunks, ending, later) {
    const waiting = chunksOf(chunks);
    return function read() {
      const next = () => (waiting.length > 0 ? this.push(waiting.shift()) : finish(this, ending));
      if (later) setTimeout(next, 0);
      else next();
    };
  }

  const objectMode = (chunks) => chunksOf(chunks).some((chunk) => !isBytes(chunk));

  function readable(chunks = [], ending = 'end', pace = 'now') {
    return known(
      new stream.Readable({
        objectMode: objectMode(chunks),
        read: reading(chunks, ending, pace === 'later'),
        destroy: noteDestroy('readable'),
      }),
    );
  }

  const noteDestroy = (name) => (error, done) => {
    note(`${name}.destroy`, error === null ? [] : [error]);
    done(error);
  };

  /** How what is written is taken: at once, later and slowly, with an error, never, or by closing. */
  const writing = (name, how) => ({
    highWaterMark: how === 'slow' ? 1 : undefined,
    objectMode: how === 'objects',
    decodeStrings: false,
    write(chunk, encoding, done) {
      note(`${name}.write`, [chunk, encoding]);
      if (how === 'error') done(failure('writing'));
      else if (how === 'close') this.destroy();
      else if (how === 'slow') setTimeout(done, 0);
      else if (how !== 'stuck') done();
    },
    final(done) {
      note(`${name}.end`, []);
      done(how === 'failing end' ? failure('ending') : null);
    },
    destroy: noteDestroy(name),
  });

  const writable = (how = 'take') => known(new stream.Writable(writing('writable', how)));

  const duplex = (chunks = [], how = 'take', ending = 'end') =>
    known(
      new stream.Duplex({
        ...writing('duplex', how),
        objectMode: how === 'objects' || objectMode(chunks),
        read: reading(chunks, ending, false),
      }),
    );

  function through(how = 'take') {
    return known(
      new stream.Transform({
        objectMode: how === 'objects',
        transform(chunk, encoding, done) {
          note('through.write', [chunk, encoding]);
          if (how === 'error') done(failure('writing'));
          else if (how === 'slow') setTimeout(done, 0, null, chunk);
          else done(null, chunk);
        },
        destroy: noteDestroy('through'),
      }),
    );
  }

  /** Tells its events in turn, each in a turn of its own: a name, or a name with what the listeners are given. */
  function tell(emitter, events) {
    const [next, ...others] = events;
    if (next === undefined) return;
    setTimeout(() => {
      const [name, ...values] = Array.isArray(next) ? next : [next];
      if (others.length > 0) tell(emitter, others);
      emitter.emit(name, ...values);
    }, 0);
  }

  function emitter(...events) {
    const value = known(new EventEmitter());
    tell(value, events);
    return value;
  }

  /** A stream as they were before they had states: nothing but events and a `pipe`. */
  function legacy(...events) {
    const value = known(new stream.Stream());
    value.readable = true;
    value.writable = true;
    value.write = (...given) => {
      note('legacy.write', given);
      return true;
    };
    value.end = (...given) => {
      note('legacy.end', given);
      value.writable = false;
    };
    tell(value, events);
    return value;
  }

  const memoryFile = (text) => {
    let waiting = Buffer.from(text);
    const answer = (done, ...values) => setTimeout(done, 0, null, ...values);
    return {
      open: (_path, _flags, _mode, done) => answer(done, NO_FILE),
      close: (_fd, done) => {
        note('file.close', []);
        answer(done);
      },
      read: (_fd, into, offset, length, _position, done) => {
        const count = waiting.copy(into, offset, 0, length);
        waiting = waiting.subarray(count);
        answer(done, count, into);
      },
      write: (_fd, from, offset, length, _position, done) => {
        note('file.write', [from.subarray(offset, offset + length)]);
        answer(done, length, from);
      },
    };
  };

  /** A real stream of `fs` on a file that is only in memory. */
  const file = (mode = 'read', text = 'text of a file') =>
    known(
      mode === 'write'
        ? new fs.WriteStream('written.txt', { fs: memoryFile('') })
        : new fs.ReadStream('read.txt', { fs: memoryFile(text) }),
    );

  const zlibStream = (name = 'Gzip') => known(new zlib[Object.hasOwn(zlib, name) ? name : 'Gzip']());

  return {
    isMade: (value) => made.has(value),
    api: {
      readable,
      writable,
      duplex,
      through,
      emitter,
      legacy,
      file,
      zlib: zlibStream,
      ...createMessages(note, known),
    },
  };
}
