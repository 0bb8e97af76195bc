import { existsSync, globSync, realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { inView, onDisk } from '../native-runner/file-view.ts';
import { isolationHere } from '../native-runner/isolation.ts';
import { runProcess } from '../native-runner/run-process.ts';
import type { Shadow } from '../workspace/shadow.ts';

/** The package's own tests, as its `test` script runs them; arguments of Node, one list per command. */
export type OwnTests = Readonly<{ name: string; commands: readonly (readonly string[])[] }>;

export type OwnTestsResult = Readonly<{ passed: boolean; timedOut: boolean; excerpt: string }>;

/** Parts of a test script that judge style, not behaviour. */
const NOT_TESTS = new Set([
  'eslint',
  'standard',
  'xo',
  'prettier',
  'jshint',
  'tsd',
  'dtslint',
  'biome',
  'tsc',
]);
/** Wrappers whose only effect is a coverage report. */
const WRAPPERS = new Set(['nyc', 'c8', 'istanbul']);
const MAX_NESTING = 4;
const EXCERPT = 2_000;

const wordsOf = (command: string): string[] =>
  (command.match(/'[^']*'|"[^"]*"|\S+/gu) ?? []).map((word) => word.replace(/^(['"])(.*)\1$/su, '$2'));

const expand = (root: string, words: readonly string[]): string[] =>
  words.flatMap((word) => {
    if (!/[*?{[]/u.test(word) || word.startsWith('-')) return [word];
    const files = globSync(word, { cwd: root }).sort();
    return files.length > 0 ? files : [word];
  });

/** Where a package of the shadow says that its program lies; for packages that were linked, so that they have no `.bin`. */
const declaredBinary = async ({ root, view }: Shadow, name: string): Promise<string | null> => {
  const manifest = onDisk(view, join(root, 'node_modules', name, 'package.json'));
  if (!existsSync(manifest)) return null;
  const json: unknown = JSON.parse(await readFile(manifest, 'utf8'));
  const bin: unknown = typeof json === 'object' && json !== null && 'bin' in json ? json.bin : null;
  const path = typeof bin === 'object' && bin !== null ? new Map(Object.entries(bin)).get(name) : bin;
  return typeof path === 'string' ? join(root, 'node_modules', name, path) : null;
};

/** The script of Node behind a path of the shadow, as a process in there sees it; null where there is none. */
const scriptAt = async ({ root, view }: Shadow, path: string): Promise<string | null> => {
  const found = onDisk(view, path);
  if (!existsSync(found)) return null;
  const file = realpathSync(found);
  const seen = inView(view, file);
  if (!seen.startsWith(realpathSync(root) + sep)) return null;
  return /^#!.*\bnode\b/u.test((await readFile(file, 'utf8')).slice(0, 200)) ? seen : null;
};

/** The script behind the name of a program; null where it is missing or is no script of Node. */
const binary = async (shadow: Shadow, name: string): Promise<string | null> => {
  const installed = await scriptAt(shadow, join(shadow.root, 'node_modules', '.bin', name));
  if (installed !== null) return installed;
  const declared = await declaredBinary(shadow, name);
  return declared === null ? null : scriptAt(shadow, declared);
};

type Scripts = Readonly<Record<string, unknown>>;

/** Null: this script cannot be run without a shell or without what is not installed. */
const commandsOf = async (
  shadow: Shadow,
  scripts: Scripts,
  name: string,
  depth: number,
): Promise<string[][] | null> => {
  const script = scripts[name];
  if (typeof script !== 'string' || depth > MAX_NESTING) return null;
  const commands: string[][] = [];
  for (const part of script.split('&&')) {
    let words = wordsOf(part.trim());
    while (
      words[0] !== undefined &&
      (WRAPPERS.has(words[0]) || (words[0].startsWith('--') && commands.length === 0))
    ) {
      words = words.slice(1);
    }
    const [program = '', ...rest] = words;
    if (program === '' || NOT_TESTS.has(program)) continue;
    if (/[|;<>$`&]/u.test(part)) return null;
    if (program === 'npm' && (rest[0] === 'run' || rest[0] === 'run-script' || rest[0] === 'test')) {
      const nested = await commandsOf(
        shadow,
        scripts,
        rest[0] === 'test' ? 'test' : (rest[1] ?? ''),
        depth + 1,
      );
      if (nested === null) return null;
      commands.push(...nested);
      continue;
    }
    const file = program === 'node' ? null : await binary(shadow, program);
    if (program !== 'node' && file === null) return null;
    commands.push([...(file === null ? [] : [file]), ...expand(shadow.root, rest)]);
  }
  return commands;
};

/** Finds the package's own tests in a shadow; null where it ships none, or none that can be run here. */
export const findOwnTests = async (shadow: Shadow): Promise<OwnTests | null> => {
  const manifest = join(shadow.root, 'package.json');
  if (!existsSync(manifest)) return null;
  let json: unknown;
  try {
    json = JSON.parse((await readFile(manifest, 'utf8')).replace(/^\ufeff/u, ''));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const scripts: unknown =
    typeof json === 'object' && json !== null && 'scripts' in json ? json.scripts : null;
  if (typeof scripts === 'object' && scripts !== null && 'test' in scripts) {
    const commands = await commandsOf(shadow, { ...scripts }, 'test', 0);
    if (commands !== null && commands.length > 0) return { name: 'npm test', commands };
  }
  const file = ['test.js', 'test/index.js', 'test/test.js'].find((path) =>
    existsSync(join(shadow.root, path)),
  );
  return file === undefined ? null : { name: file, commands: [[file]] };
};

/** Runs them; they pass when every command ends with 0. */
export const runOwnTests = async (
  shadow: Shadow,
  tests: OwnTests,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<OwnTestsResult> => {
  const isolation = await isolationHere();
  for (const args of tests.commands) {
    const result = await runProcess({
      command: process.execPath,
      args,
      cwd: shadow.root,
      home: shadow.home,
      temp: shadow.temp,
      view: shadow.view,
      isolation,
      timeoutMs,
      signal,
    });
    if (result.exitCode !== 0) {
      const excerpt = `${result.stdout}\n${result.stderr}`
        .trim()
        .slice(-EXCERPT)
        .replaceAll(shadow.root, '.');
      return { passed: false, timedOut: result.timedOut, excerpt };
    }
  }
  return { passed: true, timedOut: false, excerpt: '' };
};
