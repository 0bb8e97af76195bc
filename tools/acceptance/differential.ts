import { resolve } from 'node:path';
import { run } from './workspace.ts';

const PROGRAM = resolve('tools/acceptance/differential.mjs');

/**
 * Calls everything that the modules of a package export with seeded random arguments.
 * @param root folder of the package
 * @param plan path of the JSON file that `differential.mjs` reads
 * Memory that nobody wrote to is empty: it would be another one each time.
 * @returns one line per call, the same for packages that behave the same wherever they lie
 */
export const observedCalls = (root: string, plan: string): string[] =>
  run(process.execPath, ['--zero-fill-buffers', PROGRAM, root, plan], root, 120_000)
    .stdout.replaceAll(root, '<root>')
    .split('\n');
