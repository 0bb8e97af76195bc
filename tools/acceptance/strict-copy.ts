import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asStrict } from '../../extension/executor/test-run/as-strict.ts';
import { filesOf } from './workspace.ts';

/**
 * A copy of the original in which the files that the delivery converted are strict code, and nothing else is changed.
 *
 * @returns its folder, beside the original
 */
export const strictCopy = (original: string, delivered: string): string => {
  const copy = `${original}.strict`;
  cpSync(original, copy, { recursive: true, verbatimSymlinks: true });
  for (const path of filesOf(original)) {
    const source = path.replace(/js$/, 'ts');
    if (!/\.c?js$/.test(path) || !existsSync(join(delivered, source)) || existsSync(join(original, source)))
      continue;
    writeFileSync(join(copy, path), asStrict(readFileSync(join(original, path), 'utf8')));
  }
  return copy;
};
