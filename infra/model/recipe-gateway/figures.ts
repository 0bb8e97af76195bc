import ts from 'typescript';
import type { Condition } from '../../../domain/refactoring/job/values.ts';
import type { CodeFigures, Outlook } from '../../../domain/refactoring/proposals.ts';
import { transform } from '../../recipes/javascript-to-typescript/recipe.ts';
import type { ProjectSources, RecipeResult, SourceFile, Strategy } from '../../recipes/recipe.ts';

const BRANCHES: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.IfStatement,
  ts.SyntaxKind.ConditionalExpression,
  ts.SyntaxKind.CaseClause,
  ts.SyntaxKind.DefaultClause,
  ts.SyntaxKind.ForStatement,
  ts.SyntaxKind.ForInStatement,
  ts.SyntaxKind.ForOfStatement,
  ts.SyntaxKind.WhileStatement,
  ts.SyntaxKind.DoStatement,
  ts.SyntaxKind.CatchClause,
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);

const countIn = ({
  path,
  text,
}: SourceFile): Readonly<{ lines: number; functions: number; branches: number }> => {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
  let functions = 0;
  let branches = 0;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) functions += 1;
    if (BRANCHES.has(node.kind)) branches += 1;
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { lines: source.getLineStarts().length, functions, branches };
};

const dependenciesOf = ({ files, dependencies }: ProjectSources): CodeFigures['dependencies'] => {
  const manifest = files.find(({ path }) => path === 'package.json');
  if (manifest === undefined) return [];
  const { config } = ts.parseConfigFileTextToJson(manifest.path, manifest.text);
  const names = Object.keys(config?.dependencies ?? {});
  const declares = (folder: string): boolean =>
    dependencies.some(({ path }) => path.startsWith(`node_modules/${folder}/`) && /\.d\.[cm]?ts$/.test(path));
  const typesOf = (name: string): string => `@types/${name.replace(/^@/, '').replace('/', '__')}`;
  return names.map((name) => ({ name, typed: declares(name) || declares(typesOf(name)) }));
};

/** Figures of the code files among `paths`. */
export const figuresOf = (sources: ProjectSources, paths: ReadonlySet<string>): CodeFigures => {
  const counts = sources.files
    .filter(({ path }) => paths.has(path) && /\.[cm]?js$/.test(path))
    .map((file) => countIn(file));
  const sum = (key: 'lines' | 'functions' | 'branches'): number =>
    counts.reduce((total, count) => total + count[key], 0);
  return {
    files: counts.length,
    lines: sum('lines'),
    functions: sum('functions'),
    branches: sum('branches'),
    dependencies: dependenciesOf(sources),
  };
};

/** Codes of refusals that a person can settle by taking a condition. */
const CONDITION_OF: Readonly<Record<string, Condition>> = { STRICT_MODE_VISIBLE: 'STRICT_MODE' };

/** The conditions under which less would be refused. */
const conditionsOf = (reasons: readonly Readonly<{ code: string }>[]): readonly Condition[] => [
  ...new Set(reasons.flatMap(({ code }) => CONDITION_OF[code] ?? [])),
];

/**
 * A dry run without types: quick, and already certain about structure and refusals. Where all that stands against it are
 * conditions, it is what would be done with them; `accepted` are those that were taken already.
 */
export const outlookOf = (
  sources: ProjectSources,
  strategy: Strategy,
  accepted: readonly Condition[] = [],
): Outlook => {
  const result = transform(sources, { strategy, disabledSteps: ['ANNOTATE'], accepted });
  if (result.status === 'REFUSED') {
    const needed = conditionsOf(result.reasons).filter((condition) => !accepted.includes(condition));
    return needed.length > 0
      ? outlookOf(sources, strategy, [...accepted, ...needed])
      : refusedOutlook(strategy, result, accepted);
  }
  const { report, changes } = result;
  const known = new Set(sources.files.map(({ path }) => path));
  const applied = (step: string): number => report.steps.find((one) => one.step === step)?.applied ?? 0;
  return {
    strategy,
    filesTouched: changes.map(({ path }) => path).filter((path) => known.has(path)),
    moduleSystem: report.moduleSystem,
    moduleSystemReason: report.moduleSystemReason,
    movesToEsm: report.movesToEsm,
    variables: applied('BLOCK_SCOPED'),
    classes: applied('CLASSES'),
    left: report.steps.flatMap(({ left }) => left.map(placed)),
    refused: [],
    conditions: conditionsOf(report.accepted),
    places: report.accepted.map(placed),
  };
};

/** A finding as a sentence with its place. */
export const placed = ({
  path,
  line,
  reason,
}: Readonly<{ path: string | null; line: number | null; reason: string }>): string => {
  if (path === null) return reason;
  return `${path}${line === null ? '' : `:${line}`}: ${reason}`;
};

const refusedOutlook = (
  strategy: Strategy,
  { reasons }: Extract<RecipeResult, { status: 'REFUSED' }>,
  conditions: readonly Condition[],
): Outlook => ({
  strategy,
  filesTouched: [],
  moduleSystem: 'COMMONJS',
  moduleSystemReason: '',
  movesToEsm: false,
  variables: 0,
  classes: 0,
  left: [],
  refused: reasons.map(placed),
  conditions,
  places: [],
});
