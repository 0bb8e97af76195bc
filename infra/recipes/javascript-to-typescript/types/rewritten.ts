import ts from 'typescript';
import { assignedTo } from './operators.ts';
import { type FunctionNode, isFunctionNode } from './uses.ts';
import type { View } from './view.ts';
import { withoutWrappers, withWrappers } from './wrappers.ts';

/** Functions of the language that give back the very object that they are given. */
const GIVES_SAME =
  /^Object\.(?:freeze|seal|preventExtensions|assign|setPrototypeOf|defineProperty|defineProperties)$/;
/** Methods of others, borrowed by `call`, that take something away from what they are called on, or move it. */
const CHANGES = /\b(?:push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin|set|delete|clear|add)$/;

/**
 * Whether no use of an object takes something of it away or makes it something else: `delete o[k]`, `o[k] = String(o[k])`.
 * What is copied from another object, or defined as it says, counts as put beside, as for `Object.assign`. Functions of
 * the package are followed; where it goes to any other, or gets another name, nothing is known of what becomes of it.
 */
export function isKeptAsItCame(view: View, object: ts.Symbol, seen = new Set<ts.Symbol>()): boolean {
  if (seen.has(object)) return true;
  seen.add(object);
  return view.uses
    .referencesOf(object)
    .every((one) => ts.isParameter(one.parent) || keeps(view, one, object, seen));
}

/** One use of the object: an expression that is it. */
function keeps(view: View, use: ts.Expression, object: ts.Symbol, seen: Set<ts.Symbol>): boolean {
  const node = withWrappers(use) as ts.Expression;
  const { parent } = node;
  const isOn = (next: ts.Expression): boolean => keeps(view, next, object, seen);
  if (ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === node)) return true;
  if (ts.isCallExpression(parent)) return keptByCall(view, node, parent, isOn, seen);
  if (ts.isElementAccessExpression(parent)) return parent.expression !== node || keptByAccess(parent);
  if (ts.isBinaryExpression(parent)) {
    const operator = parent.operatorToken.getText();
    if (/^(?:[!=]==?|instanceof|in|[<>]=?)$/.test(operator)) return true;
    const isLast = parent.right === node;
    return (operator === '&&' && !isLast) || (/^(?:&&|\|\||\?\?|,)$/.test(operator) && isOn(parent));
  }
  if (ts.isConditionalExpression(parent)) return parent.condition === node || isOn(parent);
  return (
    ts.isPropertyAccessExpression(parent) ||
    ts.isTypeOfExpression(parent) ||
    ts.isTypeQueryNode(parent) ||
    ts.isPrefixUnaryExpression(parent) ||
    ts.isSpreadAssignment(parent) ||
    ts.isSpreadElement(parent) ||
    ts.isForInStatement(parent) ||
    ts.isForOfStatement(parent) ||
    ts.isTemplateSpan(parent) ||
    ts.isStatement(parent)
  );
}

/** `o[k]`, and what is put there. */
function keptByAccess(access: ts.ElementAccessExpression): boolean {
  const place = withWrappers(access);
  if (ts.isDeleteExpression(place.parent)) return false;
  const value = assignedTo(place);
  if (value === null) return true;
  const put = withoutWrappers(value);
  const from = ts.isElementAccessExpression(put) ? nameOf(put.expression) : null;
  return from !== null && from !== nameOf(access.expression);
}

function keptByCall(
  view: View,
  node: ts.Expression,
  call: ts.CallExpression,
  isOn: (next: ts.Expression) => boolean,
  seen: Set<ts.Symbol>,
): boolean {
  const position = call.arguments.indexOf(node);
  if (position < 0) return false;
  const callee = withoutWrappers(call.expression);
  const name = callee.getText();
  const declaration = view.checker.getResolvedSignature(call)?.declaration;
  if (declaration === undefined) return false;
  if (isFunctionNode(declaration)) return keptInside(view, declaration, position, seen) && isLeft(call, isOn);
  if (!isOfLanguage(view, declaration)) return false;
  const receiver = ts.isPropertyAccessExpression(callee) ? withoutWrappers(callee.expression) : callee;
  if (/\.(?:call|apply|bind)$/.test(name))
    return isNamedByLanguage(view, receiver) && !CHANGES.test(receiver.getText());
  // A list or map of the package's own may hand it on.
  if (!isNamedByLanguage(view, receiver)) return /\.(?:has|get|includes|indexOf|lastIndexOf)$/.test(name);
  if (position === 0 && /^Reflect\.(?:deleteProperty|set)$/.test(name)) return false;
  if (position === 0 && /^(?:Object|Reflect)\.defineProperty$/.test(name)) {
    const [, key, descriptor] = call.arguments;
    const isNamed = key !== undefined && ts.isStringLiteralLike(key);
    if (!isNamed && nameOf(descriptor) === null) return false;
  }
  return position > 0 || !GIVES_SAME.test(name) || isLeft(call, isOn);
}

/** What a call gives is not used, or used as the object itself may be. */
const isLeft = (call: ts.CallExpression, isOn: (next: ts.Expression) => boolean): boolean =>
  ts.isExpressionStatement(call.parent) || isOn(call);

/** Whether a function of the package keeps what it is given at one position as it came. */
function keptInside(view: View, fn: FunctionNode, position: number, seen: Set<ts.Symbol>): boolean {
  const parameter = fn.parameters.filter((one) => one.name.getText() !== 'this')[position];
  if (fn.body === undefined || parameter === undefined || !ts.isIdentifier(parameter.name)) return false;
  if (parameter.dotDotDotToken !== undefined || /\barguments\b/.test(fn.body.getText())) return false;
  const symbol = view.checker.getSymbolAtLocation(parameter.name);
  return symbol !== undefined && isKeptAsItCame(view, symbol, seen);
}

/** `Object`, `Array.prototype.sort`, or a module of Node. */
function isNamedByLanguage(view: View, node: ts.Expression): boolean {
  const named = view.checker.getSymbolAtLocation(node);
  const isAlias = named !== undefined && (named.flags & ts.SymbolFlags.Alias) !== 0;
  const own = isAlias ? view.checker.getAliasedSymbol(named) : named;
  return own?.declarations?.[0] !== undefined && isOfLanguage(view, own.declarations[0]);
}

const isOfLanguage = ({ program }: View, node: ts.Node): boolean =>
  program.isSourceFileDefaultLibrary(node.getSourceFile()) ||
  /\/@types\/node\//.test(node.getSourceFile().fileName);

const nameOf = (node: ts.Expression | undefined): string | null => {
  const named = node === undefined ? undefined : withoutWrappers(node);
  return named !== undefined && ts.isIdentifier(named) ? named.text : null;
};
