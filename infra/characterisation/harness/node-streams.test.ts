import { describe, expect, it } from 'vitest';
import { recorder } from '../testing/characterise.ts';

const run = recorder();

describe("Node's own streams and emitters", { timeout: 180_000 }, () => {
  it('[TST-05] of zlib and of hashes have one result, without memory and handles of this process', () => {
    const tests = run(`
      const zlib = require('zlib');
      module.exports = (level) => zlib.createGzip({ level: level === 9 ? 9 : 1 });
      module.exports.hash = () => require('crypto').createHash('md5');
      module.exports.broken = (stream, done) => stream.pipe(zlib.createGunzip().on('error', done));`);
    const told = Object.values(tests.results).map(({ result }) => result);
    expect(told.filter((result) => /_handle|_outBuffer|kHandle|kState/.test(result))).toEqual([]);
    expect(told.filter((result) => result.includes('out data(Buffer<')).length).toBeGreaterThan(10);
    for (const _ of [1, 2, 3]) expect(tests.verify([])).toBeNull();
    expect(tests.verifyReplaced('index.js', '? 9 : 1', '? 9 : 2')).toContain('differ');
  });

  it('[TST-05] are not used where they are those of this process, which tell how the tests went', () => {
    const index = `
      require('stream');
      module.exports = (name) => name === 'err' ? process.stderr : process.stdout;
      module.exports.given = () => process.stdin;`;
    const tests = run(index);
    expect(tests.resultOf('sample.given()')).toBe('→ <process.stdin>');
    expect(tests.verify([])).toBeNull();
    expect(tests.verifyReplaced('index.js', "=== 'err'", "!== 'err'")).toContain('differ');
  });

  it('[TST-05] leave the prototypes of emitters and streams to the next case, and tell that they were changed', () => {
    const index = `
      const { Readable } = require('stream');
      module.exports = function patch(stream) {
        const { push } = Readable.prototype;
        Readable.prototype.push = function (chunk) { return push.call(this, chunk === null ? null : 'patched'); };
        require('events').prototype.extra = 1;
        return stream;
      };`;
    const tests = run(index);
    expect(Object.values(tests.results).map(({ result }) => result)).toContainEqual(
      expect.stringContaining('changes EventEmitter.prototype.extra, Readable.prototype.push'),
    );
    expect(tests.verify([])).toBeNull();
    expect(tests.verifyReplaced('index.js', 'prototype.extra = 1', 'prototype.other = 1')).toContain(
      'differ',
    );
  });
});
