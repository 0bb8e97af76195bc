import ts from 'typescript';
import { assignedTo } from './infer-objects.ts';

/**
 * Whether a use of an object takes something of it away or makes it something else: `delete o[k]`, `o[k] = String(o[k])`.
 * What is copied from another object, or defined as it says, counts as put beside, as for `Object.assign`.
 */
export function isRewritten(reference: ts.Expression): boolean {
  const object = outermost(reference);
  const { parent } = object;
  // Under another name it is not followed.
  if (ts.isVariableDeclaration(parent) && parent.initializer === object) return true;
  if (ts.isCallExpression(parent) && parent.arguments[0] === object) {
    const [, name, descriptor] = parent.arguments;
    const callee = parent.expression.getText();
    if (/^Reflect\.(?:deleteProperty|set)$/.test(callee)) return true;
    const isNamed = name !== undefined && ts.isStringLiteralLike(name);
    return /^(?:Object|Reflect)\.defineProperty$/.test(callee) && !isNamed && nameOf(descriptor) === null;
  }
  if (!ts.isElementAccessExpression(parent) || parent.expression !== object) return false;
  const place = outermost(parent);
  if (ts.isDeleteExpression(place.parent)) return true;
  const value = assignedTo(place);
  if (value === null) return false;
  const put = innermost(value);
  const from = ts.isElementAccessExpression(put) ? nameOf(put.expression) : null;
  return from === null || from === nameOf(reference);
}

const isWrapper = (
  node: ts.Node,
): node is ts.ParenthesizedExpression | ts.AsExpression | ts.NonNullExpression =>
  ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node);

const outermost = (node: ts.Node): ts.Node => (isWrapper(node.parent) ? outermost(node.parent) : node);

const innermost = (node: ts.Expression): ts.Expression =>
  isWrapper(node) ? innermost(node.expression) : node;

const nameOf = (node: ts.Expression | undefined): string | null => {
  const named = node === undefined ? undefined : innermost(node);
  return named !== undefined && ts.isIdentifier(named) ? named.text : null;
};
