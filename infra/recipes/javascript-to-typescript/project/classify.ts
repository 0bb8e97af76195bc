import { posix } from 'node:path';
import type { SourceFile } from '../../recipe.ts';

/** Why a JavaScript file is not converted; SOURCE is what the recipe converts. */
export type FileRole =
  | 'SOURCE'
  | 'TEST'
  | 'BENCHMARK'
  | 'EXAMPLE'
  | 'CONFIG'
  | 'TOOLING'
  | 'VENDORED'
  | 'BUILD_OUTPUT'
  | 'GENERATED'
  | 'MINIFIED'
  | 'FOR_BUNDLERS';

const FOLDER_ROLES: readonly (readonly [RegExp, FileRole])[] = [
  [/(^|\/)(node_modules|bower_components|vendor|third[-_]party)\//, 'VENDORED'],
  [/(^|\/)(coverage|\.nyc_output|dist|build|out)\//, 'BUILD_OUTPUT'],
  [/(^|\/)(test|tests|__tests__|__mocks__|spec|specs|e2e|fixtures|tap-snapshots)\//, 'TEST'],
  [/(^|\/)(bench|benches|benchmark|benchmarks|perf)\//, 'BENCHMARK'],
  [/(^|\/)(example|examples|demo|demos|docs|website)\//, 'EXAMPLE'],
  [/^(scripts|script|tools|tasks)\//, 'TOOLING'],
  [/(^|\/)\.[^/]+(\/|$)/, 'CONFIG'],
];

const NAME_ROLES: readonly (readonly [RegExp, FileRole])[] = [
  [/\.min\.[cm]?js$/, 'MINIFIED'],
  [/([._-](test|tests|spec)|^tests?|^spec)\.[cm]?js$/, 'TEST'],
  [/([._-](bench|benchmark)|^bench(mark)?)\.[cm]?js$/, 'BENCHMARK'],
  [/([._-](config|conf)|^(gulpfile|gruntfile|jakefile|makefile|webpack|karma|rollup))\.[cm]?js$/i, 'CONFIG'],
  [/^example\.[cm]?js$/, 'EXAMPLE'],
];

const GENERATED_MARK = /@generated\b|\bDO NOT EDIT\b|\b(?:auto-?generated|generated) by\b/i;
const BUNDLE_MARK = /__webpack_require__|^\(function\(f\)\{if\(typeof exports==="object"/;

/** Source Map (ECMA-426, 11.1.2.1): names what the file was made from, on its last line. */
const SOURCE_MAP = /^\/\/[#@] sourceMappingURL=\S+\s*$/m;

/** A person does not write lines this long on average; a minifier does. */
const MINIFIED_LINE = 400;

const contentRole = (text: string): FileRole => {
  const lines = text.split('\n').length;
  if (text.length > 2000 && text.length / lines > MINIFIED_LINE) return 'MINIFIED';
  if (BUNDLE_MARK.test(text) || SOURCE_MAP.test(text.slice(text.trimEnd().lastIndexOf('\n') + 1)))
    return 'GENERATED';
  return GENERATED_MARK.test(text.slice(0, 1000)) ? 'GENERATED' : 'SOURCE';
};

export const isJavaScript = (path: string): boolean => /\.[cm]?js$/.test(path);

/** Role of a JavaScript file by its content (wins, because no place makes a minified file a source), name and folder. */
export function roleOf(file: SourceFile): FileRole {
  const byContent = contentRole(file.text);
  if (byContent !== 'SOURCE') return byContent;
  const name = posix.basename(file.path);
  for (const [pattern, role] of NAME_ROLES) if (pattern.test(name)) return role;
  for (const [pattern, role] of FOLDER_ROLES) if (pattern.test(file.path)) return role;
  return 'SOURCE';
}

/** Roles that come from where a file lies; an entry point that needs such a file makes it a source all the same. */
export const isRoleByPlace = (role: FileRole): boolean =>
  role !== 'GENERATED' &&
  role !== 'MINIFIED' &&
  role !== 'FOR_BUNDLERS' &&
  role !== 'VENDORED' &&
  role !== 'SOURCE';
