import type { Finding, ProjectSources, RecipeOptions, Strategy } from '../../recipe.ts';
import { blockScope } from '../block-scoped/block-scoped.ts';
import { classCandidates, classHazard } from '../classes/candidate.ts';
import { convertModules } from '../convert.ts';
import { esmBlockers } from '../modules/esm-blockers.ts';
import { isRelative } from '../modules/graph.ts';
import { type RequireUse, requiresOf } from '../modules/requires.ts';
import type { FileRole } from '../project/classify.ts';
import type { EntryPoint } from '../project/manifest.ts';
import { type Project, readProject, specifiersOf } from '../project/project.ts';
import { isBuiltin, packageOf } from '../project/types-known.ts';
import { type Selection, selectModules } from '../select.ts';
import { lineOf } from '../syntax/nodes.ts';
import type { ModuleGoal, ParsedModule } from '../syntax/parse.ts';
import { type FunctionFact, sizeOf } from './complexity.ts';
import { type ExportFact, surfaceOf } from './surface.ts';

export type RequireFact = Readonly<{
  /** Null where it is computed at run time. */
  specifier: string | null;
  form: RequireUse['form'];
  line: number;
  target: 'BUILTIN' | 'PACKAGE' | 'FILE' | 'UNKNOWN';
  /** The file of the project that it loads. */
  path: string | null;
}>;

export type ModuleAnalysis = Readonly<{
  path: string;
  goal: ModuleGoal;
  isEntry: boolean;
  isStrict: boolean;
  isCyclic: boolean;
  lines: number;
  complexity: number;
  functions: readonly FunctionFact[];
  exports: readonly ExportFact[];
  requires: readonly RequireFact[];
  /** How many `var` declarations can be scoped by block, and why the others cannot. */
  variables: Readonly<{ convertible: number; left: readonly Finding[] }>;
  /** Constructor functions; `reason` says why one cannot become a class, null where it can. */
  constructors: readonly Readonly<{ name: string; line: number; reason: string | null }>[];
  esmBlockers: readonly Finding[];
}>;

export type DependencyAnalysis = Readonly<{
  name: string;
  /** Version range in package.json; null where it is not listed there. */
  range: string | null;
  /** Own or `@types` declarations were sent along. */
  typesKnown: boolean;
  usedBy: readonly string[];
}>;

/** Everything that proposals, specification and tests are computed from. A function of the sources alone. */
export type ProjectAnalysis = Readonly<{
  packageName: string;
  version: string;
  isPrivate: boolean;
  moduleType: 'commonjs' | 'module';
  enginesNode: string | null;
  hasTestScript: boolean;
  entryPoints: readonly Readonly<EntryPoint & { resolved: string | null }>[];
  /** The modules that the recipe converts. */
  modules: readonly ModuleAnalysis[];
  /** JavaScript files that stay as they are. */
  leftOut: readonly Readonly<{ path: string; role: FileRole }>[];
  /** What the entry points export, by the path of the module. */
  publicSurface: readonly Readonly<{ path: string; exports: readonly ExportFact[] }>[];
  dependencies: readonly DependencyAnalysis[];
  /** Module system that each strategy ends with, and why. */
  moduleSystems: Readonly<
    Record<Strategy, Readonly<{ system: 'ESM' | 'COMMONJS'; reason: string; blockers: readonly Finding[] }>>
  >;
  totals: Readonly<{
    lines: number;
    functions: number;
    complexity: number;
    vars: number;
    varsConvertible: number;
    exports: number;
  }>;
  /** Files left alone and what cannot be proved, each with the reason. */
  findings: readonly Finding[];
  /** Not empty: the recipe does not apply, and `transform` refuses with the same reasons. */
  refusals: readonly Finding[];
}>;

/** Looks at a project without changing it. Only what is in the sources is said; nothing is guessed. */
export function analyse(
  sources: ProjectSources,
  accepted: NonNullable<RecipeOptions['accepted']> = [],
): ProjectAnalysis {
  const project = readProject(sources);
  if (!('modules' in project)) return nothing(project);
  const selection = selectModules(project, sources.targets, accepted);
  const modules = selection.modules.map((module) => analyseModule(project, module));
  const sum = (of: (module: ModuleAnalysis) => number): number =>
    modules.reduce((total, module) => total + of(module), 0);
  const converted = selection.refused.length > 0 ? [] : refusedLater(project, selection);
  return {
    packageName: project.manifest.name,
    version: typeof project.manifest.json['version'] === 'string' ? project.manifest.json['version'] : '',
    isPrivate: project.manifest.isPrivate,
    moduleType: project.manifest.moduleType,
    enginesNode: project.manifest.enginesNode,
    hasTestScript: project.manifest.scripts.has('test'),
    entryPoints: project.manifest.entries.map((entry) => ({
      ...entry,
      resolved: project.resolve('package.json', `./${entry.path}`),
    })),
    modules,
    leftOut: [...project.roles]
      .filter(([, role]) => role !== 'SOURCE')
      .map(([path, role]) => ({ path, role })),
    publicSurface: modules.filter((module) => module.isEntry).map(({ path, exports }) => ({ path, exports })),
    dependencies: dependenciesOf(project, selection.modules),
    moduleSystems: {
      CONSERVATIVE: systemFor(project, selection, 'CONSERVATIVE'),
      STANDARD: systemFor(project, selection, 'STANDARD'),
      COMPREHENSIVE: systemFor(project, selection, 'COMPREHENSIVE'),
    },
    totals: {
      lines: sum((module) => module.lines),
      functions: sum((module) => module.functions.length),
      complexity: sum((module) => module.complexity),
      vars: sum((module) => module.variables.convertible + module.variables.left.length),
      varsConvertible: sum((module) => module.variables.convertible),
      exports: sum((module) => module.exports.length),
    },
    findings: selection.left,
    refusals: [...selection.refused, ...converted],
  };
}

