import ts from 'typescript';
import { knownTypeNames } from './documented-types.ts';
import { docReturn } from './jsdoc.ts';
import { isAny, memberTexts, splitUnion, widened } from './type-text.ts';
import { type FunctionNode, returnedExpressions } from './uses.ts';
import type { Module, View } from './view.ts';
import { withoutWrappers } from './wrappers.ts';

export const isUnknown = (type: ts.Type): boolean => isAny(type) || (type.flags & ts.TypeFlags.Unknown) !== 0;

/** Gives a value at once at each of its returns: no promise, no generator. */
export const isPlain = (fn: FunctionNode): boolean =>
  (ts.getCombinedModifierFlags(fn as ts.Declaration) & ts.ModifierFlags.Async) === 0 &&
  (fn as Partial<{ asteriskToken: ts.AsteriskToken }>).asteriskToken === undefined;

/**
 * What the comment says of a result that the body leaves open, as the text of a type; null where it says nothing, or where
 * one of the values that may be given back contradicts it.
 */
export function documentedResult({ checker }: View, module: Module, fn: FunctionNode): string | null {
  const { values } = returnedExpressions(fn);
  const text = docReturn(fn, knownTypeNames(module.source))?.texts.join(' | ') ?? '';
  if (values.length === 0 || !isPlain(fn) || text === '' || /\b(?:unknown|any|void|never)\b/.test(text))
    return null;
  const said = splitUnion(text);
  // What is written over a function that gives back what another does says that nobody looks at it.
  if (said.every((one) => one === 'undefined' || one === 'null')) return null;
  const fits = (value: ts.Expression): boolean =>
    (text.startsWith('Promise<') || !isPromised(checker, value)) &&
    chosenFrom(checker, value).every((type) => {
      const own = widened(checker, type);
      if (isUnknown(own) || (said.includes('object') && (own.flags & ts.TypeFlags.Object) !== 0)) return true;
      if (isEmptyList(checker, own)) return said.some((one) => one.endsWith('[]'));
      return (memberTexts(checker, own, value) ?? ['']).every((one) => said.includes(one));
    });
  return values.every(fits) ? text : null;
}

/** `[]` */
const isEmptyList = (checker: ts.TypeChecker, type: ts.Type): boolean => {
  const element = checker.isArrayType(type)
    ? checker.getTypeArguments(type as ts.TypeReference)[0]
    : undefined;
  return element !== undefined && (element.flags & ts.TypeFlags.Never) !== 0;
};

/** `load().then(f)`, also by way of a variable: comments often tell what is promised and not that it is. */
function isPromised(checker: ts.TypeChecker, node: ts.Expression): boolean {
  const value = withoutWrappers(node);
  if (ts.isIdentifier(value)) {
    const held = checker.getSymbolAtLocation(value)?.valueDeclaration;
    const start = held !== undefined && ts.isVariableDeclaration(held) ? held.initializer : undefined;
    return start !== undefined && !ts.isIdentifier(start) && isPromised(checker, start);
  }
  return (
    ts.isCallExpression(value) &&
    ts.isPropertyAccessExpression(value.expression) &&
    /^(?:then|catch|finally)$/.test(value.expression.name.text)
  );
}

/** What is given back is one of these: the type of all together may be unknown where one is nothing at all. */
function chosenFrom(checker: ts.TypeChecker, node: ts.Expression): readonly ts.Type[] {
  const inner = (one: ts.Expression): readonly ts.Type[] => chosenFrom(checker, one);
  if (ts.isParenthesizedExpression(node)) return inner(node.expression);
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].flatMap(inner);
  const operator = ts.isBinaryExpression(node) ? node.operatorToken.getText() : '';
  if (!ts.isBinaryExpression(node) || !/^(?:\|\||&&|\?\?)$/.test(operator))
    return [checker.getTypeAtLocation(node)];
  const first = inner(node.left);
  const left = operator === '&&' ? first : first.map((one) => checker.getNonNullableType(one));
  return [...left, ...inner(node.right)];
}
