import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';
import { onDisk } from '../native-runner/file-view.ts';
import { isolationHere } from '../native-runner/isolation.ts';
import { runProcess } from '../native-runner/run-process.ts';
import type { Shadow } from '../workspace/shadow.ts';

/** One error of the type check; `line` is 1-based, null where the error has no place. Paths relative to the project. */
export type StrictError = Readonly<{
  code: string;
  path: string | null;
  line: number | null;
  reason: string;
}>;

export type CompileResult =
  | Readonly<{ status: 'DONE'; errors: readonly StrictError[] }>
  /** There is no TypeScript in the project, so there is nothing to build. */
  | Readonly<{ status: 'NOT_NEEDED' }>
  | Readonly<{ status: 'TIMED_OUT' }>;

/** All of `--strict` one by one, because a project file may switch single checks off again. */
const STRICT = [
  'strict',
  'noImplicitAny',
  'noImplicitThis',
  'strictNullChecks',
  'strictFunctionTypes',
  'strictBindCallApply',
  'strictBuiltinIteratorReturn',
  'strictPropertyInitialization',
  'useUnknownInCatchVariables',
].flatMap((flag) => [`--${flag}`, 'true']);

export const COMPILE_TIMEOUT_MS = 120_000;

const load = createRequire(import.meta.url);
const compiler = (): string => join(dirname(load.resolve('typescript')), 'tsc.js');
/** IAMA's own `@types`: a package may come without `node_modules`. */
const ownTypeRoot = (): string => dirname(dirname(load.resolve('@types/node/package.json')));

const namesTypes = (projectFile: string): boolean => {
  const read = ts.readConfigFile(projectFile, (path) => ts.sys.readFile(path));
  const config: unknown = read.config;
  const options: unknown =
    typeof config === 'object' && config !== null && 'compilerOptions' in config
      ? config.compilerOptions
      : null;
  return typeof options === 'object' && options !== null && 'types' in options;
};

const ERROR = /^(?:(?<path>.+?)\((?<line>\d+),\d+\): )?error (?<code>TS\d+): (?<reason>.*)$/u;

/** `root` is cut off: where the private copy lies is another place in each run, and none that a person knows. */
export const errorsIn = (output: string, root: string): StrictError[] =>
  output.split(/\r?\n/u).flatMap((text) => {
    const groups = ERROR.exec(text)?.groups;
    if (!groups) return [];
    const { path = null, line, code = '', reason = '' } = groups;
    const place = line === undefined ? null : Number(line);
    // The compiler writes `/` on every system.
    return [{ code, path, line: place, reason: reason.replaceAll(`${root.split(sep).join('/')}/`, '') }];
  });

/** Files that the patch made and the compiler never looked at would pass unchecked. */
const unchecked = (output: string, root: string, expected: readonly string[]): StrictError[] => {
  const listed = new Set(
    // Without a project the files are listed as they were given.
    output.split(/\r?\n/u).map((line) => relative(root, resolve(root, line.trim())).split(sep).join('/')),
  );
  return expected
    .filter((path) => !listed.has(path))
    .map((path) => ({ code: 'NOT_CHECKED', path, line: null, reason: 'tsconfig.json leaves this file out' }));
};

/**
 * Builds the project in place with the TypeScript that IAMA ships, strictly (decision 0003). `sources` are the
 * TypeScript files that must have been checked.
 */
export const compile = async (
  shadow: Shadow,
  sources: readonly string[],
  signal: AbortSignal,
  timeoutMs: number,
): Promise<CompileResult> => {
  const projectFile = join(shadow.root, 'tsconfig.json');
  const hasProject = existsSync(projectFile);
  if (!hasProject && sources.length === 0) return { status: 'NOT_NEEDED' };
  const typeRoots = [join(shadow.root, 'node_modules', '@types'), ownTypeRoot()].filter((root) =>
    existsSync(onDisk(shadow.view, root)),
  );
  const what = hasProject
    ? ['-p', projectFile, ...(namesTypes(projectFile) ? [] : ['--types', 'node'])]
    : [...sources, '--types', 'node', '--module', 'nodenext', '--target', 'es2022'];
  const result = await runProcess({
    command: process.execPath,
    args: [
      compiler(),
      ...what,
      ...STRICT,
      ...['--typeRoots', typeRoots.join(',')],
      ...['--skipLibCheck', 'true', '--noEmitOnError', 'false', '--listFiles', '--pretty', 'false'],
    ],
    cwd: shadow.root,
    home: shadow.home,
    temp: shadow.temp,
    view: shadow.view,
    isolation: await isolationHere(),
    timeoutMs,
    signal,
  });
  if (result.timedOut) return { status: 'TIMED_OUT' };
  const errors = [...errorsIn(result.stdout, shadow.root), ...unchecked(result.stdout, shadow.root, sources)];
  if (errors.length === 0 && result.exitCode !== 0) {
    const reason = (result.stderr || result.stdout).trim().split('\n').at(-1) ?? '';
    errors.push({ code: 'COMPILER_FAILED', path: null, line: null, reason: reason.slice(0, 300) });
  }
  return { status: 'DONE', errors };
};
