import { posix } from 'node:path';
import ts from 'typescript';
import type { Finding } from '../../recipe.ts';
import { isObject, type JsonValue, type Manifest } from '../project/manifest.ts';
import { setJson } from './json-text.ts';
import { lowestNode } from './syntax-level.ts';

/** The Node types that the recipe checks with; the same exact version as in this repository's package.json. */
export const NODE_TYPES_VERSION = '24.19.2';

export type ManifestPlan = Readonly<{
  /** Paths of the converted modules, before the renaming. */
  converted: readonly string[];
  /** Main entry of the package, before the renaming; null where no converted file is the entry. */
  mainPath: string | null;
  /** `@types/x` packages that the result is checked against. */
  typesPackages: readonly Readonly<{ name: string; version: string }>[];
  /** Lowest Node major that runs the emitted code. */
  nodeMajor: number;
  /** Whether `tsc` writes declarations; not where the package brings its own. */
  declarations: boolean;
  /** Those of the converted modules that a system runs by their first line, `#!`. */
  programs: readonly string[];
  /** Declarations that the package brings, each beside its module. */
  ownTypes: readonly string[];
}>;

export const declarationPath = (path: string): string => path.replace(/\.([cm]?)js$/, '.d.$1ts');

/** package.json after the conversion: types, build scripts, development dependencies. Everything else stays as it is. */
export function editManifest(manifest: Manifest, plan: ManifestPlan): { text: string; left: Finding[] } {
  const left: Finding[] = [];
  let text = manifest.text;
  const note = (code: string, reason: string): void => {
    left.push({ code, path: 'package.json', line: null, reason });
  };
  // Unnamed, declarations beside the entry would be found no more: the compiler looks for `index.ts` first.
  const hasMainTypes = plan.mainPath !== null && plan.ownTypes.includes(declarationPath(plan.mainPath));
  if (
    (plan.declarations || hasMainTypes) &&
    plan.mainPath !== null &&
    !('types' in manifest.json) &&
    !('typings' in manifest.json)
  ) {
    const prefix =
      typeof manifest.json['main'] === 'string' && manifest.json['main'].startsWith('./') ? './' : '';
    text = setJson(text, ['types'], `${prefix}${declarationPath(plan.mainPath)}`, afterMain(manifest));
  }
  const exported = manifest.json['exports'];
  if (exported !== undefined) {
    const made = plan.declarations ? plan.converted.map(declarationPath) : [];
    const named = withTypes(exported, [...plan.ownTypes, ...made]);
    if (JSON.stringify(named) !== JSON.stringify(exported)) text = setJson(text, ['exports'], named);
  }
  if (plan.declarations) text = publishDeclarations(text, manifest, plan.converted);
  text = addScripts(text, manifest, plan.programs, note);
  text = addDevDependency(text, manifest, '@types/node', NODE_TYPES_VERSION);
  for (const found of plan.typesPackages) text = addDevDependency(text, manifest, found.name, found.version);
  text = addDevDependency(text, manifest, 'typescript', ts.version);
  const lowest = lowestNode(manifest.enginesNode);
  if (lowest !== null && lowest < plan.nodeMajor) {
    text = setJson(text, ['engines', 'node'], `>=${plan.nodeMajor}`);
    note(
      'ENGINES_RAISED',
      `package.json admitted Node ${manifest.enginesNode}; TypeScript's oldest output needs Node ${plan.nodeMajor} or newer.`,
    );
  }
  return { text, left };
}

/** The targets of `exports` that have declarations beside them, with these named: a compiler takes `x.ts` before `x.d.ts`. */
const withTypes = (target: JsonValue, declared: readonly string[]): JsonValue => {
  if (typeof target === 'string') {
    const types = declarationPath(target);
    return declared.includes(posix.normalize(types)) ? { types, default: target } : target;
  }
  if (!isObject(target) || 'types' in target) return target;
  return Object.fromEntries(Object.entries(target).map(([key, value]) => [key, withTypes(value, declared)]));
};

const afterMain = (manifest: Manifest): string[] => {
  const keys = Object.keys(manifest.json);
  return ['main', 'exports'].some((key) => keys.includes(key))
    ? ['main', 'exports']
    : keys.slice(0, keys.indexOf('version') + 1);
};

/** `files` is a list of what is published; a module that is named there needs its declarations beside it. */
const publishDeclarations = (text: string, manifest: Manifest, converted: readonly string[]): string => {
  const listed = manifest.json['files'];
  if (!Array.isArray(listed)) return text;
  const items: readonly JsonValue[] = listed;
  const result: JsonValue[] = [];
  for (const item of items) {
    result.push(item);
    if (typeof item !== 'string' || !/\.[cm]?js$/.test(item)) continue;
    const isGlob = item.includes('*');
    if (!isGlob && !converted.includes(posix.normalize(item).replace(/^\//, ''))) continue;
    const declared = declarationPath(item);
    if (!items.includes(declared)) result.push(declared);
  }
  return result.length === items.length ? text : setJson(text, ['files'], result);
};

/** What builds the package. The compiler writes every file anew, and none that a system would run: that is put right after it. */
const buildCommand = (programs: readonly string[]): string => {
  const named = programs.filter((path) => /^[\w./@-]+$/.test(path));
  const changes = named.map((path) => `fs.chmodSync('${path}', 0o755)`);
  const more = changes.length === 0 ? '' : ` && node -e "const fs = require('fs'); ${changes.join('; ')}"`;
  return `tsc -p tsconfig.json${more}`;
};

const addScripts = (
  text: string,
  manifest: Manifest,
  programs: readonly string[],
  note: (code: string, reason: string) => void,
): string => {
  let result = text;
  const build = manifest.scripts.has('build') ? 'compile' : 'build';
  if (build === 'compile')
    note('BUILD_SCRIPT_KEPT', 'A "build" script exists already; the compiler is started by "compile".');
  if (manifest.scripts.get(build) === undefined)
    result = setJson(result, ['scripts', build], buildCommand(programs));
  const hooks = manifest.scripts.has('test') ? ['pretest', 'prepack'] : ['prepack'];
  for (const hook of hooks) {
    const existing = manifest.scripts.get(hook);
    const command = `npm run ${build}`;
    result = setJson(
      result,
      ['scripts', hook],
      existing === undefined ? command : `${command} && ${existing}`,
    );
  }
  return result;
};

const addDevDependency = (text: string, manifest: Manifest, name: string, version: string): string => {
  if (manifest.devDependencies.has(name) || manifest.dependencies.has(name)) return text;
  const smaller = [...manifest.devDependencies.keys(), '@types/node'].filter((key) => key < name);
  const others = [...smaller, ...(name.startsWith('@types/') ? [] : ['@types/node'])];
  return setJson(text, ['devDependencies', name], version, others);
};
