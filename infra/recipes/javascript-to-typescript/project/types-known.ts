import { builtinModules } from 'node:module';
import ts from 'typescript';
import type { SourceFile } from '../../recipe.ts';
import { isRelative } from '../modules/graph.ts';

const ROOT = '/project';
const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
};

export type DependencyTypes = Readonly<{
  /** Whether TypeScript finds types for a bare specifier required from a CommonJS file. */
  isTyped: (specifier: string) => boolean;
  /** Whether `import` of a package surely gives the very module that `require` gives. */
  importsLikeRequire: (specifier: string) => boolean;
  /** The `@types/x` package and version the types come from; null where the package brings its own, or none are known. */
  typesPackage: (specifier: string) => Readonly<{ name: string; version: string }> | null;
}>;

/** Name of the package of a bare specifier: `@scope/name/sub` gives `@scope/name`. */
export const packageOf = (specifier: string): string =>
  specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

export const isBuiltin = (specifier: string): boolean =>
  builtinModules.includes(specifier.replace(/^node:/, '')) || specifier.startsWith('node:');

/** Looks only at the interface slices that were sent along. */
export function dependencyTypes(dependencies: readonly SourceFile[]): DependencyTypes {
  const files = new Map(dependencies.map((file) => [`${ROOT}/${file.path}`, file.text]));
  const folders = new Set<string>([ROOT]);
  for (const path of files.keys()) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
      folders.add(path.slice(0, at));
  }
  const host: ts.ModuleResolutionHost = {
    fileExists: (path) => files.has(path),
    readFile: (path) => files.get(path),
    directoryExists: (path) => folders.has(path),
    getCurrentDirectory: () => ROOT,
  };
  const resolve = (specifier: string): ts.ResolvedModuleFull | undefined =>
    ts.resolveModuleName(
      specifier,
      `${ROOT}/index.cts`,
      OPTIONS,
      host,
      undefined,
      undefined,
      ts.ModuleKind.CommonJS,
    ).resolvedModule;
  const isTyped = (specifier: string): boolean => {
    if (isRelative(specifier)) return false;
    if (isBuiltin(specifier)) return !specifier.startsWith('_');
    const found = resolve(specifier);
    return found !== undefined && /\.d\.[cm]?ts$/.test(found.resolvedFileName);
  };
  return {
    isTyped,
    importsLikeRequire: (specifier) => {
      if (isBuiltin(specifier)) return true;
      const manifest = files.get(`${ROOT}/node_modules/${packageOf(specifier)}/package.json`);
      // A package of ES modules, or one with another entry for `import`, answers the two differently.
      return (
        manifest !== undefined &&
        !/"type"\s*:\s*"module"|"(import|module|module-sync)"\s*:|\.mjs"/.test(manifest)
      );
    },
    typesPackage: (specifier) => {
      if (isBuiltin(specifier) || isRelative(specifier)) return null;
      const found = resolve(specifier)?.packageId;
      return found?.name.startsWith('@types/') ? { name: found.name, version: found.version } : null;
    },
  };
}
