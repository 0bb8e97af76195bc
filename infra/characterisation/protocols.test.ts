import { describe, expect, it } from 'vitest';
import { expectNoticed, recorder } from './testing/characterise.ts';

const run = recorder();

describe('inputs that the code uses by a protocol', { timeout: 180_000 }, () => {
  it('[TST-01] are signals that are aborted before, later or never, and who stops listening shows', () => {
    const index = `
      exports.wait = function (signal, done) {
        if (signal.aborted) return done('before', signal.reason);
        const stop = () => { signal.removeEventListener('abort', stop); done('after', String(signal.reason)); };
        signal.addEventListener('abort', stop);
      };`;
    expectNoticed(run(index), [
      ["done('before'", "done('wrong'"],
      ["signal.removeEventListener('abort', stop);", ''],
      ["done('after'", "done('late'"],
    ]);
  });

  it('[TST-01] can be gone through once, again, later or to a failure, and an early end shows', () => {
    const index = `
      exports.first = function (items) {
        for (const one of items) { if (typeof one === 'string') return one; }
        return null;
      };
      exports.all = async function (source) { const out = []; for await (const one of source) out.push(one); return out; };
      exports.take = function (given) {
        const got = [];
        for (let step = given.next(); !step.done; step = given.next()) { got.push(step.value); if (got.length === 2) break; }
        return got;
      };
      exports.join = (parts) => [...parts].join('-');`;
    expectNoticed(run(index), [
      ['of items)', 'of [...items])'],
      ['out.push(one)', 'out.unshift(one)'],
      ['got.length === 2', 'got.length === 3'],
      ["[...parts].join('-')", "Array.isArray(parts) ? parts.join('-') : ''"],
    ]);
  });

  it('[TST-01] are maps, sets, addresses and bytes, and a result that is one shows all of it', () => {
    const index = `
      exports.look = (map, key) => map.has(key) ? map.get(key) : map.set(key, 1).size;
      exports.mark = (set, one) => { if (!set.has(one)) set.add(one); return set; };
      exports.host = (url) => [url.searchParams.get('x'), url.hostname];
      exports.resolve = (text) => new URL(String(text), 'http://a.example/b/');
      exports.bytes = (view) => view.byteLength * (view.BYTES_PER_ELEMENT || 1);`;
    expectNoticed(run(index), [
      ['.set(key, 1).size', '.set(key, 1)'],
      ['if (!set.has(one)) set.add(one);', 'set.delete(one);'],
      ["searchParams.get('x')", "searchParams.getAll('x')"],
      ['example/b/', 'example/b'],
      ['(view.BYTES_PER_ELEMENT || 1)', '1'],
    ]);
  });
});

describe('results that promise their values one after another', { timeout: 180_000 }, () => {
  it('[TST-01] are gone through, to their end, to a failure, or as far as is enough', () => {
    const index = `
      exports.count = async function* (n) { yield 1; yield typeof n; return 'end'; };
      exports.fail = async function* (n) { yield 2; throw new Error(typeof n); };
      exports.ever = async function* () { for (let at = 0; ; at += 1) yield at % 7; };`;
    const tests = run(index);
    expect(tests.resultOf('sample.ever()')).toMatch(/gives\(0\) gives\(1\)/);
    expectNoticed(tests, [
      ['yield typeof n', 'yield n'],
      ["return 'end'", ''],
      ['Error(typeof n)', "Error('n')"],
      ['at % 7', 'at % 5'],
    ]);
  });
});
