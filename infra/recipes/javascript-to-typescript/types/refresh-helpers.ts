import { exportConstructors } from './constructors.ts';
import { countPositions } from './count.ts';
import { inferInstances } from './instances.ts';
import { repairErrors } from './repair/repair.ts';
import type { Work } from './work.ts';

/** What one member says may settle another; more rounds than this change nothing. */
const ROUNDS = 3;

/**
 * Writes the interfaces of instances and constructors once more, from what repairs have made of the functions behind them:
 * what gave nothing known when they were written may do so now. Everything is as before when that costs an error or an `any`.
 */
export function refreshHelpers(work: Work): void {
  const cost = () => {
    const view = work.look();
    const sources = view.modules.map((module) => module.source);
    return { errors: work.errors(view).length, any: countPositions(view.checker, sources).any };
  };
  const kept = [...work.books.values()].map((book) => ({ book, edits: book.edits }));
  if (!kept.some(({ edits }) => edits.some(({ key }) => key.startsWith('instance:')))) return;
  const before = cost();
  for (let round = 0; round < ROUNDS; round++) {
    const view = work.look();
    if (inferInstances(view) + exportConstructors(view) === 0) break;
    work.flush();
  }
  repairErrors(work);
  const after = cost();
  if (after.errors <= before.errors && after.any <= before.any) return;
  for (const { book, edits } of kept) book.restore(edits);
  work.flush();
}
