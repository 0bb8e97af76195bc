import { posix } from 'node:path';
import type { Finding, ProjectSources, SourceFile } from '../../recipe.ts';
import { isRelative, modulesInCycles, resolveRelative } from '../modules/graph.ts';
import { requiresOf } from '../modules/requires.ts';
import { lineOf, walk } from '../syntax/nodes.ts';
import { isSyntaxFailure, type ModuleGoal, type ParsedModule, parseModule } from '../syntax/parse.ts';
import { type FileRole, isJavaScript, isRoleByPlace, roleOf } from './classify.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { type DependencyTypes, dependencyTypes } from './types-known.ts';

export type Project = Readonly<{
  manifest: Manifest;
  files: ReadonlyMap<string, SourceFile>;
  /** Every JavaScript file and the role it plays. */
  roles: ReadonlyMap<string, FileRole>;
  /** Sources that parse, in path order. */
  modules: readonly ParsedModule[];
  /** Paths of the modules that package.json names as entries, in its order. */
  entryPaths: readonly string[];
  /** Sources that do not parse or are outside of the selection. */
  unreadable: readonly Finding[];
  /** Modules that take part in a cycle of requires or imports. */
  cyclic: ReadonlySet<string>;
  resolve: (from: string, specifier: string) => string | null;
  dependencyTypes: DependencyTypes;
}>;

const goalOf = (path: string, moduleType: Manifest['moduleType']): ModuleGoal => {
  if (path.endsWith('.mjs')) return 'module';
  return path.endsWith('.cjs') || moduleType === 'commonjs' ? 'commonjs' : 'module';
};

/** Specifiers that a module loads, in whatever way, as far as they are written down. */
export const specifiersOf = (module: ParsedModule): string[] => {
  const found = requiresOf(module).flatMap((use) => (use.specifier === null ? [] : [use.specifier]));
  walk(module.program, (node) => {
    const source =
      node.type === 'ImportDeclaration' ||
      node.type === 'ExportNamedDeclaration' ||
      node.type === 'ExportAllDeclaration'
        ? node.source
        : node.type === 'ImportExpression'
          ? node.source
          : null;
    if (source?.type === 'Literal' && typeof source.value === 'string') found.push(source.value);
    return undefined;
  });
  return found;
};

const refusal = (code: string, path: string | null, reason: string): Finding => ({
  code,
  path,
  line: null,
  reason,
});

/** Reads the project; a list of findings means that the recipe does not apply at all. */
export function readProject(sources: ProjectSources): Project | readonly Finding[] {
  const files = new Map(sources.files.map((file) => [file.path, file]));
  const packageFile = files.get('package.json');
  if (packageFile === undefined) {
    return [refusal('NO_PACKAGE_JSON', null, 'There is no package.json, so the entry points are not known.')];
  }
  const manifest = readManifest(packageFile.text);
  if (manifest === null)
    return [refusal('BAD_PACKAGE_JSON', 'package.json', 'package.json is not a JSON object.')];
  const scripts = sources.files.filter((file) => isJavaScript(file.path));
  if (scripts.length === 0)
    return [
      refusal(
        'NO_JAVASCRIPT',
        null,
        'There is no JavaScript source to convert: files that are generated, minified, ignored or too large are not looked at.',
      ),
    ];
  const exists = (path: string): boolean => files.has(path);
  const main = manifest.entries.find((entry) => entry.field === 'main')?.path ?? 'index.js';
  const resolve = (from: string, specifier: string): string | null => {
    // The folder of package.json stands for its main file.
    const isRoot = /^\.?\/?$/.test(posix.join(posix.dirname(from), specifier));
    return (
      (isRoot ? resolveRelative('package.json', `./${main}`, exists) : null) ??
      resolveRelative(from, specifier, exists)
    );
  };
  const roles = new Map<string, FileRole>(scripts.map((file) => [file.path, roleOf(file)]));
  const parsed = new Map<string, ReturnType<typeof parseModule>>();
  const parse = (path: string): ReturnType<typeof parseModule> => {
    const known = parsed.get(path);
    if (known !== undefined) return known;
    const fresh = parseModule(path, files.get(path)?.text ?? '', goalOf(path, manifest.moduleType));
    parsed.set(path, fresh);
    return fresh;
  };
  const forBundlers = bundlerEntries(manifest, scripts);
  for (const path of forBundlers) roles.set(path, 'FOR_BUNDLERS');
  const entryPaths = [
    ...new Set(
      manifest.entries
        .filter((entry) => !forBundlers.has(entry.path))
        .map((entry) => (entry.path.includes('*') ? null : resolve('package.json', `./${entry.path}`)))
        .filter((path): path is string => path !== null && isJavaScript(path)),
    ),
  ];
  reachSources(entryPaths, roles, parse, resolve);
  const modules: ParsedModule[] = [];
  const unreadable: Finding[] = [];
  for (const [path, role] of [...roles].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (role !== 'SOURCE') continue;
    const module = parse(path);
    if (isSyntaxFailure(module)) {
      unreadable.push({
        code: 'SYNTAX_ERROR',
        path,
        line: module.line,
        reason: syntaxReason(path, files, module.message),
      });
    } else modules.push(module);
  }
  return {
    manifest,
    files,
    roles,
    modules,
    entryPaths,
    unreadable,
    cyclic: cyclicModules(modules, parse, (module, specifier) =>
      isOwnName(manifest, specifier) ? resolve('package.json', './') : resolve(module.path, specifier),
    ),
    resolve,
    dependencyTypes: dependencyTypes(sources.dependencies),
  };
}

