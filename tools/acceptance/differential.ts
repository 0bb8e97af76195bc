import { resolve } from 'node:path';
import { run } from './workspace.ts';

const PROGRAM = resolve('tools/acceptance/differential.mjs');

/** Stands in the place of what a package had no time for: an honest one on a busy machine, or one that never ends. */
export const OUT_OF_TIME = '(no time was left for more)';

/**
 * Calls everything that the modules of a package export with seeded random arguments.
 * @param root folder of the package
 * @param plan path of the JSON file that `differential.mjs` reads
 * Memory that nobody wrote to is empty: it would be another one each time.
 * @param timeoutMs what is not shown within this time is not shown
 * @returns one line per call, the same for packages that behave the same wherever they lie; the last is `OUT_OF_TIME` where time was
 */
export const observedCalls = (root: string, plan: string, timeoutMs = 300_000): string[] => {
  const shown = run(process.execPath, ['--zero-fill-buffers', PROGRAM, root, plan], root, timeoutMs);
  const lines = shown.stdout.replaceAll(root, '<root>').split('\n');
  return shown.timedOut ? [...lines.slice(0, -1), OUT_OF_TIME] : lines;
};

/**
 * The first line that differs, of both; null where none does. Where the original had no time for more, what comes after is not
 * compared; a delivery that had none is another than an original that had.
 */
export const firstDifference = (
  before: readonly string[],
  after: readonly string[],
): readonly [string, string] | null => {
  const least = before.at(-1) === OUT_OF_TIME ? before.length - 1 : Math.max(before.length, after.length);
  const most = after.at(-1) === OUT_OF_TIME && least < before.length ? after.length - 1 : least;
  for (let at = 0; at < Math.min(least, most); at += 1)
    if (before[at] !== after[at]) return [before[at] ?? '(nothing)', after[at] ?? '(nothing)'];
  return null;
};
