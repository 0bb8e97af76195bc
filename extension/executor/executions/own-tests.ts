import { existsSync, globSync, realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { TestResult, TestStatus } from '../../../domain/patching/test-report.ts';
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
/** What the tests of the `test` script are called. */
export const SCRIPT = 'npm test';
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
/** A script as arguments of Node, or what it needs that is not here. */
type Script = Readonly<{ commands: string[][] }> | Readonly<{ needs: string }>;

const A_SHELL: Script = { needs: 'a shell' };
/** Of a program or a script, as it may be told: other words of a script may be values. */
const NAME = /^[\w@][\w@.:/-]{0,80}$/u;

const commandsOf = async (shadow: Shadow, scripts: Scripts, name: string, depth: number): Promise<Script> => {
  const script = scripts[name];
  if (typeof script !== 'string')
    return {
      needs: `a script ${NAME.test(name) ? `"${name}"` : 'of another name'}, which package.json does not have`,
    };
  if (depth > MAX_NESTING) return { needs: 'scripts that call each other too often' };
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
    if (/[|;<>$`&]/u.test(part) || !NAME.test(program)) return A_SHELL;
    if (program === 'npm' && (rest[0] === 'run' || rest[0] === 'run-script' || rest[0] === 'test')) {
      const nested = await commandsOf(
        shadow,
        scripts,
        rest[0] === 'test' ? 'test' : (rest[1] ?? ''),
        depth + 1,
      );
      if ('needs' in nested) return nested;
      commands.push(...nested.commands);
      continue;
    }
    const file = program === 'node' ? null : await binary(shadow, program);
    if (program !== 'node' && file === null)
      return { needs: `${program}, which is not in node_modules and may come with npm install` };
    commands.push([...(file === null ? [] : [file]), ...expand(shadow.root, rest)]);
  }
  return { commands };
};

/** What a package has: null where it ships no tests, or none that can be run here; `needs`: what its `test` script lacks. */
export type FoundTests = Readonly<{ tests: OwnTests | null; needs: string | null }>;

const NOTHING: FoundTests = { tests: null, needs: null };

/** Finds the package's own tests in a shadow: those of its `test` script, else those in a file of a usual name. */
export const findOwnTests = async (shadow: Shadow): Promise<FoundTests> => {
  const manifest = join(shadow.root, 'package.json');
  if (!existsSync(manifest)) return NOTHING;
  let json: unknown;
  try {
    json = JSON.parse((await readFile(manifest, 'utf8')).replace(/^\ufeff/u, ''));
  } catch (error) {
    if (error instanceof SyntaxError) return NOTHING;
    throw error;
  }
  const scripts: unknown =
    typeof json === 'object' && json !== null && 'scripts' in json ? json.scripts : null;
  let needs: string | null = null;
  if (typeof scripts === 'object' && scripts !== null && 'test' in scripts) {
    const script = await commandsOf(shadow, { ...scripts }, 'test', 0);
    if ('needs' in script) needs = script.needs;
    else if (script.commands.length > 0)
      return { tests: { name: SCRIPT, commands: script.commands }, needs: null };
  }
  const file = ['test.js', 'test/index.js', 'test/test.js'].find((path) =>
    existsSync(join(shadow.root, path)),
  );
  return { tests: file === undefined ? null : { name: file, commands: [[file]] }, needs };
};

/** The end of what a run said, in which mistakes are told, without where the shadow lies. */
export const endOf = (
  { stdout, stderr }: Readonly<{ stdout: string; stderr: string }>,
  root: string,
): string => `${stdout}\n${stderr}`.trim().replaceAll(root, '.').slice(-EXCERPT);

const ERROR_CLASS: Readonly<Record<TestStatus, string | null>> = {
  PASSED: null,
  SKIPPED: null,
  FAILED: 'OwnTestsFailed',
  TIMEOUT: 'TimedOut',
};

/** A run of own tests as one test. */
export const asTest = (name: string, status: TestStatus, excerpt: string | null): TestResult => ({
  name,
  status,
  errorClass: ERROR_CLASS[status],
  location: null,
  excerpt,
  durationMs: 0,
});

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
    if (result.exitCode !== 0)
      return { passed: false, timedOut: result.timedOut, excerpt: endOf(result, shadow.root) };
  }
  return { passed: true, timedOut: false, excerpt: '' };
};
