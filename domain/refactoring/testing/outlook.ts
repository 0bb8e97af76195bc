import type { CodeFigures, Outlook } from '../proposals.ts';

/** A project of two files, and what its conversion would do. */
export const figures: CodeFigures = {
  files: 2,
  lines: 80,
  functions: 7,
  branches: 12,
  dependencies: [
    { name: 'ms', typed: true },
    { name: 'old', typed: false },
  ],
};

export const outlook: Outlook = {
  strategy: 'STANDARD',
  filesTouched: ['index.js', 'package.json'],
  moduleSystem: 'COMMONJS',
  moduleSystemReason: 'It is published.',
  movesToEsm: false,
  variables: 0,
  classes: 0,
  left: [],
  refused: [],
  conditions: [],
  places: [],
};

/** What becomes another where it becomes ES modules. */
export const toEsm = { moduleSystem: 'ESM', movesToEsm: true } as const;
