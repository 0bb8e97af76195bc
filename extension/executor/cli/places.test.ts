import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placesTogether } from './places.ts';

describe('notes about places', () => {
  it('[EXE-07] are one where only the line differs, and each line is named', () => {
    expect(
      placesTogether(['a.js:1: frozen', 'a.js:1: this', 'a.js:3: frozen', 'a.js:7: frozen', 'a.js:9: this']),
    ).toEqual(['a.js:1, 3 and 7: frozen', 'a.js:1 and 9: this']);
  });

  it('[EXE-07] stay apart for another file or reason, and without a place', () => {
    const notes = ['a.js:1: x', 'b.js:1: x', 'a.js:1: y', 'a.js: x', 'Nothing: 1: of this', ''];
    expect(placesTogether(notes)).toEqual(notes);
  });

  it('[EXE-07] lose no line and no reason, whatever they hold', () => {
    const note = fc.oneof(
      fc.string(),
      fc
        .tuple(
          fc.constantFrom('a', 'b.js', '[1]'),
          fc.integer({ min: 1, max: 9 }),
          fc.constantFrom('x', 'y: 2: z'),
        )
        .map(([path, line, reason]) => `${path}:${line}: ${reason}`),
    );
    fc.assert(
      fc.property(fc.uniqueArray(note), (notes) => {
        const apart = placesTogether(notes).flatMap((one) => {
          const match = /^(.*?):([\d, and]+): (.*)$/su.exec(one);
          return match === null || !/\d/u.test(match[2] ?? '')
            ? [one]
            : (match[2] ?? '').split(/, | and /u).map((line) => `${match[1]}:${line}: ${match[3]}`);
        });
        expect(apart.toSorted()).toEqual(notes.toSorted());
      }),
    );
  });
});
