import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACCOUNT_FORM } from '../../domain/billing/account/form.ts';
import { codeHash } from './testing/code-hash.ts';

/** What makes an account of stored events: the fold, and the readers of older events. */
const ROOTS = [
  'domain/billing/account/evolve.ts',
  'domain/billing/account/state.ts',
  'domain/billing/upcasters.ts',
];
const read = (file: string): string => readFileSync(file, 'utf8');

describe('the form of an account', () => {
  it('[ES-09] [BIL-04] is the hash of the code that makes its state, so that no snapshot of another release is believed', () => {
    const { hash, files } = codeHash(ROOTS, read);
    expect(files).toContain('domain/billing/account/lots.ts');
    expect(hash, 'write this into domain/billing/account/form.ts').toBe(ACCOUNT_FORM);
  });

  it('[ES-09] stays when comments of these files are edited, and does not when one of them runs otherwise', () => {
    const changed = (change: (text: string) => string, only = ''): string =>
      codeHash(ROOTS, (file) => (file.includes(only) ? change(read(file)) : read(file))).hash;
    const today = changed((text) => text);
    const commented = (text: string): string =>
      `/** Another word. */\n${text.replaceAll(/^ *\/\/.*$/gm, '')}// The end.\n`;
    expect(changed(commented)).toBe(today);
    const otherwise = (text: string): string => text.replace("?? 'MONTH'", "?? 'INVOICE'");
    expect(changed(otherwise, 'account/evolve.ts')).not.toBe(today);
  });
});
