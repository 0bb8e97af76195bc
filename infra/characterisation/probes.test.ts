import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { instrument, watchWays } from './harness/ways.mjs';
import { probesOf } from './probes.ts';

const SOURCE = `(function (a, b) {
  'use strict';
  let out = a && b || 'none';
  if (a ? b : !b) out += 1; else if (a ?? b) { out += 2; }
  for (let i = 0; i < 2 && out; i++) out += i;
  switch (b) { case 1: out += 'one'; break; default: out += typeof a; }
  do { out += '!'; } while (false);
  return out;
})`;

function instrumented(source: string): string {
  const parsed = ts.createSourceFile('x.js', source, ts.ScriptTarget.ESNext, true, ts.ScriptKind.JS);
  return instrument(source, probesOf(parsed).probes, 0);
}

describe('probes', () => {
  it('[TST-01] tell the ways of two calls apart without changing what they return', () => {
    const marks: string[] = [];
    const note = (id: number, value: unknown): unknown => {
      marks.push(`${id}:${Boolean(value)}`);
      return value;
    };
    const original: unknown = new Function(`return ${SOURCE}`)();
    const same = (_id: number, value: unknown): unknown => value;
    const compared: string[] = [];
    const compare = (_id: number, _partner: number, value: unknown): unknown => {
      compared.push(String(value));
      return value;
    };
    const names = ['__iamaTruth', '__iamaValue', '__iamaLeft', '__iamaRight'];
    const watched: unknown = new Function(...names, `return ${instrumented(SOURCE)}`)(
      note,
      note,
      same,
      compare,
    );
    if (typeof original !== 'function' || typeof watched !== 'function') throw new Error('not a function');
    const ways = new Set<string>();
    const inputs: readonly (readonly unknown[])[] = [
      [0, 0],
      [1, 1],
      [1, 2],
      ['x', null],
      [null, 1],
    ];
    for (const args of inputs) {
      marks.length = 0;
      expect(Reflect.apply(watched, undefined, [...args])).toBe(
        Reflect.apply(original, undefined, [...args]),
      );
      ways.add(marks.join());
    }
    expect(ways.size).toBe(4);
    // The bound of the loop and the label of the case are what inputs can be made to meet.
    expect(new Set(compared)).toEqual(new Set(['2', '1']));
  });

  it('[TST-05] go on giving their value when the code comes back after the watch ended', () => {
    watchWays('/nowhere', {}).stop();
    const late: unknown = new Function(`return ${instrumented(SOURCE)}`)();
    const original: unknown = new Function(`return ${SOURCE}`)();
    if (typeof late !== 'function' || typeof original !== 'function') throw new Error('not a function');
    expect(Reflect.apply(late, undefined, [1, 2])).toBe(Reflect.apply(original, undefined, [1, 2]));
  });
});
