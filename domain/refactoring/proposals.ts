import type { Condition, Proposal, RiskLevel, StrategyName } from './job/values.ts';

/**
 * Three proposals from the figures of the analysed code (SPC-01). Every sentence follows from a number or a finding of
 * the analysis; both wordings say the same (JOB-10).
 */

export type CodeFigures = Readonly<{
  files: number;
  lines: number;
  functions: number;
  branches: number;
  dependencies: readonly Readonly<{ name: string; typed: boolean }>[];
}>;

/** What one strategy would do, from a dry run without types. */
export type Outlook = Readonly<{
  strategy: StrategyName;
  filesTouched: readonly string[];
  moduleSystem: 'ESM' | 'COMMONJS';
  moduleSystemReason: string;
  /** False too where the files are ES modules already. */
  movesToEsm: boolean;
  /** Variables that get the scope they are used in, and constructor functions that become classes. */
  variables: number;
  classes: number;
  /** Places that stay as they are, each with a sentence. */
  left: readonly string[];
  /** Not empty: this strategy is not possible, for these reasons. */
  refused: readonly string[];
  /** What the person has to take with it. */
  conditions: readonly Condition[];
  /** Where one of them may be seen, each with a sentence. */
  places: readonly string[];
}>;

/** What the analysis found at the edges of the project: what it offers to others, and what it uses of them. */
export type Edges = Readonly<{
  /** By entry point; `module.exports` itself is called so. */
  offers: readonly Readonly<{ path: string; names: readonly string[] }>[];
  uses: readonly Readonly<{
    name: string;
    /** Version range in package.json; null where it is not listed there. */
    range: string | null;
    typed: boolean;
    usedBy: readonly string[];
  }>[];
  /** Versions of Node that package.json allows; null: any. */
  engines: string | null;
}>;

export type ProposalDraft = Omit<Proposal, 'proposalId'>;

/** Above this many branches even a small change has many ways to go wrong. */
const MANY_BRANCHES = 400;

/** A count with its noun. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

/** What the strategy does to this code: what it does to another one would be a promise that is not kept here. */
const titleOf = ({ strategy, refused, variables, classes, movesToEsm }: Outlook): string => {
  if (refused.length > 0) return 'Not possible for this code';
  if (strategy === 'CONSERVATIVE') return 'Types only';
  const more = [
    ...(variables + classes > 0 ? ['modern syntax'] : []),
    ...(movesToEsm ? ['modern modules'] : []),
  ];
  if (more.length === 0) return 'Types only: nothing else changes here';
  const kept = strategy === 'COMPREHENSIVE' && !movesToEsm ? '; modules stay as they are' : '';
  return `${listed(['Types', ...more])}${kept}`;
};

const isRisk = (value: number): value is RiskLevel => [1, 2, 3, 4, 5].includes(value);

const riskOf = (outlook: Outlook, figures: CodeFigures): RiskLevel => {
  if (outlook.refused.length > 0) return 5;
  const reasons = [
    outlook.variables > 0,
    outlook.classes > 0,
    outlook.movesToEsm,
    figures.branches > MANY_BRANCHES,
    outlook.conditions.length > 0,
  ];
  const risk = 1 + reasons.filter(Boolean).length;
  return isRisk(risk) ? risk : 5;
};

/** What each condition means, in both wordings. */
const CONDITION_TEXTS: Readonly<Record<Condition, Readonly<{ simple: string; professional: string }>>> = {
  STRICT_MODE: {
    simple:
      'You have to accept one difference: where your code changes something that is locked, nothing happens today, and the new code stops with an error there. The same goes for code that relies on "this" or "arguments" in the old way.',
    professional:
      'Needs STRICT_MODE to be accepted: the code is sloppy, and TypeScript emits strict mode. A write to a frozen or primitive value then throws a TypeError in place of being ignored, `this` of a plain call is undefined and is not boxed, and `arguments` does not follow parameters.',
  },
};

const shownPlaces = (places: readonly string[]): string =>
  counted(places.length, 'kind of place', 'kinds of places');

const simpleText = (outlook: Outlook, figures: CodeFigures): string => {
  if (outlook.refused.length > 0) return `This way is not possible: ${outlook.refused.join(' ')}`;
  const files = counted(outlook.filesTouched.length, 'file changes', 'files change');
  const changes = [
    ...(outlook.variables > 0 ? ['old-style variables become modern ones'] : []),
    ...(outlook.classes > 0 ? ['old-style classes become real ones'] : []),
    ...(outlook.movesToEsm ? ['files are loaded the modern way'] : []),
  ];
  const syntax =
    changes.length === 0
      ? 'The code keeps its shape; only types are added.'
      : `Besides types, ${listed(changes)}.`;
  const left =
    outlook.left.length > 0
      ? ` ${counted(outlook.left.length, 'place')} cannot be improved safely and will stay.`
      : '';
  const { conditions, places } = outlook;
  const but = conditions.map(
    (condition) => ` ${CONDITION_TEXTS[condition].simple} This may show in ${shownPlaces(places)}.`,
  );
  const kept = conditions.length === 0 ? 'today' : 'today, but for what you accept';
  return `${files}, and your ${counted(figures.functions, 'function will do what it does', 'functions will do what they do')} ${kept}. ${syntax}${left}${but.join('')}`;
};

