import ts from 'typescript';
import type { Evidence } from './evidence.ts';
import { isGivenOut } from './open-parameters.ts';
import { members } from './shape.ts';
import { type FunctionNode, isFunctionNode } from './uses.ts';
import { withoutWrappers } from './wrappers.ts';

/**
 * Whether a parameter of a function that is given out takes any value: nothing is asked of it, and what is known of it comes from
 * calls of the package's own alone.
 */
export const takesAnything = (fn: FunctionNode, evidence: Evidence, missing: boolean): boolean =>
  !evidence.constructed &&
  !evidence.isBase &&
  !evidence.required &&
  members(evidence, undefined, missing).length === 0 &&
  isOffered(fn);

/**
 * Whether a module surely gives a function out under a name that is meant for others: exported, a member of what is, or a method
 * of a class that is. What its own code passes there says nothing of what others pass.
 */
function isOffered(fn: FunctionNode): boolean {
  let at: ts.Node = fn;
  for (;;) {
    if (isExported(at)) return true;
    if (isNamedPrivate(at)) return false;
    const { parent } = at;
    if (ts.isFunctionDeclaration(at) || ts.isClassDeclaration(at))
      return ts.isSourceFile(parent) && at.name !== undefined && isGivenOut(at.name);
    if (ts.isExportAssignment(parent)) return true;
    if (ts.isVariableDeclaration(parent)) return isVariableOffered(parent);
    if (ts.isExpressionStatement(parent)) return ts.isSourceFile(parent.parent) && isPutOnOffered(at);
    if (isFunctionNode(parent) || ts.isSourceFile(parent) || !isWhole(at, parent)) return false;
    at = parent;
  }
}

const isExported = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) &&
  node.modifiers?.some((one) => one.kind === ts.SyntaxKind.ExportKeyword) === true;

/** `_up`, `#up` */
const isNamedPrivate = (node: ts.Node): boolean =>
  (ts.isMethodDeclaration(node) || ts.isPropertyAssignment(node)) && /^['"]?[_#]/.test(node.name.getText());

function isVariableOffered(variable: ts.VariableDeclaration): boolean {
  const statement = variable.parent.parent;
  if (!ts.isVariableStatement(statement) || !ts.isSourceFile(statement.parent)) return false;
  return isExported(statement) || (ts.isIdentifier(variable.name) && isGivenOut(variable.name));
}

/** `exports.a = fn`, `F.prototype.a = fn` */
function isPutOnOffered(node: ts.Node): boolean {
  if (!ts.isBinaryExpression(node) || !ts.isPropertyAccessExpression(node.left)) return false;
  if (/^_/.test(node.left.name.text)) return false;
  let root: ts.Expression = node.left;
  while (ts.isPropertyAccessExpression(root)) root = withoutWrappers(root.expression);
  return ts.isIdentifier(root) && (/^(?:exports|module)$/.test(root.text) || isGivenOut(root));
}

/** What holds a function so that who has it has the function. */
const isWhole = (node: ts.Node, parent: ts.Node): boolean =>
  ts.isParenthesizedExpression(parent) ||
  ts.isAsExpression(parent) ||
  ts.isObjectLiteralExpression(parent) ||
  ts.isClassLike(parent) ||
  (ts.isPropertyAssignment(parent) && parent.initializer === node) ||
  (ts.isBinaryExpression(parent) &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    parent.right === node);
