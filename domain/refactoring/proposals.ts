import type { Proposal, RiskLevel, StrategyName } from './job/values.ts';

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
  /** Variables that get the scope they are used in, and constructor functions that become classes. */
  variables: number;
  classes: number;
  /** Places that stay as they are, each with a sentence. */
  left: readonly string[];
  /** Not empty: this strategy is not possible, for these reasons. */
  refused: readonly string[];
}>;

export type ProposalDraft = Omit<Proposal, 'proposalId'>;

/** Above this many branches even a small change has many ways to go wrong. */
const MANY_BRANCHES = 400;

const TITLES: Readonly<Record<StrategyName, string>> = {
  CONSERVATIVE: 'Types only',
  STANDARD: 'Types and modern syntax',
  COMPREHENSIVE: 'Types, modern syntax and modern modules',
};

/** A count with its noun. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

const isRisk = (value: number): value is RiskLevel => [1, 2, 3, 4, 5].includes(value);

const riskOf = (outlook: Outlook, figures: CodeFigures): RiskLevel => {
  if (outlook.refused.length > 0) return 5;
  const reasons = [
    outlook.variables > 0,
    outlook.classes > 0,
    outlook.moduleSystem === 'ESM',
    figures.branches > MANY_BRANCHES,
  ];
  const risk = 1 + reasons.filter(Boolean).length;
  return isRisk(risk) ? risk : 5;
};

const simpleText = (outlook: Outlook, figures: CodeFigures): string => {
  if (outlook.refused.length > 0) return `This way is not possible: ${outlook.refused.join(' ')}`;
  const files = counted(outlook.filesTouched.length, 'file changes', 'files change');
  const changes = [
    ...(outlook.variables > 0 ? ['old-style variables become modern ones'] : []),
    ...(outlook.classes > 0 ? ['old-style classes become real ones'] : []),
    ...(outlook.moduleSystem === 'ESM' ? ['files are loaded the modern way'] : []),
  ];
  const syntax =
    changes.length === 0
      ? 'The code keeps its shape; only types are added.'
      : `Besides types, ${listed(changes)}.`;
  const left =
    outlook.left.length > 0
      ? ` ${counted(outlook.left.length, 'place')} cannot be improved safely and will stay.`
      : '';
  return `${files}, and your ${counted(figures.functions, 'function will do what it does', 'functions will do what they do')} today. ${syntax}${left}`;
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
    `${counted(outlook.filesTouched.length, 'file')} touched; ${counted(files, 'code file')} with ` +
    `${counted(lines, 'line')}, ${counted(functions, 'function')}, ${counted(branches, 'branch', 'branches')}; ${steps.join(', ')}. Module system ${outlook.moduleSystem}: ${outlook.moduleSystemReason}`
  );
};

const breakingOf = (outlook: Outlook): readonly string[] =>
  outlook.moduleSystem === 'ESM'
    ? [
        'Consumers load an ES module: require() of it needs Node 20.19 or 22.12, and gives a namespace object.',
      ]
    : [];

const compatibilityOf = ({ dependencies }: CodeFigures): readonly string[] =>
  dependencies.map(({ name, typed }) =>
    typed
      ? `${name}: type declarations found`
      : `${name}: no type declarations, so its values are not checked`,
  );

/** A recipe uses no tokens: its proposals cost nothing, whatever the tier (JOB-08). */
export const recipeProposals = (
  figures: CodeFigures,
  outlooks: readonly Outlook[],
): readonly ProposalDraft[] =>
  outlooks.map((outlook) => ({
    strategy: outlook.strategy,
    title: TITLES[outlook.strategy],
    simple: simpleText(outlook, figures),
    professional: professionalText(outlook, figures),
    filesTouched: outlook.filesTouched,
    risk: riskOf(outlook, figures),
    breakingSurface: breakingOf(outlook),
    dependencyCompatibility: compatibilityOf(figures),
    complexity: {
      files: figures.files,
      lines: figures.lines,
      functions: figures.functions,
      branches: figures.branches,
    },
    credits: { estimate: 0, low: 0, high: 0 },
  }));
