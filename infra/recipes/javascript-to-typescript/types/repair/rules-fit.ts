import ts from 'typescript';
import type { Edit } from '../edit-book.ts';
import { areInScope } from '../names-in-scope.ts';
import { isAny, typeText, widened } from '../type-text.ts';
import { callSignatureAt, returnedExpressions } from '../uses.ts';
import { callOf } from './calls-around.ts';
import { assertAll, assertEdit, isEntityName, nonNullEdit, type Rule, type Site, WEIGHT } from './site.ts';

/** A value does not fit its place: it is asserted to what the place asks for. */

/** The text of the type that a place asks for. */
function targetOf(site: Site, node: ts.Expression): { type: ts.Type; text: string | null } | null {
  const { checker } = site.view;
  const parent = node.parent;
  const type =
    ts.isBinaryExpression(parent) &&
    parent.right === node &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken
      ? checker.getTypeAtLocation(parent.left)
      : checker.getContextualType(node);
  if (type === undefined || isAny(type)) return null;
  return { type, text: typeText(checker, type, node) };
}

const isFailing = (site: Site, node: ts.Expression, target: ts.Type): boolean =>
  !site.view.checker.isTypeAssignableTo(site.view.checker.getTypeAtLocation(node), target);

/** Asserts one expression to the type its place asks for: `!` where that is enough, else `as`, else by way of unknown. */
function fitTo(
  site: Site,
  node: ts.Expression,
  target: { type: ts.Type; text: string | null },
): Edit[] | null {
  const { checker } = site.view;
  const type = checker.getTypeAtLocation(node);
  const present = checker.getNonNullableType(type);
  if (
    present !== type &&
    checker.isTypeAssignableTo(present, target.type) &&
    (present.flags & ts.TypeFlags.Never) === 0
  ) {
    const edits = nonNullEdit(site.module, node);
    if (edits !== null) return edits;
  }
  const text = target.text ?? callableText(site, node, target.type) ?? looseText(checker, target.type, node);
  if (text === null) return null;
  const overlap =
    checker.isTypeAssignableTo(target.type, widened(checker, type)) ||
    checker.isTypeAssignableTo(type, target.type);
  // A function expression takes the types of its parameters from a single assertion, not from one by way of unknown.
  const direct = overlap || (type.flags & ts.TypeFlags.Unknown) !== 0 || ts.isFunctionExpression(node);
  const first = direct && site.tries === 0;
  return first
    ? assertAll(site.module, node, ` as ${text}`, WEIGHT.assert)
    : assertAll(site.module, node, ` as unknown as ${text}`, WEIGHT.viaUnknown);
}

/** The signature a named function is passed as, where the place's own type cannot be written (it has a type parameter). */
function callableText(site: Site, node: ts.Expression, target: ts.Type): string | null {
  const signature = site.view.checker.getNonNullableType(target).getCallSignatures()[0];
  if (signature === undefined || !isEntityName(node)) return null;
  const parameters = signature.parameters.map((one, i) => {
    const text = typeText(site.view.checker, site.view.checker.getTypeOfSymbolAtLocation(one, node), node);
    return `arg${i}: ${text ?? 'unknown'}`;
  });
  return `(${parameters.join(', ')}) => ReturnType<typeof ${node.getText()}>`;
}

