import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ACCOUNT_FORM } from '../../domain/billing/account/form.ts';

/** What makes an account of stored events: the fold, and the readers of older events. */
const ROOTS = [
  'domain/billing/account/evolve.ts',
  'domain/billing/account/state.ts',
  'domain/billing/upcasters.ts',
];
const IMPORT = /^(?:import|export) (?!type )[^;]*?from '(\.[^']+)'/gm;

const withImports = (files: readonly string[]): readonly string[] => {
  const found = new Set(files);
  for (const file of found)
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(IMPORT))
      found.add(normalize(join(dirname(file), name)));
  return [...found].sort();
};

describe('the form of an account', () => {
  it('[ES-09] [BIL-04] is the hash of all that makes its state, so that no snapshot of another release is believed', () => {
    const hash = createHash('sha256');
    const files = withImports(ROOTS);
    for (const file of files) hash.update(`${file}\n${readFileSync(file, 'utf8')}\n`);
    expect(files).toContain('domain/billing/account/lots.ts');
    expect(hash.digest('hex'), 'write this into domain/billing/account/form.ts').toBe(ACCOUNT_FORM);
  });
});
