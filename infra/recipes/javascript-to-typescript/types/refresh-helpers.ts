import { attempt } from './attempt.ts';
import { exportConstructors } from './constructors.ts';
import { inferInstances } from './instances.ts';
import type { Work } from './work.ts';

/** What one member says may settle another; more rounds than this change nothing. */
const ROUNDS = 3;

/**
 * Writes the interfaces of instances and constructors once more, from what repairs have made of the functions behind them:
 * what gave nothing known when they were written may do so now. Everything is as before when that costs an error or an `any`.
 */
export function refreshHelpers(work: Work): void {
  if (hasHelpers(work))
    attempt(
      work,
      () => writeHelpers(work),
      () => 0,
    );
}

const hasHelpers = (work: Work): boolean =>
  [...work.books.values()].some(({ edits }) => edits.some(({ key }) => key.startsWith('instance:')));

/** Writes the interfaces from the functions as they are now. */
export function writeHelpers(work: Work): void {
  if (!hasHelpers(work)) return;
  for (let round = 0; round < ROUNDS; round++) {
    const view = work.look();
    if (inferInstances(view) + exportConstructors(view) === 0) return;
    work.flush();
  }
}
