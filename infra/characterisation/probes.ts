/** Where the code decides: conditions and comparisons, whose outcomes tell the ways of two calls through it apart. */
import ts from 'typescript';
import { walk } from './program.ts';

export type ProbeKind = 'truth' | 'value' | 'left' | 'right';

/**
 * Start and end offset of an expression (UTF-16), and what counts of it: whether it is true, its value, or how it compares
 * with the expression of probe number `partner` of the same module.
 */
export type Probe = readonly [start: number, end: number, kind: ProbeKind, partner?: number];

export type ModuleProbes = Readonly<{
  /** Length of the text the offsets were taken from; another text is not touched. */
  length: number;
  probes: readonly Probe[];
}>;

const LOGICAL = new Set<ts.SyntaxKind>([
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);
const EQUALITIES = new Set<ts.SyntaxKind>([
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);
const ORDERINGS = new Set<ts.SyntaxKind>([
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
]);

function condition(node: ts.Node): ts.Expression | undefined {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node)) return node.expression;
  if (ts.isConditionalExpression(node) || ts.isForStatement(node)) return node.condition;
  if (ts.isBinaryExpression(node) && LOGICAL.has(node.operatorToken.kind)) return node.left;
  return undefined;
}

/** `typeof x === 'string'` compares names of types, which no input can be made to meet. */
const comparesValues = (node: ts.BinaryExpression): boolean =>
  ![node.left, node.right].some((one) => ts.isTypeOfExpression(one) || ts.isPrivateIdentifier(one));

/** Outer expressions come before the ones inside them. */
export function probesOf(source: ts.SourceFile): ModuleProbes {
  const probes: Probe[] = [];
  const seen = new Set<ts.Node>();
  const place = (node: ts.Node): readonly [number, number] => [node.getStart(source), node.end];
  const visit = (node: ts.Node): void => {
    const tested = condition(node);
    if (tested !== undefined && !seen.has(tested)) {
      seen.add(tested);
      probes.push([...place(tested), 'truth']);
    }
    if (ts.isSwitchStatement(node)) visitSwitch(node);
    if (ts.isBinaryExpression(node)) visitComparison(node);
  };
  const visitSwitch = (node: ts.SwitchStatement): void => {
    const partner = probes.length;
    probes.push([...place(node.expression), 'value']);
    for (const clause of node.caseBlock.clauses)
      if (ts.isCaseClause(clause)) probes.push([...place(clause.expression), 'right', partner]);
  };
  const visitComparison = (node: ts.BinaryExpression): void => {
    const kind = node.operatorToken.kind;
    if (!(EQUALITIES.has(kind) || ORDERINGS.has(kind))) return;
    if (!seen.has(node)) {
      seen.add(node);
      probes.push([...place(node), 'truth']);
    }
    if (!comparesValues(node)) return;
    const partner = probes.length;
    probes.push([...place(node.left), 'left'], [...place(node.right), 'right', partner]);
  };
  walk(source, visit);
  return { length: source.text.length, probes };
}
