import { posix } from 'node:path';
import type { Finding, RecipeOptions, RecipeReport, RecipeStep, SourceFile } from '../recipe.ts';
import { blockScope } from './block-scoped/block-scoped.ts';
import { makeClasses } from './classes/classes.ts';
import { chooseModuleSystem, type ModuleSystemChoice } from './module-system.ts';
import { toEsModule } from './modules/esm.ts';
import { isRelative } from './modules/graph.ts';
import { typeCommonJs } from './modules/typed-commonjs.ts';
import { type Project, specifiersOf } from './project/project.ts';
import type { Selection } from './select.ts';
import { withoutCompilerDirectives } from './syntax/compiler-directives.ts';
import { withoutLegacyPatterns } from './syntax/legacy-patterns.ts';
import { type ParsedModule, reparse } from './syntax/parse.ts';

export type StepReport = RecipeReport['steps'][number];

/** One module on its way: the text under the new path. */
export type ConvertedModule = Readonly<{ from: string; to: string; text: string }>;

export type Converted =
  | Readonly<{
      modules: readonly ConvertedModule[];
      /** JSON files that the modules load, as they are. */
      json: readonly SourceFile[];
      moduleSystem: ModuleSystemChoice;
      steps: readonly StepReport[];
    }>
  | Readonly<{ refused: readonly Finding[] }>;

const STEPS_OF: Readonly<Record<RecipeOptions['strategy'], readonly RecipeStep[]>> = {
  CONSERVATIVE: ['RENAME', 'ANNOTATE', 'PROJECT_FILES'],
  STANDARD: ['RENAME', 'BLOCK_SCOPED', 'CLASSES', 'MODULES', 'ANNOTATE', 'PROJECT_FILES'],
  COMPREHENSIVE: ['RENAME', 'BLOCK_SCOPED', 'CLASSES', 'MODULES', 'ANNOTATE', 'PROJECT_FILES'],
};

/** The steps a strategy takes, without those that are switched off. */
export const activeSteps = (options: RecipeOptions): ReadonlySet<RecipeStep> =>
  new Set(STEPS_OF[options.strategy].filter((step) => !options.disabledSteps.includes(step)));

/** Adds up what each step did over all files. */
export class StepLog {
  readonly #steps = new Map<RecipeStep, { applied: number; left: Finding[] }>();

  add(step: RecipeStep, applied: number, left: readonly Finding[]): void {
    const known = this.#steps.get(step) ?? { applied: 0, left: [] };
    this.#steps.set(step, { applied: known.applied + applied, left: [...known.left, ...left] });
  }

