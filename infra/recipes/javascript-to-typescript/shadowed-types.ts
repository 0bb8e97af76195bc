import { posix } from 'node:path';
import type { Finding } from '../recipe.ts';
import { isRelative } from './modules/graph.ts';
import type { Project } from './project/project.ts';
import { declarationPath } from './project-files/manifest-edits.ts';
import type { ParsedModule } from './syntax/parse.ts';

const SPECIFIERS = /(?:\bfrom\s*|\bimport\s*(?:\(\s*)?|\brequire\s*\(\s*)(?:'([^']+)'|"([^"]+)")/gu;

/**
 * Modules whose declarations the package brings by hand, and that a compiler would find by their path: it takes `x.ts`
 * before `x.d.ts`, so the types that the package means would be hidden by the converted source.
 */
export function shadowedTypes(project: Project, modules: readonly ParsedModule[]): Finding[] {
  if (project.manifest.isPrivate) return [];
  const imported = importedByDeclarations(project);
  const hasExports = 'exports' in project.manifest.json;
  return modules
    .map(({ path }) => path)
    .filter((path) => project.files.has(declarationPath(path)))
    .filter((path) => {
      // package.json names the declarations of what it names.
      const isNamed = project.entryPaths.includes(path);
      return imported.has(path) || (!hasExports && !isNamed);
    })
    .map((path) => ({
      code: 'OWN_TYPES_SHADOWED',
      path,
      line: null,
      reason: `The package brings ${declarationPath(path)} by hand; a compiler would find the converted source before it.`,
    }));
}

/** The modules that declarations of the package load by a relative path. */
function importedByDeclarations(project: Project): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [path, { text }] of project.files) {
    if (!/\.d\.[cm]?ts$/.test(path) || path.includes('node_modules/')) continue;
    for (const [, single, double] of text.matchAll(SPECIFIERS)) {
      const specifier = single ?? double ?? '';
      if (!isRelative(specifier)) continue;
      const target = project.resolve(path, specifier);
      if (target !== null) found.add(posix.normalize(target));
    }
  }
  return found;
}
