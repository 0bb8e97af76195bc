import { countPositions, type Positions } from './count.ts';
import { repairErrors } from './repair/repair.ts';
import type { Work } from './work.ts';

/**
 * Makes a change and repairs what follows; everything is as before when that leaves an error more. So it is for positions of
 * `any`, where `more` is given: that says how many more there may be, from what there is then. Returns whether it was kept.
 */
export function attempt(work: Work, change: () => void, more?: (after: Positions) => number): boolean {
  const cost = () => {
    const view = work.look();
    const errors = work.errors(view).length;
    if (more === undefined) return { errors, annotated: 0, any: 0 };
    const sources = view.modules.map((module) => module.source);
    return { errors, ...countPositions(view.checker, sources) };
  };
  const before = cost();
  const kept = [...work.books.values()].map((book) => ({ book, edits: book.edits }));
  change();
  work.flush();
  repairErrors(work);
  const after = cost();
  if (after.errors <= before.errors && after.any <= before.any + (more?.(after) ?? 0)) return true;
  for (const { book, edits } of kept) book.restore(edits);
  work.flush();
  return false;
}
