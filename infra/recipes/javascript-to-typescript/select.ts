import type { Finding, RecipeOptions } from '../recipe.ts';
import { withoutRepeats } from './findings.ts';
import { conversionHazards } from './hazards.ts';
import { modulesListed } from './listed-folders.ts';
import { exportsOf } from './modules/exports.ts';
import { isRelative } from './modules/graph.ts';
import { requiresOf } from './modules/requires.ts';
import { roleOf } from './project/classify.ts';
import type { Project } from './project/project.ts';
import { isSettledBy, strictModeHazards } from './strictness.ts';
import type { ParsedModule } from './syntax/parse.ts';

export type Selection = Readonly<{
  /** The modules to convert. */
  modules: readonly ParsedModule[];
  /** Where an accepted difference may be seen in them. */
  accepted: readonly Finding[];
  /** Files that stay JavaScript, each with the reason. */
  left: readonly Finding[];
  /** Not empty: the recipe does nothing. */
  refused: readonly Finding[];
}>;

const ROLE_REASONS = {
  TEST: 'A test stays JavaScript and runs against the emitted code.',
  BENCHMARK: 'A benchmark stays JavaScript and runs against the emitted code.',
  EXAMPLE: 'An example stays JavaScript.',
  CONFIG: 'A configuration file stays JavaScript, as its tool reads it.',
  TOOLING: 'A maintenance script stays JavaScript.',
  VENDORED: 'Code of others stays as it is.',
  BUILD_OUTPUT: 'Built files are not sources.',
  GENERATED: 'Generated code is changed by its generator, not by hand.',
  MINIFIED: 'Minified code is not a source.',
  FOR_BUNDLERS: 'Only bundlers load it: Node does not take ES modules under this name, so it stays as it is.',
} as const;

/** Chooses what can be converted and says why the rest cannot. An entry point that cannot refuses the whole. */
export function selectModules(
  project: Project,
  targets: readonly string[],
  accepted: NonNullable<RecipeOptions['accepted']> = [],
): Selection {
  const left: Finding[] = [...project.unreadable];
  for (const [path, role] of project.roles) {
    if (role !== 'SOURCE') left.push({ code: `LEFT_${role}`, path, line: null, reason: ROLE_REASONS[role] });
  }
  const refused: Finding[] = [];
  const isTypeScript = [...project.files.keys()].filter(
    (path) => /(?<!\.d)\.[cm]?tsx?$/.test(path) && !path.includes('node_modules/') && !isTestOfTypes(path),
  );
  const [typeScript] = isTypeScript;
  if (typeScript !== undefined) {
    refused.push({
      code: 'ALREADY_TYPESCRIPT',
      path: typeScript,
      line: null,
      reason: 'The project contains TypeScript sources already.',
    });
  }
  if (project.files.has('tsconfig.json')) {
    refused.push({
      code: 'ALREADY_TYPESCRIPT',
      path: 'tsconfig.json',
      line: null,
      reason: 'The project has a tsconfig.json already.',
    });
  }
  const wanted =
    targets.length === 0
      ? project.modules
      : project.modules.filter((module) => isSelected(module.path, targets));
  const modules: ParsedModule[] = [];
  const listed = modulesListed(project);
  for (const module of project.modules) {
    if (!wanted.includes(module)) {
      left.push({
        code: 'NOT_SELECTED',
        path: module.path,
        line: null,
        reason: 'The file is outside of the selection.',
      });
      continue;
    }
    const isListed = listed.get(module.path);
    const hazards = [...conversionHazards(module, accepted), ...(isListed === undefined ? [] : [isListed])];
    if (hazards.length === 0) modules.push(module);
    else left.push(...hazards);
  }
  const entries = project.entryPaths.filter((path) => targets.length === 0 || isSelected(path, targets));
  const lost = entries
    .map((path) => handedOn(project, modules, path))
    .flatMap((path) => partsLeft(project, modules, path))
    .filter((path) => !modules.some((module) => module.path === path));
  refused.push(...left.filter((finding) => finding.path !== null && lost.includes(finding.path)));
  if (modules.length === 0 && refused.length === 0) {
    refused.push(...left.filter((finding) => !finding.code.startsWith('LEFT_')));
    if (refused.length === 0) {
      refused.push({
        code: 'NO_SOURCES',
        path: null,
        line: null,
        reason: 'None of the JavaScript files is a source of this package.',
      });
    }
  }
  const told = accepted.length === 0 ? [] : modules.flatMap((module) => strictModeHazards(module));
  return {
    modules,
    accepted: withoutRepeats(told.filter((hazard) => isSettledBy(accepted, hazard))),
    left,
    refused: [...withoutRepeats(refused), ...settledByHand(refused)],
  };
}

