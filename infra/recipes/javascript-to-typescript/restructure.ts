import type { FileChange, Finding, ProjectSources, RecipeOptions, SourceFile } from '../recipe.ts';
import { activeSteps, type Converted, convertModules, StepLog, type StepReport } from './convert.ts';
import type { ModuleSystemChoice } from './module-system.ts';
import { type Project, readProject } from './project/project.ts';
import { writeProjectFiles } from './project-files/write.ts';
import { type Selection, selectModules } from './select.ts';
import { shadowedTypes } from './shadowed-types.ts';

export type Structure = Readonly<{
  project: Project;
  selection: Selection;
  converted: Exclude<Converted, { refused: readonly Finding[] }>;
}>;

/** Renames and rewrites; adds no types and no project files yet. */
export function convertStructure(
  sources: ProjectSources,
  options: RecipeOptions,
): Structure | readonly Finding[] {
  if (options.disabledSteps.includes('RENAME')) {
    return [
      {
        code: 'RENAME_DISABLED',
        path: null,
        line: null,
        reason: 'Without renaming the files there is no TypeScript.',
      },
    ];
  }
  const project = readProject(sources);
  if (!('modules' in project)) return project;
  const selection = selectModules(project, sources.targets, options.accepted);
  if (selection.refused.length > 0) return selection.refused;
  const shadowed = shadowedTypes(project, selection.modules);
  if (shadowed.length > 0) return shadowed;
  const converted = convertModules(project, selection, options);
  return 'refused' in converted ? converted.refused : { project, selection, converted };
}

/** The file changes of a conversion: renamed modules with their final texts, then package.json and tsconfig.json. */
export function changesOf(
  structure: Structure,
  options: RecipeOptions,
  texts: ReadonlyMap<string, string>,
  added: readonly SourceFile[],
): { changes: FileChange[]; left: readonly Finding[] } {
  const { project, selection, converted } = structure;
  const changes: FileChange[] = converted.modules.map((module) => ({
    kind: 'RENAME',
    path: module.from,
    to: module.to,
    text: texts.get(module.to) ?? module.text,
  }));
  for (const file of added) changes.push({ kind: 'WRITE', path: file.path, text: file.text });
  if (!activeSteps(options).has('PROJECT_FILES')) return { changes, left: [] };
  const written = writeProjectFiles({
    project,
    modules: selection.modules,
    movesToEsm: converted.moduleSystem.moves,
    usesJson: converted.json.length > 0,
    added: added.map((file) => file.path),
  });
  return { changes: [...changes, ...written.changes], left: written.left };
}

export type Restructured =
  | Readonly<{
      status: 'CHANGED';
      changes: readonly FileChange[];
      moduleSystem: ModuleSystemChoice['system'];
      moduleSystemReason: string;
      steps: readonly StepReport[];
      accepted: readonly Finding[];
    }>
  | Readonly<{ status: 'REFUSED'; reasons: readonly Finding[] }>;

/** The structural half of the recipe: everything but the types. A pure function of the sources. */
export function restructure(sources: ProjectSources, options: RecipeOptions): Restructured {
  const structure = convertStructure(sources, options);
  if (!('converted' in structure)) return { status: 'REFUSED', reasons: structure };
  const { changes, left } = changesOf(structure, options, new Map(), []);
  const log = new StepLog();
  const files = changes.filter((change) => change.kind === 'WRITE').length;
  if (activeSteps(options).has('PROJECT_FILES')) log.add('PROJECT_FILES', files, left);
  const { moduleSystem, steps } = structure.converted;
  return {
    status: 'CHANGED',
    changes,
    moduleSystem: moduleSystem.system,
    moduleSystemReason: moduleSystem.reason,
    steps: [...steps, ...log.steps],
    accepted: structure.selection.accepted,
  };
}
