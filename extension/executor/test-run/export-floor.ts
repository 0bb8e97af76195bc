import type { ExercisedSubject } from './snapshots.ts';

/** Fewer recorded calls of an export that gave a value leave a change of it unproven (docs/decisions/0031). */
const DEFAULT_FLOOR = 1;

/** An export whose behaviour the recorded tests do not hold, and why. */
export type ExportGap = Readonly<{ name: string; why: string }>;

/** The least number of calls of an export that have to give a value: `IAMA_EXPORT_FLOOR` or 1. */
export const exportFloor = (env: NodeJS.ProcessEnv = process.env): number => {
  const configured = Number(env['IAMA_EXPORT_FLOOR'] ?? '');
  return Number.isInteger(configured) && configured > 0 ? configured : DEFAULT_FLOOR;
};

/** The exports below the floor, those that were not called at all first. */
export function gapsOf(subjects: readonly ExercisedSubject[], floor: number): readonly ExportGap[] {
  return subjects
    .filter(({ returned }) => returned < floor)
    .toSorted((a, b) => a.calls - b.calls)
    .map(({ name, calls, returned }) => {
      if (calls === 0) return { name, why: 'no call of it could be recorded' };
      if (returned === 0) return { name, why: `each of its ${calls} recorded calls throws` };
      return { name, why: `only ${returned} of its ${calls} recorded calls give a value` };
    });
}
