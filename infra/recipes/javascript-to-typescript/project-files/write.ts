import type { FileChange, Finding } from '../../recipe.ts';
import { foldersToMark, REQUIRES_ESM } from '../module-system.ts';
import { isRelative } from '../modules/graph.ts';
import { type Project, specifiersOf } from '../project/project.ts';
import type { ParsedModule } from '../syntax/parse.ts';
import { setJson } from './json-text.ts';
import { declarationPath, editManifest } from './manifest-edits.ts';
import { nodeFor, targetEdition } from './syntax-level.ts';
import { tsconfigText } from './tsconfig.ts';

export type ProjectFilesInput = Readonly<{
  project: Project;
  /** The modules that were converted, as they were before. */
  modules: readonly ParsedModule[];
  movesToEsm: boolean;
  usesJson: boolean;
  /** Declaration files that the types step added. */
  added: readonly string[];
}>;

/** Declarations that the package brings for the modules. Where there are any, the compiler writes none. */
export const ownDeclarations = (project: Project, modules: readonly ParsedModule[]): string[] =>
  modules.map((module) => declarationPath(module.path)).filter((path) => project.files.has(path));

/** package.json and tsconfig.json of the result, and for ES modules a marker in folders that stay CommonJS. */
export function writeProjectFiles(input: ProjectFilesInput): { changes: FileChange[]; left: Finding[] } {
  const { project, modules } = input;
  const left: Finding[] = [];
  const paths = modules.map((module) => module.path);
  const ownTypes = ownDeclarations(project, modules);
  const declarations = ownTypes.length === 0;
  for (const path of ownTypes) {
    const reason = 'The package brings its own declarations; they stay its public types.';
    left.push({ code: 'OWN_TYPES_KEPT', path, line: null, reason });
  }
  const edition = input.movesToEsm ? 2022 : targetEdition(modules, project.manifest.enginesNode);
  const mainPath = project.entryPaths.find((path) => paths.includes(path)) ?? null;
  const manifest = editManifest(project.manifest, {
    converted: paths,
    programs: modules.filter(({ text }) => text.startsWith('#!')).map(({ path }) => path),
    mainPath,
    ownTypes,
    typesPackages: typesPackagesOf(project, modules),
    nodeMajor: nodeFor(edition),
    declarations,
  });
  left.push(...manifest.left.filter((finding) => !(input.movesToEsm && finding.code === 'ENGINES_RAISED')));
  const changes: FileChange[] = [
    {
      kind: 'WRITE',
      path: 'package.json',
      text: input.movesToEsm ? asEsmPackage(manifest.text, left) : manifest.text,
    },
    {
      kind: 'WRITE',
      path: 'tsconfig.json',
      text: tsconfigText({ modules, edition, declarations, usesJson: input.usesJson, added: input.added }),
    },
  ];
  if (input.movesToEsm) {
    for (const folder of foldersToMark(project, modules).folders) {
      changes.push({ kind: 'WRITE', path: `${folder}/package.json`, text: '{\n  "type": "commonjs"\n}\n' });
    }
  }
  return { changes, left };
}

const asEsmPackage = (text: string, left: Finding[]): string => {
  left.push({
    code: 'ESM_NEEDS_NEWER_NODE',
    path: 'package.json',
    line: null,
    reason:
      'As ES modules the package can be required on Node 20.19, 22.12 and newer only; older versions throw ERR_REQUIRE_ESM.',
  });
  return setJson(
    setJson(text, ['type'], 'module', ['name', 'version', 'description', 'main', 'types', 'exports']),
    ['engines', 'node'],
    REQUIRES_ESM,
  );
};

const typesPackagesOf = (
  project: Project,
  modules: readonly ParsedModule[],
): { name: string; version: string }[] => {
  const found = new Map<string, { name: string; version: string }>();
  for (const specifier of modules.flatMap(specifiersOf)) {
    const types = isRelative(specifier) ? null : project.dependencyTypes.typesPackage(specifier);
    if (types !== null) found.set(types.name, types);
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
};