/**
 * What a person can do about files that strict mode could change: they may know what cannot be shown. Code that is strict
 * already behaves after the conversion as before it.
 */
function settledByHand(refused: readonly Finding[]): readonly Finding[] {
  const paths = refused.flatMap(({ code, path }) =>
    code === 'STRICT_MODE_VISIBLE' && path !== null ? [path] : [],
  );
  if (paths.length === 0) return [];
  const files = [...new Set(paths)].join(', ');
  return [
    {
      code: 'STRICT_MODE_VISIBLE',
      path: null,
      line: null,
      reason: `If you know that none of this can matter, write 'use strict' at the top of ${files}, run your own tests, commit, and start again: the tests are then recorded on strict code.`,
    },
  ];
}

/** The file behind an entry that only hands on another: where that stays JavaScript, the entry has no types to give. */
function handedOn(
  project: Project,
  modules: readonly ParsedModule[],
  path: string,
  seen: readonly string[] = [],
): string {
  const module = modules.find((one) => one.path === path);
  if (module === undefined || module.goal === 'module') return path;
  const wholes = exportsOf(module).writes.filter(({ targets }) => targets.some(({ name }) => name === null));
  const specifier = requiresOf(module).find(({ call }) => call === wholes[0]?.value)?.specifier ?? '';
  const isOnly = wholes.length === 1 && isRelative(specifier);
  const target = isOnly ? project.resolve(path, specifier) : null;
  if (target === null || target.endsWith('.json') || seen.includes(target)) return path;
  return handedOn(project, modules, target, [...seen, path]);
}

/** The files behind an entry that only puts others together, where all of them stay JavaScript; else the entry alone. */
function partsLeft(project: Project, modules: readonly ParsedModule[], path: string): readonly string[] {
  const module = modules.find((one) => one.path === path);
  if (module === undefined || module.goal === 'module') return [path];
  const uses = requiresOf(module);
  const parts = exportsOf(module)
    .writes.flatMap(({ value }) =>
      value.type === 'ObjectExpression'
        ? value.properties.map((one) => (one.type === 'Property' ? one.value : one))
        : [value],
    )
    .map((value) => {
      const variable = value.type === 'Identifier' ? module.variableOf(value) : null;
      const use = uses.find(
        ({ call, declarator }) =>
          call === value || (variable?.defs.some(({ node }) => node === declarator) ?? false),
      );
      const specifier = use?.specifier ?? '';
      return isRelative(specifier) ? project.resolve(path, specifier) : null;
    });
  const isLeft = (part: string | null): part is string =>
    part !== null && !part.endsWith('.json') && !modules.some((one) => one.path === part);
  return parts.length > 0 && parts.every(isLeft) ? parts.filter(isLeft) : [path];
}

/** Tests and examples in TypeScript, as of declarations that a package ships by hand, are no sources of it. */
const isTestOfTypes = (path: string): boolean =>
  /\.test-d\.tsx?$/.test(path) ||
  ['TEST', 'EXAMPLE'].includes(roleOf({ path: path.replace(/tsx?$/, 'js'), text: '' }));

const isSelected = (path: string, targets: readonly string[]): boolean =>
  targets.some((target) => path === target || path.startsWith(`${target.replace(/\/$/, '')}/`));