/** Files that only the `module` field names and that are ES modules under a name that Node reads as CommonJS. */
const bundlerEntries = (manifest: Manifest, scripts: readonly SourceFile[]): ReadonlySet<string> => {
  const named = (path: string): boolean =>
    manifest.entries.every((entry) => entry.path !== path || entry.field === 'module');
  return new Set(
    scripts
      .filter(({ path }) => manifest.entries.some((entry) => entry.path === path) && named(path))
      .filter(
        ({ path, text }) =>
          goalOf(path, manifest.moduleType) === 'commonjs' &&
          isSyntaxFailure(parseModule(path, text, 'commonjs')) &&
          !isSyntaxFailure(parseModule(path, text, 'module')),
      )
      .map(({ path }) => path),
  );
};

/** A package may also load itself by its own name. */
const isOwnName = (manifest: Manifest, specifier: string): boolean =>
  manifest.name !== '' && (specifier === manifest.name || specifier.startsWith(`${manifest.name}/`));

/**
 * Modules that can be loaded again while they still load, also through files that are not converted. Where a module
 * computes what it loads, that may be any of them.
 */
const cyclicModules = (
  modules: readonly ParsedModule[],
  parse: (path: string) => ReturnType<typeof parseModule>,
  target: (module: ParsedModule, specifier: string) => string | null,
): ReadonlySet<string> => {
  if (modules.some(loadsAnything)) return new Set(modules.map((module) => module.path));
  const edges = new Map<string, string[]>();
  const open = [...modules];
  for (let module = open.pop(); module !== undefined; module = open.pop()) {
    if (edges.has(module.path)) continue;
    const from = module;
    const targets = specifiersOf(from).flatMap((specifier) => target(from, specifier) ?? []);
    edges.set(from.path, targets);
    for (const path of targets.filter(isJavaScript)) {
      const next = parse(path);
      if (!isSyntaxFailure(next)) open.push(next);
    }
  }
  return modulesInCycles(edges);
};

const loadsAnything = (module: ParsedModule): boolean => {
  let found = requiresOf(module).some((use) => use.specifier === null);
  walk(module.program, (node) => {
    found ||= node.type === 'ImportExpression' && node.source.type !== 'Literal';
    return !found;
  });
  return found;
};

const syntaxReason = (path: string, files: ReadonlyMap<string, SourceFile>, message: string): string =>
  /<[A-Za-z][^>]*>/.test(files.get(path)?.text ?? '') && /Unexpected token/.test(message)
    ? `The file does not parse as JavaScript (${message}); it may contain JSX, which this recipe does not cover.`
    : `The file does not parse as JavaScript: ${message}.`;

/** An entry point, and what it loads, is source wherever it lies; generated and minified files never are. */
const reachSources = (
  entryPaths: readonly string[],
  roles: Map<string, FileRole>,
  parse: (path: string) => ReturnType<typeof parseModule>,
  resolve: Project['resolve'],
): void => {
  const open = [...entryPaths];
  const seen = new Set<string>();
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const role = roles.get(path);
    if (role === undefined || (role !== 'SOURCE' && !isRoleByPlace(role))) continue;
    roles.set(path, 'SOURCE');
    const module = parse(path);
    if (isSyntaxFailure(module)) continue;
    for (const specifier of specifiersOf(module)) {
      const target = isRelative(specifier) ? resolve(path, specifier) : null;
      if (target !== null && isJavaScript(target)) open.push(target);
    }
  }
};

/** First line of a node, for findings. */
export const at = (
  module: ParsedModule,
  node: Parameters<typeof lineOf>[0],
  code: string,
  reason: string,
): Finding => ({
  code,
  path: module.path,
  line: lineOf(node),
  reason,
});
