/** How a module writes what it exports. */
import ts from 'typescript';
import { bare, type FunctionNode } from './program.ts';

export function isModuleExports(node: ts.Node): boolean {
  return (
    ts.isPropertyAccessExpression(node) &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === 'module' &&
    node.name.text === 'exports'
  );
}

export const isExportsObject = (node: ts.Node): boolean =>
  isModuleExports(node) || (ts.isIdentifier(node) && node.text === 'exports');

/** The values that an expression may stand for: those of `c ? a : b` and `a || b`, and what a function called at once returns. */
export function choicesOf(node: ts.Expression): readonly ts.Expression[] {
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse];
  if (
    ts.isBinaryExpression(node) &&
    (node.operatorToken.kind === ts.SyntaxKind.BarBarToken ||
      node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken)
  )
    return [node.left, node.right];
  const callee = ts.isCallExpression(node) ? bare(node.expression) : null;
  if (callee === null || !(ts.isFunctionExpression(callee) || ts.isArrowFunction(callee))) return [];
  if (!ts.isBlock(callee.body)) return [callee.body];
  return callee.body.statements.flatMap((one) =>
    ts.isReturnStatement(one) && one.expression !== undefined ? [one.expression] : [],
  );
}

function functionIn(expression: ts.Expression | undefined): FunctionNode | null {
  const node = expression === undefined ? undefined : bare(expression);
  return node !== undefined && (ts.isFunctionExpression(node) || ts.isArrowFunction(node)) ? node : null;
}

/** The one function that another has in its text and gives back. */
export function functionReturnedBy({ body }: FunctionNode): FunctionNode | null {
  if (body === undefined || !ts.isBlock(body)) return functionIn(body);
  const returned = body.statements.filter(ts.isReturnStatement);
  return returned.length === 1 ? functionIn(returned[0]?.expression) : null;
}
