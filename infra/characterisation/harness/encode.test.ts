import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEncoder } from './encode.mjs';

const text = (value: unknown): string => createEncoder().text(value);

describe('encode', () => {
  it('[TST-01] tells apart values that look alike', () => {
    const alike: readonly (readonly [unknown, unknown])[] = [
      [0, -0],
      [undefined, null],
      [1, '1'],
      [1, 1n],
      [NaN, 'NaN'],
      [1, Object(1)],
      [[], {}],
      [[undefined], new Array(1)],
      [{}, Object.create(null)],
      [{ a: undefined }, {}],
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      [new Map(), new Set()],
      [/a/g, /a/],
      [new Error('a'), new TypeError('a')],
      [new Error('a'), new Error('b')],
      [Object.assign(new Error('a'), { code: 'E' }), new Error('a')],
      [Object.assign([1], { type: 'bytes' }), [1]],
      [new Date(0), new Date(1)],
      [Symbol('a'), 'a'],
      [() => 1, (_: unknown) => 1],
      [Buffer.from('a'), Buffer.from('b')],
      [Promise.resolve, Promise],
      [Object.defineProperty({}, 'a', { value: 1 }), { a: 1 }],
      ['x'.repeat(9_000), `${'x'.repeat(8_999)}y`],
    ];
    for (const [one, other] of alike) expect(text(one), text(other)).not.toBe(text(other));
  });

  it('[TST-01] gives equal texts for equal data', () => {
    fc.assert(fc.property(fc.object(), (value) => text(structuredClone(value)) === text(value)));
  });

  it('[TST-01] ends on cycles, deep and large values, and on getters that throw', () => {
    const cycle: Record<string, unknown> = { name: 'a' };
    cycle['self'] = cycle;
    expect(text(cycle)).toBe('{name: "a", self: <ref 0>}');
    let deep: unknown = 1;
    for (let i = 0; i < 500; i += 1) deep = [deep];
    expect(text(deep)).toContain('<cut>');
    expect(text(Array.from({ length: 100_000 }, (_, i) => i)).length).toBeLessThan(5_000);
    const throwing = Object.defineProperty({}, 'x', {
      enumerable: true,
      get: () => {
        throw new RangeError('no');
      },
    });
    expect(text(throwing)).toBe('{x: <throws RangeError("no")>}');
  });

  it('[TST-01] leaves out what a legitimate refactoring changes', () => {
    function Legacy(this: { b: number; a: number }) {
      this.b = 1;
      this.a = 2;
    }
    const Modern = {
      Legacy: class Legacy {
        a = 2;
        b = 1;
      },
    }.Legacy;
    expect(text(Reflect.construct(Legacy, []))).toBe(text(new Modern()));
    const named = function named() {
      return 1;
    };
    expect(text(named)).toBe(text(() => 1));
    const engine = (read: () => unknown): unknown => {
      try {
        return read();
      } catch (error) {
        return error;
      }
    };
    const nothing: unknown = undefined;
    expect(text(engine(() => Reflect.get(Object(nothing), 'a').b))).toBe('TypeError(<engine>)');
    expect(text(new TypeError('argument str must be a string'))).toContain('argument str');
  });
});
