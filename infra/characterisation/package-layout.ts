/** Which files of a package are its code, its tests and its documentation, and where it is entered. */
import { roleOf } from '../recipes/javascript-to-typescript/project/classify.ts';
import type { ProjectSources, SourceFile } from '../recipes/recipe.ts';

export type PackageLayout = Readonly<{
  name: string;
  /** What its `package.json` says that can be loaded of it; undefined: every file. */
  exports: unknown;
  /** Module paths that a consumer can load, the entry first. */
  modules: readonly string[];
  /** The package's own code that a change touches, without what stays as it is (vendored, built, unselected): what coverage is measured of. */
  sources: readonly string[];
  /** Code that is loaded by the modules or by anything else; never executed here. */
  code: readonly SourceFile[];
  tests: readonly SourceFile[];
  docs: readonly SourceFile[];
  json: ReadonlyMap<string, unknown>;
}>;

type Manifest = Readonly<{
  name?: unknown;
  main?: unknown;
  exports?: unknown;
  bin?: unknown;
  dependencies?: unknown;
  scripts?: unknown;
}>;

export const CODE = /\.(?:js|cjs|mjs)$/;
const TEST = /(?:^|\/)(?:tests?|specs?|__tests__|fixtures)\/|[.-](?:test|spec)\.[cm]?js$|^test\.[cm]?js$/;
const NOT_A_SUBJECT =
  /(?:^|\/)(?:bin|examples?|demos?|benchmarks?|bench(?:es)?|perf|scripts?|docs|node_modules|coverage|\.[^/]+)\/|\.config\.[cm]?js$|\.min\.js$|(?:^|\/)(?:gulpfile|gruntfile|karma\.conf|benchmark|example)\.[cm]?js$|(?:^|\/)\./i;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every file path named anywhere in an `exports` map, in order. */
function exportTargets(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(exportTargets);
  return isRecord(value) ? Object.values(value).flatMap(exportTargets) : [];
}

const tidy = (path: string): string => path.replace(/^\.\//, '').replace(/\/$/, '');

/** The file that `require(path)` would load, among the known paths. */
export function resolveFile(path: string, known: ReadonlySet<string>): string | null {
  const base = tidy(path);
  const candidates = [base, `${base}.js`, `${base}.cjs`, `${base}.mjs`, `${base}.json`];
  candidates.push(...(base === '' ? ['index.js'] : [`${base}/index.js`]));
  return candidates.find((candidate) => known.has(candidate)) ?? null;
}

/** POSIX join with `.` and `..` resolved; null when it leaves the package. */
export function joinPath(fromFile: string, request: string): string | null {
  const parts = fromFile.split('/').slice(0, -1);
  for (const part of request.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (parts.length === 0) return null;
      parts.pop();
    } else {
      parts.push(part);
    }
  }
  return parts.join('/');
}

/** Whether a path is among what the person chose; without a choice all is. */
export const selectedBy =
  ({ targets }: ProjectSources) =>
  (path: string): boolean =>
    targets.length === 0 ||
    targets.some((target) => path === target || path.startsWith(`${target.replace(/\/$/, '')}/`));

/** `package.json` of the sources, as far as it is an object. */
export function manifestOf(sources: ProjectSources): Manifest {
  const file = sources.files.find(({ path }) => path === 'package.json');
  const raw = file === undefined ? undefined : parseJson(file.text);
  return isRecord(raw) ? raw : {};
}

export function layoutOf(sources: ProjectSources): PackageLayout {
  const files = sources.files.filter(
    (file) => !file.path.startsWith('.iama/') && !/(?:^|\/)node_modules\//.test(file.path),
  );
  const known = new Set(files.map((file) => file.path));
  const json = new Map(
    files
      .filter((file) => file.path.endsWith('.json'))
      .map((file) => [file.path, parseJson(file.text)] as const),
  );
  const manifest = manifestOf(sources);
  const bins = new Set(exportTargets(manifest.bin).map((path) => resolveFile(path, known)));
  const code = files.filter((file) => CODE.test(file.path));
  const isTest = (file: SourceFile) => TEST.test(file.path);
  const subjects = code
    .filter((file) => !isTest(file) && !NOT_A_SUBJECT.test(file.path) && !bins.has(file.path))
    .filter((file) => !file.text.startsWith('#!'))
    .map((file) => file.path);
  const entryRequests =
    manifest.exports === undefined ? [manifest.main ?? 'index.js'] : exportTargets(manifest.exports);
  const entries = entryRequests
    .filter((path): path is string => typeof path === 'string')
    .map(
      (path) => resolveFile(path, known) ?? (path === manifest.main ? resolveFile('index.js', known) : null),
    )
    .filter((path): path is string => path !== null && CODE.test(path));
  const closed = manifest.exports !== undefined;
  const isSelected = selectedBy(sources);
  const roles = new Map(code.map((file) => [file.path, roleOf(file)]));
  const own = [...new Set([...entries, ...subjects])].sort();
  const changed = own.filter(
    (path) => isSelected(path) && (entries.includes(path) || roles.get(path) === 'SOURCE'),
  );
  const reachable = closed ? entries : [...entries, ...subjects.sort()];
  const modules = [...new Set(reachable)].filter(isSelected);
  return {
    name: typeof manifest.name === 'string' ? manifest.name : '',
    exports: manifest.exports,
    modules: modules.length > 0 ? modules : [...new Set(reachable)],
    sources: changed.length > 0 ? changed : own,
    code,
    tests: code.filter(isTest),
    docs: files.filter(
      (file) =>
        /\.(?:md|markdown)$/i.test(file.path) &&
        !/(?:history|change|contribut|licen|security)/i.test(file.path),
    ),
    json,
  };
}

/** Where the package is entered; what it loads from there is its code, whatever else names it. */
export const entriesOf = (sources: ProjectSources, layout: PackageLayout): readonly string[] =>
  manifestOf(sources).exports === undefined ? layout.modules.slice(0, 1) : layout.modules;
