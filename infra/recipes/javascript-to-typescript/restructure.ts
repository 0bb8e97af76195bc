import type {
  FileChange,
  Finding,
  ProjectSources,
  RecipeOptions,
  RecipeReport,
  RecipeStep,
  SourceFile,
} from '../recipe.ts';
import { blockScope } from './block-scoped/block-scoped.ts';
import { makeClasses } from './classes/classes.ts';
import { isRelative } from './modules/graph.ts';
import { requiresOf } from './modules/requires.ts';
import { typeCommonJs } from './modules/typed-commonjs.ts';
import { readProject } from './project/project.ts';
import { writeProjectFiles } from './project-files/write.ts';
import { selectModules } from './select.ts';
import { type ParsedModule, reparse } from './syntax/parse.ts';

export type StepReport = RecipeReport['steps'][number];

export type Restructured =
  | Readonly<{
      status: 'CHANGED';
      changes: readonly FileChange[];
      moduleSystem: 'ESM' | 'COMMONJS';
      moduleSystemReason: string;
      steps: readonly StepReport[];
      /** The converted modules under their new paths, and the JSON files they load: what the types step works on. */
      program: readonly SourceFile[];
    }>
  | Readonly<{ status: 'REFUSED'; reasons: readonly Finding[] }>;

const STEPS_OF: Readonly<Record<RecipeOptions['strategy'], readonly RecipeStep[]>> = {
  CONSERVATIVE: ['RENAME', 'ANNOTATE', 'PROJECT_FILES'],
  STANDARD: ['RENAME', 'BLOCK_SCOPED', 'CLASSES', 'MODULES', 'ANNOTATE', 'PROJECT_FILES'],
  COMPREHENSIVE: ['RENAME', 'BLOCK_SCOPED', 'CLASSES', 'MODULES', 'ANNOTATE', 'PROJECT_FILES'],
};

export const activeSteps = (options: RecipeOptions): ReadonlySet<RecipeStep> =>
  new Set(STEPS_OF[options.strategy].filter((step) => !options.disabledSteps.includes(step)));

export const typeScriptPath = (path: string): string => path.replace(/js$/, 'ts');

/** The structural half of the recipe: everything but the annotations. A pure function of the sources. */
export function restructure(sources: ProjectSources, options: RecipeOptions): Restructured {
  const project = readProject(sources);
  if (!('modules' in project)) return { status: 'REFUSED', reasons: project };
  const selection = selectModules(project, sources.targets);
  if (selection.refused.length > 0) return { status: 'REFUSED', reasons: selection.refused };
  const active = activeSteps(options);
  const convertedPaths = new Set(selection.modules.map((module) => module.path));
  const json = new Set<string>();
  const changes: FileChange[] = [];
  const program: SourceFile[] = [];
  const log = new StepLog();
  log.add('RENAME', selection.modules.length, selection.left);
  for (const source of selection.modules) {
    const cyclic = project.cyclic.has(source.path);
    const isTyped = (specifier: string): boolean => {
      if (!isRelative(specifier)) return project.dependencyTypes.isTyped(specifier);
      const target = project.resolve(source.path, specifier);
      return target !== null && (convertedPaths.has(target) || target.endsWith('.json'));
    };
    for (const path of jsonRequires(source, project.resolve)) json.add(path);
    let module = source;
    if (active.has('BLOCK_SCOPED')) {
      const scoped = blockScope(module, cyclic);
      log.add('BLOCK_SCOPED', scoped.applied, scoped.left);
      module = reparse(module, scoped.text);
    }
    if (active.has('CLASSES')) {
      const classes = makeClasses(module, cyclic);
      log.add('CLASSES', classes.applied, classes.left);
      module = reparse(module, classes.text);
    }
    let text = module.text;
    if (module.goal === 'commonjs') {
      const typed = typeCommonJs(module, {
        original: source.text,
        packageName: project.manifest.name,
        cyclic,
        isTyped,
        direct: active.has('MODULES'),
      });
      if ('refused' in typed) return { status: 'REFUSED', reasons: [typed.refused] };
      text = typed.text;
      log.add('MODULES', typed.applied, typed.left);
    }
    changes.push({ kind: 'RENAME', path: module.path, to: typeScriptPath(module.path), text });
    program.push({ path: typeScriptPath(module.path), text });
  }
  for (const path of json) {
    const file = project.files.get(path);
    if (file !== undefined) program.push(file);
  }
  if (active.has('PROJECT_FILES')) {
    const written = writeProjectFiles(project, selection.modules, json.size > 0);
    changes.push(...written.changes);
    log.add('PROJECT_FILES', written.changes.length, written.left);
  }
  return {
    status: 'CHANGED',
    changes,
    moduleSystem: 'COMMONJS',
    moduleSystemReason: '',
    steps: log.steps,
    program,
  };
}

/** Adds up what each step did over all files. */
class StepLog {
  readonly #steps = new Map<RecipeStep, { applied: number; left: Finding[] }>();

  add(step: RecipeStep, applied: number, left: readonly Finding[]): void {
    const known = this.#steps.get(step) ?? { applied: 0, left: [] };
    this.#steps.set(step, { applied: known.applied + applied, left: [...known.left, ...left] });
  }

  get steps(): StepReport[] {
    return [...this.#steps].map(([step, { applied, left }]) => ({ step, applied, left }));
  }
}

const jsonRequires = (
  module: ParsedModule,
  resolve: (from: string, specifier: string) => string | null,
): string[] =>
  requiresOf(module)
    .map((use) =>
      use.specifier !== null && isRelative(use.specifier) ? resolve(module.path, use.specifier) : null,
    )
    .filter((path): path is string => path?.endsWith('.json') === true);
