import type { Coverage, Ratio } from './coverage.ts';

/** Less than this share of the branches, or of the functions, is no proof of a refactoring (docs/decisions/0031). */
const COVERAGE_FLOOR = 0.5;

const isBelow = ({ covered, total }: Ratio): boolean => total > 0 && covered / total < COVERAGE_FLOOR;

const percentOf = ({ covered, total }: Ratio): number => Math.floor((100 * covered) / total);

/** A sentence that says why `what` proves too little; null where it proves enough. */
export function tooLittleCovered(
  { branches, functions }: Readonly<Pick<Coverage, 'branches' | 'functions'>>,
  what = 'what could be recorded reaches',
): string | null {
  const low = [
    isBelow(branches)
      ? `${percentOf(branches)}% of the branches (${branches.covered} of ${branches.total})`
      : null,
    isBelow(functions)
      ? `${percentOf(functions)}% of the functions (${functions.covered} of ${functions.total})`
      : null,
  ].filter((part) => part !== null);
  if (low.length === 0) return null;
  return `COVERAGE_TOO_LOW: ${what} only ${low.join(' and ')}; below ${COVERAGE_FLOOR * 100}% it would not show what a change breaks`;
}
