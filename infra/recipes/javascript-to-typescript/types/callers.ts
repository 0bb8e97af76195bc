import ts from 'typescript';
import { isAny, memberTexts, widened } from './type-text.ts';
import { type FunctionNode, functionSymbol, passedAt } from './uses.ts';
import type { View } from './view.ts';
import { withWrappers } from './wrappers.ts';

/** An argument of such a type says nothing about what the function needs. */
const VAGUE_CALLERS = new Set(['unknown', 'never', 'object', '{}', 'never[]', 'unknown[]']);

/** What the place of a function expression passes at one position; null where that is unknown. */
export function contextualParameter(
  checker: ts.TypeChecker,
  fn: ts.ArrowFunction | ts.FunctionExpression,
  position: number,
): ts.Type | null {
  const type = passedAt(checker, fn, position);
  if (type === undefined) return null;
  return isAny(type) || (type.flags & (ts.TypeFlags.TypeParameter | ts.TypeFlags.Unknown)) !== 0
    ? null
    : type;
}

/** Types with which other code of the package calls the function, at one position. */
export function callerTypes(
  view: View,
  fn: FunctionNode,
  position: number,
  to: ts.Node,
): { texts: Set<string>; types: ts.Type[]; missing: boolean; open: boolean } {
  const { checker, uses } = view;
  const texts = new Set<string>();
  const types: ts.Type[] = [];
  let missing = false;
  let open = false;
  const take = (type: ts.Type): void => {
    const wide = widened(checker, type);
    const parts = memberTexts(checker, wide, to);
    if (parts === null || parts.some((part) => VAGUE_CALLERS.has(part))) {
      open = true;
      return;
    }
    for (const part of parts) texts.add(part);
    types.push(wide);
  };
  for (const call of uses.callsOf(fn)) {
    const inside = call.arguments?.some(ts.isSpreadElement) ?? false;
    const argument = call.arguments?.[position];
    if (inside) open = true;
    else if (argument === undefined) missing = true;
    else take(checker.getTypeAtLocation(argument));
  }
  if (ts.isArrowFunction(fn) || ts.isFunctionExpression(fn)) {
    const type = contextualParameter(checker, fn, position);
    if (type !== null) take(type);
  }
  const symbol = functionSymbol(checker, fn);
  for (const reference of symbol === undefined ? [] : uses.referencesOf(symbol)) {
    const parent = reference.parent;
    if (ts.isCallExpression(parent) && parent.expression === reference) continue;
    if (!ts.isExpression(reference) || ts.isExportSpecifier(parent) || ts.isExportAssignment(parent)) {
      open ||= ts.isExportSpecifier(parent) || ts.isExportAssignment(parent);
      continue;
    }
    if (ts.isFunctionDeclaration(parent) || ts.isVariableDeclaration(parent)) continue;
    const passed = passedAt(checker, reference, position);
    if (passed === undefined) open = true;
    else take(passed);
  }
  return { texts, types, missing, open };
}

/** Whether only the package itself can call the function. */
export const isPrivate = (view: View, fn: FunctionNode): boolean => {
  if (ts.isMethodDeclaration(fn) || ts.isConstructorDeclaration(fn) || ts.isSetAccessorDeclaration(fn))
    return false;
  const symbol = functionSymbol(view.checker, fn);
  if (symbol === undefined) return false;
  return (
    view.uses.referencesOf(symbol).every((reference) => {
      const whole = withWrappers(reference);
      const { parent } = whole;
      if (ts.isExportSpecifier(parent) || ts.isExportAssignment(parent)) return false;
      if (ts.isPropertyAssignment(parent) || ts.isShorthandPropertyAssignment(parent)) return false;
      if (ts.isReturnStatement(parent) || ts.isArrayLiteralExpression(parent)) return false;
      if (ts.isArrowFunction(parent) || ts.isConditionalExpression(parent)) return false;
      return !(ts.isBinaryExpression(parent) && parent.right === whole);
    }) && (ts.getCombinedModifierFlags(fn as unknown as ts.Declaration) & ts.ModifierFlags.Export) === 0
  );
};
