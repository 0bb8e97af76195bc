import { describe, expect, it } from 'vitest';
import { expectNoticed, recorder } from './testing/characterise.ts';

const run = recorder();

describe('inputs that the code uses as streams', { timeout: 180_000 }, () => {
  it('[TST-01] are real ones where it asks for instances of the classes of Node', () => {
    const index = `
      const { ReadStream } = require('fs');
      const Stream = require('stream');
      module.exports = function destroy(stream) {
        if (stream instanceof ReadStream) {
          stream.destroy();
          if (typeof stream.close === 'function') stream.on('open', function () { if (typeof this.fd === 'number') this.close(); });
          return stream;
        }
        if (!(stream instanceof Stream)) return 'no stream';
        if (typeof stream.destroy === 'function') stream.destroy();
        return stream;
      };`;
    expectNoticed(run(index), [
      ["'no stream'", "'none'"],
      ["stream.on('open'", "stream.once('open'"],
      ["if (typeof stream.destroy === 'function') stream.destroy();", ''],
    ]);
  });

  it('[TST-01] are read from, piped and fail, and what was done with them is the result', () => {
    const index = `
      module.exports = function collect(stream, done) {
        const parts = [];
        stream.on('data', (chunk) => parts.push(String(chunk)));
        stream.once('error', (error) => done(error, parts.length));
        stream.once('end', () => done(null, parts.join('|')));
        return stream;
      };`;
    expectNoticed(run(index), [
      ["join('|')", "join('')"],
      ['done(error, parts.length)', 'done(error, 0)'],
      ["stream.once('error'", "stream.on('error'"],
    ]);
  });

  it('[TST-01] tell the events that the code listens to, and emitters keep who listens', () => {
    const index = `
      const { EventEmitter } = require('events');
      module.exports = function watch(emitter, done) {
        if (!(emitter instanceof EventEmitter)) return 'no emitter';
        emitter.on('ready', ready);
        emitter.on('failed', failed);
        return emitter.listenerCount('ready');
        function ready() { emitter.removeListener('failed', failed); done('ready'); }
        function failed() { done('failed'); }
      };`;
    expectNoticed(run(index), [
      ["done('failed')", "done('wrong')"],
      ["emitter.removeListener('failed', failed);", ''],
      ["'no emitter'", "'none'"],
    ]);
  });

  it('[TST-01] are requests and answers on a connection in memory', () => {
    const index = `
      exports.finished = function (res, done) {
        if (res.finished) return done('before', res.statusCode);
        res.on('finish', () => done('finished', res.statusCode, res.getHeader('x-sent')));
        res.socket && res.socket.on('close', () => done('closed'));
      };
      exports.late = function (res) {
        const writeHead = res.writeHead;
        res.writeHead = function (status) { this.setHeader('X-Late', status); return writeHead.apply(this, arguments); };
      };`;
    expectNoticed(run(index), [
      ["'before'", "'wrong'"],
      ["'finished', res.statusCode", "'finished', 0"],
      ["'closed'", "'gone'"],
      ["'X-Late', status", "'X-Late', 0"],
    ]);
  });

  it('[TST-05] differ in no run, however much happens at once', () => {
    const tests = run(`
      const { pipeline } = require('stream');
      module.exports = function join(streams, done) { return pipeline([].concat(streams), done); };
      module.exports.pass = (stream) => stream.pipe(new (require('stream').PassThrough)());`);
    expect(Object.keys(tests.results).length).toBeGreaterThan(50);
    expect(Object.values(tests.left)).toEqual([]);
    expect(tests.verify([])).toBeNull();
  });
});

describe('results that are streams', { timeout: 180_000 }, () => {
  it('[TST-01] are fed, ended and listened to', () => {
    const index = `
      const { Transform } = require('stream');
      module.exports = function lines(options) {
        let last = '';
        const max = (options && options.max) || 40;
        return new Transform({
          readableObjectMode: true,
          transform(chunk, encoding, done) {
            const parts = (last + chunk).split('\\n');
            last = parts.pop();
            for (const part of parts) this.push(part);
            done(last.length > max ? new Error('too long') : null);
          },
          flush(done) { if (last !== '') this.push(last); done(); },
        });
      };`;
    expectNoticed(run(index), [
      ['last = parts.pop();', "last = ''; parts.pop();"],
      ["if (last !== '') this.push(last);", ''],
      ["new Error('too long')", 'null'],
      ["split('\\n')", "split('\\r\\n')"],
    ]);
  });

  it('[TST-01] are given characters in parts, and one that is never completed', () => {
    const index = `
      const { Transform } = require('stream');
      const { StringDecoder } = require('string_decoder');
      module.exports = function text() {
        const decoder = new StringDecoder('utf8');
        const made = new Transform({
          transform(chunk, encoding, done) { done(null, decoder.write(chunk)); },
          flush(done) { done(null, decoder.end()); },
        });
        return made.setEncoding('utf8');
      };`;
    expectNoticed(run(index), [
      ['decoder.write(chunk)', 'String(chunk)'],
      ['decoder.end()', "''"],
    ]);
  });

  it('[TST-01] of a class are fed as well, and of a class that a call makes', () => {
    const index = `
      const { Transform, Writable } = require('stream');
      exports.Collect = class Collect extends Writable {
        constructor(done) { super(); this.parts = []; this.on('finish', () => done && done(this.parts.join('+'))); }
        _write(chunk, encoding, next) { this.parts.push(chunk.toString('hex')); next(); }
      };
      exports.upper = function () {
        return class Upper extends Transform {
          _transform(chunk, encoding, done) { done(null, String(chunk).toUpperCase()); }
        };
      };`;
    expectNoticed(run(index), [
      ["toString('hex')", 'toString()'],
      ["join('+')", "join('-')"],
      ['.toUpperCase()', ''],
    ]);
  });
});

