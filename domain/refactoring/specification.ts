import type { BddItem, Condition, SddItem } from './job/values.ts';
import { type CodeFigures, counted, type Outlook } from './proposals.ts';

/** What the tests will exercise of one module. */
export type TestedModule = Readonly<{
  module: string;
  /** Names of the exports with cases; the module itself is an empty name. */
  exports: readonly string[];
  cases: number;
  /** Planned runs of it as a program. */
  runs: number;
  /** Planned runs of it as a server. */
  served: number;
  /** Tests of the project's own whose files lead to it, where those are the proof. */
  asserted: number;
  /** Why some of it cannot be exercised. */
  uncovered: readonly string[];
}>;

type Behaviour = Omit<BddItem, 'id'>;

export type SpecificationDraft = Readonly<{
  bdd: readonly Behaviour[];
  sdd: readonly Omit<SddItem, 'id'>[];
}>;

/** Beyond this many modules of a kind the rest is told in one item: a specification is read by a person, and an answer has 200 items. */
const MAX_MODULES = 40;
const MAX_NAMES = 12;
const MAX_FILES = 40;
const MAX_REASONS = 20;

/** The first of many names, and how many more there are. */
const listed = (names: readonly string[], most: number): string => {
  const more = names.length - most;
  return `${names.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

/** The first of many reasons, and how many more there are. */
const firstOf = (reasons: readonly string[], further: (more: number) => string): readonly string[] => {
  const more = reasons.length - MAX_REASONS;
  return [...reasons.slice(0, MAX_REASONS), ...(more > 0 ? [further(more)] : [])];
};

const named = (exports: readonly string[]): string =>
  listed(
    exports.filter((name) => name !== ''),
    MAX_NAMES,
  ) || 'what it exports';

const behaviour = (module: string, cases: number, exports: readonly string[]): Behaviour => ({
  given: `${module} as it is today, with its results recorded on the untouched code`,
  when: `${named(exports)} ${exports.filter((name) => name !== '').length < 2 ? 'is' : 'are'} used with inputs chosen from ${cases} planned ${cases === 1 ? 'one' : 'ones'}`,
  then: 'every result, every thrown error and every change to the arguments is the recorded one',
});

const programBehaviour = (module: string, runs: number): Behaviour => ({
  given: `${module} as the program that it is today, with its runs recorded on the untouched code`,
  when: `it is run with arguments and input chosen from ${runs} planned runs`,
  then: 'what it prints, how it ends and which files it makes are the recorded ones',
});

const serverBehaviour = (module: string, served: number): Behaviour => ({
  given: `${module} as the server that it is today, with its answers recorded on the untouched code`,
  when: `it is started and asked with requests chosen from ${served} planned runs, malformed ones among them`,
  then: 'status, headers and body of every answer, and what it prints and writes, are the recorded ones',
});

const ownTestsBehaviour = (module: string, asserted: number): Behaviour => ({
  given: `${module} as it is today, with the project's own tests passing on the untouched code every time they are run`,
  when: `those tests are run again, ${asserted} of them for it`,
  then: 'every test that passed still passes; what no test states is not held',
});

/** An item for each of the first modules, and one for all the rest together. */
const describedBy = (
  modules: readonly TestedModule[],
  count: 'cases' | 'runs' | 'served' | 'asserted',
  describe: (module: string, many: number, exports: readonly string[]) => Behaviour,
): readonly Behaviour[] => {
  const tested = modules.filter((module) => module[count] > 0);
  const rest = tested.slice(MAX_MODULES);
  const items = tested
    .slice(0, MAX_MODULES)
    .map(({ module, exports, [count]: many }) => describe(module, many, exports));
  if (rest.length === 0) return items;
  const together = rest.reduce((sum, module) => sum + module[count], 0);
  return [...items, describe(`each of ${rest.length} further modules`, together, [])];
};