const analyseModule = (project: Project, module: ParsedModule): ModuleAnalysis => {
  const cyclic = project.cyclic.has(module.path);
  const size = sizeOf(module);
  const scoped = blockScope(module, cyclic);
  return {
    path: module.path,
    goal: module.goal,
    isEntry: project.entryPaths.includes(module.path),
    isStrict: module.strict,
    isCyclic: cyclic,
    ...size,
    exports: surfaceOf(module),
    requires: requiresOf(module).map((use) => requireFact(project, module, use)),
    variables: { convertible: scoped.applied, left: scoped.left },
    constructors: classCandidates(module).map((candidate) => ({
      name: candidate.variable.name,
      line: lineOf(candidate.declaration),
      reason: classHazard(module, candidate, cyclic),
    })),
    esmBlockers: esmBlockers(module, cyclic),
  };
};

const requireFact = (project: Project, module: ParsedModule, use: RequireUse): RequireFact => {
  const { specifier, form } = use;
  const line = lineOf(use.call);
  if (specifier === null) return { specifier, form, line, target: 'UNKNOWN', path: null };
  if (isBuiltin(specifier)) return { specifier, form, line, target: 'BUILTIN', path: null };
  if (!isRelative(specifier)) return { specifier, form, line, target: 'PACKAGE', path: null };
  const path = project.resolve(module.path, specifier);
  return { specifier, form, line, target: path === null ? 'UNKNOWN' : 'FILE', path };
};

const dependenciesOf = (project: Project, modules: readonly ParsedModule[]): DependencyAnalysis[] => {
  const found = new Map<string, { specifiers: Set<string>; usedBy: Set<string> }>();
  for (const name of project.manifest.dependencies.keys())
    found.set(name, { specifiers: new Set([name]), usedBy: new Set() });
  for (const module of modules) {
    for (const specifier of specifiersOf(module)) {
      if (isRelative(specifier) || isBuiltin(specifier)) continue;
      const one = found.get(packageOf(specifier)) ?? {
        specifiers: new Set<string>(),
        usedBy: new Set<string>(),
      };
      one.specifiers.add(specifier);
      one.usedBy.add(module.path);
      found.set(packageOf(specifier), one);
    }
  }
  return [...found].map(([name, one]) => ({
    name,
    range: project.manifest.dependencies.get(name) ?? null,
    typesKnown: [...one.specifiers].some((specifier) => project.dependencyTypes.isTyped(specifier)),
    usedBy: [...one.usedBy].sort(),
  }));
};

/** The choice can fall back while files are rewritten, so it is read from a conversion, not predicted. */
const systemFor = (
  project: Project,
  selection: Selection,
  strategy: Strategy,
): ProjectAnalysis['moduleSystems'][Strategy] => {
  const converted = convertModules(project, selection, { strategy, disabledSteps: [] });
  if ('refused' in converted)
    return { system: 'COMMONJS', reason: 'The recipe does not apply.', blockers: converted.refused };
  const { blockers, reason, system } = converted.moduleSystem;
  return { system, reason, blockers };
};

const refusedLater = (project: Project, selection: Selection): readonly Finding[] => {
  const converted = convertModules(project, selection, { strategy: 'CONSERVATIVE', disabledSteps: [] });
  return 'refused' in converted ? converted.refused : [];
};

const nothing = (refusals: readonly Finding[]): ProjectAnalysis => {
  const none = { system: 'COMMONJS', reason: 'The recipe does not apply.', blockers: refusals } as const;
  return {
    packageName: '',
    version: '',
    isPrivate: false,
    moduleType: 'commonjs',
    enginesNode: null,
    hasTestScript: false,
    entryPoints: [],
    modules: [],
    leftOut: [],
    publicSurface: [],
    dependencies: [],
    moduleSystems: { CONSERVATIVE: none, STANDARD: none, COMPREHENSIVE: none },
    totals: { lines: 0, functions: 0, complexity: 0, vars: 0, varsConvertible: 0, exports: 0 },
    findings: [],
    refusals,
  };
};
