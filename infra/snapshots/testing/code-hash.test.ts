import { describe, expect, it } from 'vitest';
import { codeHash } from './code-hash.ts';

const FOLD = `import { step } from './step.ts';
import type { State } from './state.ts';

/** Adds up. */
export const fold = (state: State, amounts: readonly number[]): State => {
  // From the first on.
  const sum = amounts.reduce((all, amount) => step(all, amount), state.sum);
  return { ...state, sum, 'all-of-it': [sum, 1], note: \`\${sum} of \${amounts.length}\` };
};
`;
const STEP = 'export const step = (all: number, amount: number): number => all + amount;\n';

const hashOf = (fold: string, step = STEP): string =>
  codeHash(['a/fold.ts'], (file) => (file === 'a/fold.ts' ? fold : step)).hash;
const edited = (from: string, to: string): string => {
  expect(FOLD).toContain(from);
  return FOLD.replace(from, to);
};
const before = hashOf(FOLD);

describe('the hash of code', () => {
  it('[ES-09] is another one after each edit of what runs, wherever it is imported from', () => {
    const edits = [
      edited('...state, sum,', 'sum, ...state,'),
      edited('state.sum)', 'state.sums)'),
      edited('state.sum)', 'state?.sum)'),
      edited('[sum, 1]', '[sum, 1n]'),
      edited('[sum, 1]', '[sum, -1]'),
      edited('[sum, 1]', '[[sum], 1]'),
      edited('[sum, 1]', '[sum, 1, ,]'),
      edited("'all-of-it'", "'all-of-it '"),
      edited('} of ${', '}  of ${'),
      edited('const sum', 'let sum'),
      edited('state.sum)', '!state.sum)'),
      edited('=> step(all, amount)', '=> step(amount, all)'),
      edited("'./step.ts'", "'./other.ts'"),
    ].map((fold) => hashOf(fold));
    const imported = [STEP.replace('+', '-'), STEP.replace('all + amount', '(all, amount)')];
    const hashes = [before, ...edits, ...imported.map((step) => hashOf(FOLD, step))];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('[ES-09] stays after an edit of comments, of types and of the layout', () => {
    const same = [
      edited('/** Adds up. */\n', ''),
      edited('Adds up.', 'Adds all up, "in turn".'),
      edited('// From the first on.', '/* const sum = 1; */ // One */ more.'),
      edited('[sum, 1],', '[sum /* so far */, 1], // and\n'),
      edited("import type { State } from './state.ts';\n", ''),
      edited('readonly number[]): State', 'ReadonlyArray<number>)'),
      edited("'all-of-it'", '"all-of-it"'),
      edited('[sum, 1]', '[\n    sum,\n    1,\n  ]'),
      FOLD.replaceAll(';\n', '\n'),
      FOLD.replaceAll('  ', '\t').replaceAll('\n', '\r\n'),
    ];
    expect(same.map((fold) => hashOf(fold))).toEqual(same.map(() => before));
    expect(hashOf(FOLD, `// why\n${STEP}`)).toBe(before);
  });

  it('[ES-09] is of all files that are imported to run, and of no others', () => {
    const read = (file: string): string => (file === 'a/fold.ts' ? FOLD : STEP);
    expect(codeHash(['a/fold.ts'], read).files).toEqual(['a/fold.ts', 'a/step.ts']);
  });
});
