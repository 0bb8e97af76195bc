import { describe, expect, it } from 'vitest';
import { tooLittleCovered } from './coverage-floor.ts';

const ratio = (covered: number, total: number) => ({ covered, total });

describe('the floor of coverage', () => {
  it('[TST-05] stops where less than half of the branches or of the functions was reached, and says how much', () => {
    expect(tooLittleCovered({ branches: ratio(4, 9), functions: ratio(3, 3) })).toBe(
      'COVERAGE_TOO_LOW: what could be recorded reaches only 44% of the branches (4 of 9); below 50% it would not show what a change breaks',
    );
    expect(tooLittleCovered({ branches: ratio(9, 9), functions: ratio(0, 2) })).toContain(
      '0% of the functions (0 of 2)',
    );
    expect(tooLittleCovered({ branches: ratio(0, 1), functions: ratio(0, 1) })).toContain(' and ');
  });

  it('[TST-05] lets through what reaches half, and code that has neither branches nor functions', () => {
    expect(tooLittleCovered({ branches: ratio(5, 10), functions: ratio(1, 2) })).toBeNull();
    expect(tooLittleCovered({ branches: ratio(0, 0), functions: ratio(0, 0) })).toBeNull();
  });
});