/** A type whose only fault is that it says `any`, with `unknown` in its place. */
export function looseText(checker: ts.TypeChecker, target: ts.Type, node: ts.Expression): string | null {
  const text = checker
    .typeToString(target, node, ts.TypeFormatFlags.NoTruncation)
    .replace(/\bany\b/g, 'unknown');
  const isShort = text.length < 120 && !/\bnever\b|\b[A-Z]\b|import\(/.test(text);
  return isShort && areInScope(checker, text, node) ? text : null;
}

/** The parameter type that the compiler names in its message, where the contextual one is that of another overload. */
export const fitNamedParameter: Rule = (site) => {
  const name = /parameter of type '([\w.[\] |]+)'/.exec(site.message)?.[1];
  if (site.expression === null || site.tries === 0 || name === undefined || /\b(any|never)\b/.test(name))
    return null;
  if (!areInScope(site.view.checker, name, site.node)) return null;
  return assertAll(site.module, site.expression, ` as unknown as ${name}`, WEIGHT.viaUnknown);
};

/** A literal with properties that its place does not name: it is meant as it stands. */
export const keepLiteral: Rule = (site) => {
  let at: ts.Node = site.node;
  while (at.parent !== undefined && !ts.isObjectLiteralExpression(at) && !ts.isStatement(at)) at = at.parent;
  if (!ts.isObjectLiteralExpression(at)) return null;
  const target = targetOf(site, at);
  return target === null || target.text === null
    ? null
    : assertAll(site.module, at, ` as ${target.text}`, WEIGHT.assert);
};

/** `{ a }` cannot carry an assertion: the whole literal is taken for what its place asks for. */
export const fitShorthand: Rule = (site) => {
  const { node } = site;
  const literal = ts.isShorthandPropertyAssignment(node.parent) ? node.parent.parent : null;
  const target = literal === null ? null : targetOf(site, literal);
  if (literal === null || target === null || target.text === null) return null;
  return assertAll(site.module, literal, ` as unknown as ${target.text}`, WEIGHT.viaUnknown);
};

/** A value does not fit where it goes: an argument, an assigned value, a returned value. */
export const fitTarget: Rule = (site) => {
  const value = faultyValue(site);
  if (value === null) return null;
  const target = targetOf(site, value);
  return target === null ? null : fitTo(site, value, target);
};

/** The expression whose value is at fault, where the error is reported on a name. */
function faultyValue(site: Site): ts.Expression | null {
  const { node, expression } = site;
  const parent = node.parent;
  if (parent !== undefined && ts.isVariableDeclaration(parent) && parent.name === node)
    return parent.initializer ?? null;
  if (parent !== undefined && ts.isPropertyAssignment(parent) && parent.name === node)
    return parent.initializer;
  if (ts.isReturnStatement(node)) return node.expression ?? null;
  if (
    expression !== null &&
    ts.isBinaryExpression(expression.parent) &&
    expression.parent.left === expression
  )
    return expression.parent.right;
  return expression;
}

/** A callback gives back something else than its place asks for: what it returns is fitted. */
export const fitCallback: Rule = (site) => {
  const fn = site.expression;
  if (fn === null || (!ts.isArrowFunction(fn) && !ts.isFunctionExpression(fn))) return null;
  const wanted = callSignatureAt(site.view.checker, fn)?.getReturnType();
  if (wanted === undefined || isAny(wanted)) return null;
  const edits = returnedExpressions(fn).values.flatMap((value) =>
    isFailing(site, value, wanted)
      ? (fitTo(site, value, { type: wanted, text: typeText(site.view.checker, wanted, value) }) ?? [])
      : [],
  );
  return edits.length === 0 ? null : edits;
};

/** No overload fits: assert the arguments that the nearest signature does not take. */
export const fitOverload: Rule = (site) => {
  const call = callOf(site);
  if (call === null) return null;
  const { checker } = site.view;
  const signature = checker.getResolvedSignature(call);
  if (signature === undefined) return null;
  const edits: Edit[] = [];
  for (const argument of call.arguments ?? []) {
    const target = checker.getContextualType(argument);
    if (target === undefined || isAny(target) || !isFailing(site, argument, target)) continue;
    const made = fitTo(site, argument, { type: target, text: typeText(checker, target, argument) });
    if (made !== null) edits.push(...made);
  }
  return edits.length === 0 ? null : edits;
};

/** An assertion between unrelated types goes by way of `unknown`. */
export const assertViaUnknown: Rule = (site) => {
  for (let at: ts.Node | undefined = site.node; at !== undefined && !ts.isStatement(at); at = at.parent) {
    if (!ts.isAsExpression(at)) continue;
    const type = at.type.getText();
    const edit = assertEdit(site.module, at.expression, ` as unknown as ${type}`, WEIGHT.viaUnknown);
    return edit === null ? null : [edit];
  }
  return null;
};
