import { describe, expect, it } from 'vitest';
import { UPCASTERS } from '../../infra/event-store/forms/upcasters.ts';
import { complaints } from './compare.ts';
import { eventShapes } from './event-shapes.ts';
import { goldenOf, goldens } from './golden.ts';
import { fits, type Shape, sampleOf } from './shapes.ts';

const v1: Shape = { object: { name: 'string', 'note?': 'string' } };
const v2: Shape = { object: { names: { list: 'string' } } };
const upcasters = new Map([
  ['Named', [({ name }: Readonly<Record<string, unknown>>) => ({ names: [name] })]],
]);

describe('forms of events', () => {
  it('[ES-08] complain of a changed event without an upcaster, and of one that does not read the old form', () => {
    const kept = [goldenOf('Named', 1, v1)];
    expect(complaints(new Map([['Named', v1]]), new Map(), kept)).toEqual([]);
    expect(complaints(new Map([['Named', v2]]), new Map(), kept)[0]).toContain('add an upcaster');
    expect(complaints(new Map([['Named', v2]]), upcasters, kept)).toEqual([
      'Named: the form of version 2 is not kept: npm run forms:generate',
    ]);
    const both = [...kept, goldenOf('Named', 2, v2)];
    expect(complaints(new Map([['Named', v2]]), upcasters, both)).toEqual([]);
    const wrong = new Map([['Named', [() => ({ names: 'a' })]]]);
    expect(complaints(new Map([['Named', v2]]), wrong, both)).toContain(
      "Named: version 1 is not read as today's",
    );
    expect(complaints(new Map([['Named', v2]]), new Map(), both)).toContain(
      'Named: version 2 has lost its upcaster',
    );
    expect(complaints(new Map(), upcasters, kept)[0]).toContain('no definition is left');
  });

  it('[ES-08] keeps every version of every event that the domain defines, each read as today’s', () => {
    const shapes = eventShapes();
    expect(shapes.size).toBeGreaterThan(100);
    expect(complaints(shapes, UPCASTERS, goldens())).toEqual([]);
  });

  it('[ES-08] takes a shape for what it says', () => {
    const shape: Shape = {
      object: {
        a: { oneOf: ['null', { list: 'number' }] },
        'b?': { object: { '*': 'boolean' } },
        c: { is: 'X' },
      },
    };
    for (const much of [true, false]) expect(fits(shape, sampleOf(shape, much))).toBe(true);
    for (const wrong of [
      { a: ['1'], c: 'X' },
      { a: null },
      { a: null, c: 'Y' },
      { a: null, c: 'X', d: 1 },
      { a: null, c: 'X', b: { x: 1 } },
      [],
    ])
      expect(fits(shape, wrong)).toBe(false);
  });
});