const professionalText = (outlook: Outlook, figures: CodeFigures): string => {
  if (outlook.refused.length > 0) return `Refused by the recipe: ${outlook.refused.join(' ')}`;
  const { files, lines, functions, branches } = figures;
  const steps = [
    `${counted(outlook.variables, 'var binding')} rescoped`,
    `${counted(outlook.classes, 'constructor function')} rewritten as classes`,
    `${outlook.left.length} left with a reason`,
  ];
  return (
    `${outlook.conditions.map((condition) => `${CONDITION_TEXTS[condition].professional} It may show in ${shownPlaces(outlook.places)}. `).join('')}` +
    `${counted(outlook.filesTouched.length, 'file')} touched; ${counted(files, 'code file')} with ` +
    `${counted(lines, 'line')}, ${counted(functions, 'function')}, ${counted(branches, 'branch', 'branches')}; ${steps.join(', ')}. Module system ${outlook.moduleSystem}: ${outlook.moduleSystemReason}`
  );
};

const MAX_ENTRIES = 20;
const MAX_PLACE_CHARS = 300;
const MAX_NAMES = 12;

const shortList = (names: readonly string[]): string =>
  listed([
    ...names.slice(0, MAX_NAMES),
    ...(names.length > MAX_NAMES ? [`${names.length - MAX_NAMES} more`] : []),
  ]);

/** Names, values and paths stay: only a condition or another module system can break those who use the project. */
const breakingOf = (outlook: Outlook, edges: Edges): readonly string[] => {
  const more = outlook.places.length - MAX_ENTRIES;
  return [
    ...outlook.places.slice(0, MAX_ENTRIES).map((place) => place.slice(0, MAX_PLACE_CHARS)),
    ...(more > 0 ? [`${counted(more, 'further kind of place', 'further kinds of places')}.`] : []),
    ...breakingModules(outlook, edges),
  ];
};

const breakingModules = (outlook: Outlook, { offers, engines }: Edges): readonly string[] => {
  if (!outlook.movesToEsm) return [];
  const where = offers.slice(0, MAX_ENTRIES).map(({ path, names }) => `${path} (${shortList(names)})`);
  const more = offers.length > MAX_ENTRIES ? [`${offers.length - MAX_ENTRIES} further entry points`] : [];
  const what = where.length === 0 ? 'Every module' : listed([...where, ...more]);
  return [
    `${what} will load as ES modules: require() of them needs Node 20.19, 22.12 or newer.`,
    engines === null
      ? 'package.json does not say which versions of Node it supports; say it with this change.'
      : `package.json allows Node ${engines}: raise it where that includes older versions.`,
  ];
};

const MAX_DEPENDENCIES = 200;

const compatibilityOf = ({ uses }: Edges): readonly string[] =>
  uses.slice(0, MAX_DEPENDENCIES).map(({ name, range, typed, usedBy }) => {
    const listing = range === null ? 'not listed in package.json' : range;
    const use = usedBy.length === 0 ? 'not loaded by the converted files' : `used by ${shortList(usedBy)}`;
    const types = typed ? 'type declarations found' : 'no type declarations, so its values are not checked';
    return `${name} (${listing}), ${use}: ${usedBy.length === 0 ? 'nothing to check' : types}`;
  });

/** A recipe uses no tokens: its proposals cost nothing, whatever the tier (JOB-08). */
export const recipeProposals = (
  figures: CodeFigures,
  outlooks: readonly Outlook[],
  edges: Edges,
): readonly ProposalDraft[] =>
  outlooks.map((outlook) => ({
    strategy: outlook.strategy,
    title: titleOf(outlook),
    simple: simpleText(outlook, figures),
    professional: professionalText(outlook, figures),
    filesTouched: outlook.filesTouched,
    risk: riskOf(outlook, figures),
    breakingSurface: breakingOf(outlook, edges),
    dependencyCompatibility: compatibilityOf(edges),
    complexity: {
      files: figures.files,
      lines: figures.lines,
      functions: figures.functions,
      branches: figures.branches,
    },
    credits: { estimate: 0, low: 0, high: 0 },
    ...(outlook.conditions.length > 0 && outlook.refused.length === 0
      ? { conditions: outlook.conditions }
      : {}),
  }));
