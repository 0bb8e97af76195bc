import { describe, expect, it } from 'vitest';
import { exportFloor, gapsOf } from './export-floor.ts';

const subject = (name: string, calls: number, returned: number) => ({ name, calls, returned });

describe('gapsOf', () => {
  it('[TST-01] names exports that were not called, that only threw, and that gave too few values', () => {
    const all = [subject('few', 9, 2), subject('fine', 9, 3), subject('threw', 4, 0), subject('never', 0, 0)];
    expect(gapsOf(all, 3)).toEqual([
      { name: 'never', why: 'no call of it could be recorded' },
      { name: 'threw', why: 'each of its 4 recorded calls throws' },
      { name: 'few', why: 'only 2 of its 9 recorded calls give a value' },
    ]);
    expect(gapsOf(all, 1).map(({ name }) => name)).toEqual(['never', 'threw']);
  });
});

describe('exportFloor', () => {
  it('is one value unless a whole number is configured', () => {
    expect(exportFloor({})).toBe(1);
    expect(exportFloor({ IAMA_EXPORT_FLOOR: '5' })).toBe(5);
    for (const wrong of ['0', '-2', 'many', '1.5']) expect(exportFloor({ IAMA_EXPORT_FLOOR: wrong })).toBe(1);
  });
});
