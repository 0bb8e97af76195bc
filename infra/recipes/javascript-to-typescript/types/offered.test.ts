import { describe, expect, it, vi } from 'vitest';
import { told } from './testing.ts';

vi.setConfig({ testTimeout: 60_000 });

describe('what others may pass to what is given out', () => {
  it('[LLM-10] is no less than before where the code uses it, whatever its own calls pass', () => {
    const source = [
      "function F (s) { return inner(s) + '1' }",
      'function inner (s) { return s.trim() }',
      'F.inner = inner',
      'F.up = function (o, k) { return o[k.toUpperCase()] }',
      "F.no = function (o, k) { return k + ':' + String(o[k]) }",
      'export = F',
    ].join('\n');
    const { errors } = told(source, [
      'f.inner(1)',
      'f.up({}, 1)',
      'f.no({}, Symbol.iterator)',
      "f.inner('a')",
    ]);
    expect(errors).toEqual([
      expect.stringMatching(/^void f\.inner\(1\): .*not assignable to parameter of type 'string'/),
      expect.stringMatching(/^void f\.up\({}, 1\): .*not assignable to parameter of type 'string'/),
      expect.stringMatching(/^void f\.no\(.*not assignable to parameter of type 'string \| number'/),
    ]);
  });

  it('[LLM-10] is anything where nothing is asked of it, and any name of an entry where it is one', () => {
    const source = [
      'function wrap (x) { return [x] }',
      'function same (a, b) { return a === b }',
      'function Box (x) { this.x = x }',
      'Box.prototype.get = function () { return this.x }',
      "function two () { return wrap('a').concat(wrap('b'), new Box('c').get(), same(1, 2)) }",
      'function at (o, k) { return o[k] }',
      'function set (o, k, v) { if (Object.prototype.hasOwnProperty.call(o, k)) return o[k]; o[k] = v; return v }',
      'function pick (o, keys) { const r = {}; for (let i = 0; i < keys.length; i++) r[keys[i]] = o[keys[i]]; return r }',
      "function one (k) { if (!k) throw new Error('no ' + k); return { [k]: 1 } }",
      'export = { wrap, same, Box: Box, two, at, set, pick, one }',
    ].join('\n');
    const calls = [
      'f.wrap(1)',
      'f.wrap({ a: 1 })',
      "f.same('a', null)",
      'new f.Box(1)',
      'f.two().length.toFixed()',
      "f.at({ a: 1 }, 'a')",
      'f.at([1], 0)',
      'f.at({}, Symbol.iterator)',
      'f.set({}, Symbol.iterator, 1)',
      'f.pick({ 1: 1 }, [1])',
      'f.one(1)',
    ];
    expect(told(source, calls)).toEqual({ errors: [], any: 0 });
  });

  it('[LLM-10] are callbacks that name the kind of what they are given, also where it makes an instance', () => {
    const source = [
      'function Queue (list, compare) { if (!(this instanceof Queue)) return new Queue(list, compare); this.list = list || []; this.compare = compare || byOrder }',
      'function byOrder (a, b) { return a < b ? -1 : a > b ? 1 : 0 }',
      'Queue.prototype.sort = function () { this.list.sort(this.compare); return this }',
      'Queue.prototype.each = function (fn) { for (let i = 0; i < this.list.length; i++) fn(this.list[i]) }',
      'export = Queue',
    ].join('\n');
    const calls = [
      'new f([{ v: 1 }], (a: { v: number }, b: { v: number }) => a.v - b.v).sort()',
      "f(['a'], (a: string, b: string) => a.length - b.length)",
      'new f([1], (a, b) => a - b)',
      'new f([1]).each((n: number) => n.toFixed())',
    ];
    expect(told(source, calls).errors).toEqual([]);
  });

  it('[LLM-10] are functions that give lists, whose places are taken apart each in its own way, and not lists of functions', () => {
    const source = [
      'export = function (o, mapper) {',
      '  const r = {}',
      '  for (const k of Object.keys(o)) {',
      '    const mapped = mapper(k, o[k], o)',
      '    let [key, value, { deep = true } = {}] = mapped',
      "    if (deep && typeof value === 'object') value = Object.assign({}, value)",
      '    r[key] = value',
      '  }',
      '  return r',
      '}',
    ].join('\n');
    const calls = ['f({ a: 1 }, (k: string, v: unknown) => [k, v])', 'f({}, (k, v) => [v, k, { deep: 1 }])'];
    const wrong = 'f({ a: 1 }, () => [1]).a.trim()';
    expect(told(source, [...calls, wrong])).toEqual({ errors: [expect.stringContaining(wrong)], any: 1 });
  });

  it('[LLM-10] are arguments that have a name only, and properties of the kind from before another is put in', () => {
    const source = [
      'function mix (target, objects) { for (let i = 1; i < arguments.length; i++) Object.assign(target, arguments[i]); return target }',
      "function two (a, b) { if (arguments.length < 2) throw new Error('two'); return [].concat.apply([a * 1], arguments) }",
      'function raw (a, b) { return arguments[1].trim() + a * 1 }',
      "function settle (o) { o.tags = o.tags.split(','); o.n = String(o.n * 2); return o }",
      'export = { mix, two, raw, settle }',
    ].join('\n');
    const calls = ['f.mix({})', "f.settle({ tags: 'a,b', n: 1 }).n", 'f.two(1)', 'f.raw(1)'];
    expect(told(source, calls).errors).toEqual([
      expect.stringMatching(/^void f\.two\(1\)/),
      expect.stringMatching(/^void f\.raw\(1\)/),
    ]);
  });
});