describe('results that tell events', { timeout: 180_000 }, () => {
  it('[TST-01] are listened to, so that which events they tell with what is behaviour', () => {
    const index = `
      const { EventEmitter } = require('events');
      class Queue extends EventEmitter {
        add(item) { if (item === undefined) return false; this.emit('added', item, this.listenerCount('added')); return true; }
        end(code) { process.nextTick(() => this.emit('ended', code === undefined ? 0 : code)); }
      }
      exports.Queue = Queue;
      exports.watch = function (name) {
        const made = new EventEmitter();
        setTimeout(() => made.emit(name === '' ? 'missing' : 'ready', String(name)), 10);
        return made;
      };`;
    expectNoticed(run(index), [
      ["this.emit('added', item,", "this.emit('added', null,"],
      ['code === undefined ? 0 : code', 'code'],
      ["'missing' : 'ready'", "'ready' : 'missing'"],
      ["'ready', String(name)", "'ready', name"],
    ]);
  });

  it('[TST-01] are listened to where they are no emitters of Node, and fail as ever where nobody listens for errors', () => {
    const index = `
      const { EventEmitter } = require('events');
      exports.own = function () {
        const heard = {};
        return {
          on(name, listener) { heard[name] = listener; return this; },
          emit(name, ...given) { if (heard[name]) heard[name](...given); },
          start(n) { this.emit('started', Number(n) + 1); },
        };
      };
      exports.fail = function (code) {
        const made = new EventEmitter();
        setTimeout(() => made.emit('error', new Error('code ' + Boolean(code))), 5);
        return made;
      };`;
    const tests = run(index);
    const failed = Object.values(tests.results).filter(({ call }) => call.startsWith('sample.fail('));
    expect(failed.some(({ result }) => result.includes('timer throws Error'))).toBe(true);
    expect(failed.some(({ result }) => result.includes('tells error(Error('))).toBe(true);
    expectNoticed(tests, [
      ['Number(n) + 1', 'Number(n)'],
      ["'code ' + Boolean(code)", "'code'"],
    ]);
  });

  it('[TST-01] are heard by nobody once the call is over: what two calls share would else not fail as it does', () => {
    const index = `
      const { EventEmitter } = require('events');
      const bus = new EventEmitter();
      exports.bus = () => bus;
      exports.count = () => bus.listenerCount('ready');
      exports.tell = (item) => bus.emit('ready', item);
      exports.fail = (code) => bus.emit('error', new Error('code ' + Boolean(code)));`;
    const tests = run(index);
    expect(tests.resultOf('sample.count()')).toBe('→ 0');
    const told = Object.values(tests.results).filter(({ call }) => /^sample\.tell\(.*\)$/.test(call));
    expect(new Set(told.map(({ result }) => result))).toEqual(new Set(['→ false']));
    expect(tests.resultOf('sample.fail(1)')).toContain('throws Error("code true"');
  });

  it('[TST-01] are used and listened to where a promise gives them, and by nobody once the call is over', () => {
    const tests = run(`
      const { EventEmitter } = require('events');
      const { PassThrough } = require('stream');
      const shared = new PassThrough();
      exports.shared = () => shared;
      exports.count = () => ['data', 'end', 'error'].map((name) => shared.listenerCount(name)).join();
      exports.open = async function (name) {
        const made = new EventEmitter();
        setTimeout(() => made.emit('ready', String(name)), 5);
        return made;
      };
      exports.copy = () => Promise.resolve(new PassThrough());`);
    const resultsOf = (name: string): readonly string[] =>
      Object.values(tests.results)
        .filter(({ call }) => call.startsWith(`sample.${name}(`))
        .map(({ result }) => result);
    expect(new Set(resultsOf('count'))).toEqual(new Set(['→ "0,0,0"']));
    expect(resultsOf('open').some((one) => one.includes('tells ready("'))).toBe(true);
    expect(resultsOf('copy').some((one) => one.includes('out data(') && one.includes('out end()'))).toBe(
      true,
    );
    expect(tests.verify([])).toBeNull();
  });
});
