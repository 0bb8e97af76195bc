/** Where the code decides: the conditions whose outcomes tell the ways of two calls through it apart. */
import ts from 'typescript';
import { walk } from './program.ts';

/** Start and end offset of an expression (UTF-16), and whether its value counts or only whether it is true. */
export type Probe = readonly [start: number, end: number, kind: 'truth' | 'value'];

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

function condition(node: ts.Node): ts.Expression | undefined {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node)) return node.expression;
  if (ts.isConditionalExpression(node) || ts.isForStatement(node)) return node.condition;
  if (ts.isBinaryExpression(node) && LOGICAL.has(node.operatorToken.kind)) return node.left;
  return undefined;
}

/** Outer expressions come before the ones inside them. */
export function probesOf(source: ts.SourceFile): ModuleProbes {
  const probes: Probe[] = [];
  walk(source, (node) => {
    const tested = condition(node);
    if (tested !== undefined) probes.push([tested.getStart(source), tested.end, 'truth']);
    if (ts.isSwitchStatement(node))
      probes.push([node.expression.getStart(source), node.expression.end, 'value']);
  });
  return { length: source.text.length, probes };
}
