import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { PROGRAMS } from './programs.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const IMPORTS = /\b(?:from|import|import\()\s*'([\w@./:-]+)'/g;

/** Every file that the programs of the image load, by its path from the root, and every package. */
const loaded = (entries: readonly string[]): Readonly<{ files: Set<string>; packages: Set<string> }> => {
  const [files, packages] = [new Set<string>(), new Set<string>()];
  const load = (path: string): void => {
    const name = relative(ROOT, path);
    if (files.has(name) || !existsSync(path)) return;
    files.add(name);
    for (const [statement, specifier = ''] of readFileSync(path, 'utf8').matchAll(IMPORTS))
      if (specifier.startsWith('.')) load(join(dirname(path), specifier));
      else if (!specifier.startsWith('node:') && !statement.includes('type '))
        packages.add(/^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier);
  };
  for (const entry of entries) load(entry);
  return { files, packages };
};

const pattern = (line: string): RegExp =>
  new RegExp(
    `^${line
      .replaceAll('.', '\\.')
      .replaceAll('**/', '\0')
      .replaceAll('*', '[^/]*')
      .replaceAll('\0', '(?:.*/)?')}(?:/|$)`,
  );

/** As Docker reads `.dockerignore`: the last line that matches counts. */
const ignores = (path: string): boolean =>
  readFileSync(join(ROOT, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .reduce((out, line) => {
      const [isBack, text] = [line.startsWith('!'), line.replace(/^!/, '')];
      return pattern(text).test(path) ? !isBack : out;
    }, false);

it('[OPS-13] the image holds every file that its programs load, and they load no package of development', () => {
  const { files, packages } = loaded(
    // The command line names its two rooms only when it runs.
    [
      ...Object.values(PROGRAMS),
      './command.ts',
      './healthy.ts',
      '../../extension/executor/cli/program.ts',
      '../main/cli/commands.ts',
    ].map((entry) => join(import.meta.dirname, entry)),
  );
  expect(files.size).toBeGreaterThan(300);
  expect([...files].filter(ignores)).toEqual([]);
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const known = Object.keys(dependencies);
  expect(packages.size).toBeGreaterThan(10);
  expect([...packages].filter((name) => !known.includes(name))).toEqual([]);
  // What is beside is left at home.
  for (const path of [
    'infra/main/config.test.ts',
    'tools/demo/main.ts',
    'infra/deploy/secrets/tree-key',
    '.git/HEAD',
  ])
    expect([path, ignores(path)]).toEqual([path, true]);
});
