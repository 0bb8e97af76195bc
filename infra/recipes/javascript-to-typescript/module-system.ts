import type { Finding, RecipeOptions } from '../recipe.ts';
import { esmBlockers } from './modules/esm-blockers.ts';
import { isRelative } from './modules/graph.ts';
import { requiresOf } from './modules/requires.ts';
import { at, type Project } from './project/project.ts';
import type { ParsedModule } from './syntax/parse.ts';

/** Node versions whose `require()` loads ES modules: below them every consumer that requires the package breaks. */
export const REQUIRES_ESM = '^20.19.0 || >=22.12.0';

export type ModuleSystemChoice = Readonly<{
  system: 'ESM' | 'COMMONJS';
  /** The files have to be rewritten as ES modules. */
  moves: boolean;
  reason: string;
  blockers: readonly Finding[];
}>;

const where = (finding: Finding): string =>
  finding.path === null ? '' : ` (${finding.path}${finding.line === null ? '' : `:${finding.line}`})`;

/** JavaScript that stays as it is and would change its meaning under `"type": "module"`. */
export function foldersToMark(
  project: Project,
  modules: readonly ParsedModule[],
): { folders: string[]; blocker: Finding | null } {
  const converted = new Set(modules.map((module) => module.path));
  const folders = new Set<string>();
  for (const path of project.roles.keys()) {
    if (converted.has(path) || !path.endsWith('.js') || path.includes('node_modules/')) continue;
    const [top = ''] = path.split('/');
    const isShared = modules.some((module) => module.path.startsWith(`${top}/`));
    if (!path.includes('/') || isShared || project.files.has(`${top}/package.json`)) {
      const reason =
        'This JavaScript file stays CommonJS, and in an ES module package it would be read as an ES module.';
      return { folders: [], blocker: { code: 'ESM_OTHER_FILES', path, line: null, reason } };
    }
    folders.add(top);
  }
  return { folders: [...folders].sort(), blocker: null };
}

/** Packages whose answer to `import` is another than to `require`, or is not known. */
const dependencyBlockers = (project: Project, module: ParsedModule): Finding[] =>
  requiresOf(module)
    .filter(
      ({ specifier }) =>
        specifier !== null &&
        !isRelative(specifier) &&
        !project.dependencyTypes.importsLikeRequire(specifier),
    )
    .map((use) =>
      at(
        module,
        use.call,
        'ESM_DEPENDENCY',
        `It is not known that importing "${use.specifier}" gives what requiring it gives.`,
      ),
    );

/** Chooses the module system before anything is rewritten. The conversion itself may still fall back to CommonJS. */
export function chooseModuleSystem(
  project: Project,
  modules: readonly ParsedModule[],
  options: RecipeOptions,
  partial: boolean,
): ModuleSystemChoice {
  const stay = (reason: string, blockers: readonly Finding[] = []): ModuleSystemChoice => ({
    system: 'COMMONJS',
    moves: false,
    reason,
    blockers,
  });
  if (modules.every((module) => module.goal === 'module')) {
    return { system: 'ESM', moves: false, reason: 'The files are ES modules already.', blockers: [] };
  }
  if (modules.some((module) => module.goal === 'module'))
    return stay('The package mixes CommonJS and ES modules; each file keeps its own.');
  if (options.strategy === 'CONSERVATIVE' || options.disabledSteps.includes('MODULES')) {
    return stay('The module system is left alone, so every consumer loads the package as before.');
  }
  if (options.strategy === 'STANDARD' && !project.manifest.isPrivate) {
    return stay(
      'The package is published, and consumers that require() it on Node before 20.19 or 22.12 would break.',
    );
  }
  if (partial) return stay('Some files stay JavaScript, and they require the converted ones.');
  if (modules.some((module) => !module.path.endsWith('.js')))
    return stay('A file is CommonJS by its extension.');
  const marks = foldersToMark(project, modules);
  const blockers = [
    ...modules.flatMap((module) => esmBlockers(module, project.cyclic.has(module.path))),
    ...modules.flatMap((module) => dependencyBlockers(project, module)),
    ...(marks.blocker === null ? [] : [marks.blocker]),
  ];
  const [first] = blockers;
  if (first !== undefined) {
    const more = blockers.length > 1 ? ` (and ${blockers.length - 1} more)` : '';
    return stay(`${first.reason}${where(first)}${more}`, blockers);
  }
  return {
    system: 'ESM',
    moves: true,
    reason:
      'Every file loads and exports in ways that ES modules keep; require() gives the same value on Node 20.19, 22.12 and newer.',
    blockers: [],
  };
}