const behaviours = (modules: readonly TestedModule[]): readonly Behaviour[] => [
  ...describedBy(modules, 'cases', behaviour),
  ...describedBy(modules, 'runs', programBehaviour),
  ...describedBy(modules, 'served', serverBehaviour),
  ...describedBy(modules, 'asserted', ownTestsBehaviour),
];

/** What the person accepted: the approved text says that it is not held. */
const CONDITION_ITEMS: Readonly<Record<Condition, readonly Behaviour[]>> = {
  STRICT_MODE: [
    {
      given: 'code that is sloppy today, and something frozen or primitive that it writes to or deletes from',
      when: 'that place is reached',
      then: 'it throws a TypeError, as strict mode does, in place of being ignored: this difference is accepted',
    },
    {
      given:
        'code that is sloppy today, and relies on `this` of a plain call, on `arguments` that follow parameters, or on names that strict mode forbids',
      when: 'that place is reached',
      then: 'it does what strict mode does: `this` is what was given, or undefined, and `arguments` keep what was given. This difference is accepted',
    },
  ],
};

const structure = (outlook: Outlook): readonly string[] => [
  `These files become TypeScript or change with it: ${listed(outlook.filesTouched, MAX_FILES)}.`,
  outlook.movesToEsm
    ? `The modules become ES modules. ${outlook.moduleSystemReason}`
    : `The modules stay ${outlook.moduleSystem === 'ESM' ? 'ES modules' : 'CommonJS'}. ${outlook.moduleSystemReason}`,
  ...(outlook.variables > 0
    ? [
        `${counted(outlook.variables, 'var declaration becomes', 'var declarations become')} let or const, scoped by block.`,
      ]
    : []),
  ...(outlook.classes > 0
    ? [
        `${counted(outlook.classes, 'constructor function becomes a class', 'constructor functions become classes')}.`,
      ]
    : []),
  ...firstOf(outlook.places, (more) => `${counted(more, 'further place', 'further places')}.`).map(
    (place) => `Strict mode, which is accepted, may show here: ${place}`,
  ),
  ...firstOf(outlook.left, (more) => `${counted(more, 'further place', 'further places')}.`).map(
    (reason) => `Left as it is: ${reason}`,
  ),
];

/**
 * The specification of a recipe run: what must stay true (BDD, from what the tests exercise) and what is built (SDD, from
 * the dry run of the chosen strategy).
 */
export const recipeSpecification = (
  figures: CodeFigures,
  outlook: Outlook,
  modules: readonly TestedModule[],
): SpecificationDraft => {
  const uncovered = firstOf(
    modules.flatMap((module) => module.uncovered),
    (more) => `${counted(more, 'further part is', 'further parts are')} left out here.`,
  );
  const statement = (topic: SddItem['topic']) => (text: string) => ({ topic, statement: text });
  const untyped = figures.dependencies.filter(({ typed }) => !typed).map(({ name }) => name);
  return {
    bdd: [
      ...behaviours(modules),
      ...outlook.conditions.flatMap((condition) => CONDITION_ITEMS[condition]),
      {
        given: 'the converted project',
        when: 'the TypeScript compiler checks it with --strict',
        then: 'it reports no error',
      },
      ...uncovered.map((reason) => ({
        given: 'a part that the recorded tests do not reach',
        when: reason,
        then: 'it is converted by the same proven steps, and the delivery says that no test covers it',
      })),
    ],
    sdd: [
      ...structure(outlook).map(statement('STRUCTURE')),
      ...[
        `${counted(figures.functions, 'function gets', 'functions get')} parameter and return types, inferred from use and documentation.`,
        'any stands only where nothing better can be proven, and each such place is counted.',
      ].map(statement('TYPES')),
      ...[
        figures.dependencies.length === 0
          ? 'The project has no dependencies at run time, and gets none.'
          : `No dependency is added at run time; ${figures.dependencies.length} stay as they are.`,
        ...(untyped.length > 0 ? [`Without type declarations: ${listed(untyped, MAX_FILES)}.`] : []),
      ].map(statement('DEPENDENCIES')),
    ],
  };
};
