import type { FileChange, Finding } from '../../recipe.ts';
import { isRelative } from '../modules/graph.ts';
import { type Project, specifiersOf } from '../project/project.ts';
import type { ParsedModule } from '../syntax/parse.ts';
import { declarationPath, editManifest } from './manifest-edits.ts';
import { nodeFor, targetEdition } from './syntax-level.ts';
import { tsconfigText } from './tsconfig.ts';

/** package.json and tsconfig.json of the result. */
export function writeProjectFiles(
  project: Project,
  modules: readonly ParsedModule[],
  usesJson: boolean,
): { changes: FileChange[]; left: Finding[] } {
  const left: Finding[] = [];
  const ownTypes = modules
    .map((module) => declarationPath(module.path))
    .filter((path) => project.files.has(path));
  for (const path of ownTypes) {
    left.push({
      code: 'OWN_TYPES_KEPT',
      path,
      line: null,
      reason: 'The package brings its own declarations; they stay its public types.',
    });
  }
  const edition = targetEdition(modules, project.manifest.enginesNode);
  const paths = modules.map((module) => module.path);
  const bare = [...new Set(modules.flatMap(specifiersOf))].filter((specifier) => !isRelative(specifier));
  const typesPackages = new Map(
    bare.flatMap((specifier) => {
      const found = project.dependencyTypes.typesPackage(specifier);
      return found === null ? [] : [[found.name, found] as const];
    }),
  );
  const manifest = editManifest(project.manifest, {
    converted: paths,
    mainPath: project.entryPaths.find((path) => paths.includes(path)) ?? null,
    typesPackages: [...typesPackages.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    nodeMajor: nodeFor(edition),
    declarations: ownTypes.length === 0,
  });
  const declarations = ownTypes.length === 0;
  return {
    changes: [
      { kind: 'WRITE', path: 'package.json', text: manifest.text },
      {
        kind: 'WRITE',
        path: 'tsconfig.json',
        text: tsconfigText({ modules, edition, declarations, usesJson }),
      },
    ],
    left: [...left, ...manifest.left],
  };
}
