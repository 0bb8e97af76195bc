import { walk } from '../syntax/nodes.ts';
import type { ParsedModule } from '../syntax/parse.ts';

/** First Node major that runs everything of an ECMAScript edition (node.green; the editions TypeScript can emit). */
const NODE_FOR_EDITION: readonly (readonly [year: number, nodeMajor: number])[] = [
  [2015, 6],
  [2016, 7],
  [2017, 8],
  [2018, 10],
  [2019, 12],
  [2020, 14],
  [2021, 16],
  [2022, 18],
];

/** The lowest Node major that `engines.node` admits; null where it names none or cannot be read. */
export function lowestNode(range: string | null): number | null {
  if (range === null) return null;
  const majors = range
    .split('||')
    .map((part) => /(?:>=|\^|~|=|^)\s*v?(\d+)/.exec(part.trim()))
    .map((match) => (match === null ? null : Number(match[1])));
  return majors.some((major) => major === null) || majors.length === 0
    ? null
    : Math.min(...majors.map((major) => major ?? 0));
}

const hasFields = new Set(['PropertyDefinition', 'StaticBlock', 'PrivateIdentifier']);

const isSpread = (type: string, parent: string | undefined): boolean =>
  (type === 'SpreadElement' && parent === 'ObjectExpression') ||
  (type === 'RestElement' && parent === 'ObjectPattern');

/** The newest edition whose syntax the module uses, as far as TypeScript would rewrite it for an older target. */
function editionOf(module: ParsedModule): number {
  let edition = 2015;
  const raise = (year: number): void => {
    edition = Math.max(edition, year);
  };
  walk(module.program, (node) => {
    if (hasFields.has(node.type)) raise(2022);
    if (node.type === 'AwaitExpression') raise(2017);
    if ('async' in node && node.async === true)
      raise('generator' in node && node.generator === true ? 2018 : 2017);
    if (node.type === 'ForOfStatement' && node.await) raise(2018);
    if (isSpread(node.type, module.parentOf(node)?.type)) raise(2018);
    if (node.type === 'CatchClause' && node.param === null) raise(2019);
    if (node.type === 'ChainExpression' || node.type === 'ImportExpression') raise(2020);
    if (node.type === 'LogicalExpression' && node.operator === '??') raise(2020);
    if (node.type === 'Literal' && 'bigint' in node) raise(2020);
    if (node.type === 'Literal' && 'regex' in node && /[dsvy]/.test(node.regex.flags))
      raise(node.regex.flags.includes('d') ? 2022 : 2018);
    if (node.type === 'AssignmentExpression') {
      if (node.operator === '**=') raise(2016);
      if (['||=', '&&=', '??='].includes(node.operator)) raise(2021);
    }
    if (node.type === 'BinaryExpression' && node.operator === '**') raise(2016);
    if (node.type === 'Literal' && /^\d[\d_]*_/.test(node.raw ?? '')) raise(2021);
    return undefined;
  });
  return edition;
}

/** Edition to emit: never below what the source uses, so nothing is rewritten, and not above what `engines` admits. */
export function targetEdition(modules: readonly ParsedModule[], enginesNode: string | null): number {
  const used = Math.max(2015, ...modules.map(editionOf));
  const node = lowestNode(enginesNode);
  if (node === null) return 2022;
  const admitted = NODE_FOR_EDITION.filter(([, major]) => major <= node).at(-1)?.[0] ?? 2015;
  return Math.max(used, admitted);
}

/** Lowest Node major that runs the edition. */
export const nodeFor = (edition: number): number =>
  NODE_FOR_EDITION.find(([year]) => year >= edition)?.[1] ?? 18;
