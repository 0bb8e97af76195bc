import { describe, expect, it } from 'vitest';
import { moduleRoot, surfaceText } from './load.mjs';

describe('load', () => {
  it('[TST-01] records what a module offers, and sees a lost member, another arity and a lost method', () => {
    const legacy = Object.assign((_a: unknown, _b: unknown) => 1, { parse: (_: unknown) => 1 });
    const text = surfaceText(legacy);
    expect(text).toBe('function/2 {parse: function/1}');
    expect(surfaceText((_a: unknown, _b: unknown) => 1)).not.toBe(text);
    expect(surfaceText(Object.assign((_a: unknown) => 1, { parse: (_: unknown) => 1 }))).not.toBe(text);
    class Full {
      go(): void {
        expect.fail();
      }
    }
    expect(surfaceText(Full)).toBe('function/0 {} prototype {go: function/0}');
  });

  it('[TST-01] sees an ES module with a callable default as its CommonJS form', () => {
    const parse = (): number => 1;
    expect(moduleRoot({ __esModule: true, default: parse })).toBe(parse);
    expect(moduleRoot({ __esModule: true, parse })).toEqual({ parse });
    expect(moduleRoot({ default: 1, parse })).toEqual({ default: 1, parse });
  });
});