  get steps(): StepReport[] {
    return [...this.#steps].map(([step, { applied, left }]) => ({ step, applied, left }));
  }
}

/** Renames the selected modules and rewrites each, step by step; positions of findings are those of the source. */
export function convertModules(project: Project, selection: Selection, options: RecipeOptions): Converted {
  const active = activeSteps(options);
  const log = new StepLog();
  log.add('RENAME', selection.modules.length, selection.left);
  const scoped = selection.modules.map((source) => {
    const cyclic = project.cyclic.has(source.path);
    const { text, lines } = withoutCompilerDirectives(source);
    log.add(
      'RENAME',
      0,
      lines.map((line) => directiveFinding(source.path, line)),
    );
    let module = lines.length === 0 ? source : reparse(source, text);
    const plain = withoutLegacyPatterns(module);
    if (plain !== module.text) module = reparse(module, plain);
    if (active.has('BLOCK_SCOPED')) {
      const result = blockScope(module, cyclic);
      log.add('BLOCK_SCOPED', result.applied, result.left);
      module = reparse(module, result.text);
    }
    if (active.has('CLASSES')) {
      const result = makeClasses(module, cyclic);
      log.add('CLASSES', result.applied, result.left);
      module = reparse(module, result.text);
    }
    return { source, module };
  });
  const partial = [...project.roles].some(
    ([path, role]) => role === 'SOURCE' && !selection.modules.some((one) => one.path === path),
  );
  let choice = chooseModuleSystem(
    project,
    scoped.map(({ module }) => module),
    options,
    partial,
  );
  let texts = choice.moves ? asEsModules(project, scoped) : null;
  if (texts !== null && 'blocked' in texts) {
    const finding = texts.blocked;
    choice = {
      system: 'COMMONJS',
      moves: false,
      reason: `${finding.reason} (${finding.path ?? ''})`,
      blockers: [finding],
    };
    texts = null;
  }
  if (texts === null) {
    const typed = asTypedCommonJs(project, scoped, active, log);
    if ('refused' in typed) return typed;
    texts = typed;
  } else log.add('MODULES', texts.size, []);
  log.add('MODULES', 0, choice.blockers);
  const done = texts;
  return {
    modules: scoped.map(({ source, module }) => ({
      from: source.path,
      to: source.path.replace(/js$/, 'ts'),
      text: done.get(source.path) ?? module.text,
    })),
    json: jsonLoadedBy(project, selection.modules),
    moduleSystem: choice,
    steps: log.steps,
  };
}

const directiveFinding = (path: string, line: number): Finding => ({
  code: 'COMPILER_DIRECTIVE_DROPPED',
  path,
  line,
  reason: 'A comment told TypeScript to overlook errors here; the file is checked like any other now.',
});

type Scoped = readonly Readonly<{ source: ParsedModule; module: ParsedModule }>[];

const asEsModules = (project: Project, scoped: Scoped): Map<string, string> | { blocked: Finding } => {
  const texts = new Map<string, string>();
  for (const { source, module } of scoped) {
    const result = toEsModule(module, {
      original: source.text,
      packageName: project.manifest.name,
      resolve: (specifier) => project.resolve(source.path, specifier),
    });
    if ('blocked' in result) return result;
    texts.set(source.path, result.text);
  }
  return texts;
};

const asTypedCommonJs = (
  project: Project,
  scoped: Scoped,
  active: ReadonlySet<RecipeStep>,
  log: StepLog,
): Map<string, string> | { refused: Finding[] } => {
  const converted = new Set(scoped.map(({ source }) => source.path));
  const texts = new Map<string, string>();
  const refused: Finding[] = [];
  for (const { source, module } of scoped) {
    if (module.goal === 'module') continue;
    const isTyped = (specifier: string): boolean => {
      if (!isRelative(specifier)) return project.dependencyTypes.isTyped(specifier);
      const target = project.resolve(source.path, specifier);
      return target !== null && (converted.has(target) || target.endsWith('.json'));
    };
    const typed = typeCommonJs(module, {
      original: source.text,
      packageName: project.manifest.name,
      cyclic: project.cyclic.has(source.path),
      isTyped,
      // The types step declares packages that bring no types, from how they are used.
      isDeclared: (specifier) => active.has('ANNOTATE') && !isRelative(specifier),
      inFull: (specifier) => rootInFull(project, source.path, specifier),
      direct: active.has('MODULES'),
    });
    if ('refused' in typed) refused.push(typed.refused);
    else {
      texts.set(source.path, typed.text);
      log.add('MODULES', typed.applied, typed.left);
    }
  }
  return refused.length > 0 ? { refused } : texts;
};

/** A path to the folder of package.json, as the path of its main file. */
const rootInFull = (project: Project, from: string, specifier: string): string => {
  const isRoot = isRelative(specifier) && /^\.?\/?$/.test(posix.join(posix.dirname(from), specifier));
  const target = isRoot ? project.resolve(from, specifier) : null;
  if (target === null) return specifier;
  const path = posix.relative(posix.dirname(from), target);
  return path.startsWith('.') ? path : `./${path}`;
};

const jsonLoadedBy = (project: Project, modules: readonly ParsedModule[]): SourceFile[] => {
  const found = new Map<string, SourceFile>();
  for (const module of modules) {
    for (const specifier of specifiersOf(module)) {
      const path = isRelative(specifier) ? project.resolve(module.path, specifier) : null;
      const file = path?.endsWith('.json') ? project.files.get(path) : undefined;
      if (file !== undefined) found.set(file.path, file);
    }
  }
  return [...found.values()];
};
