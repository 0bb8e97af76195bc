import ts from 'typescript';
import type { Evidence } from './evidence.ts';
import { areInScope } from './names-in-scope.ts';
import { EQUALITY, isNull, isUndefinedNode } from './operators.ts';
import { leadsToThrow, onlyThrows, refusesTheRest, throwsWhenFalse } from './refusals.ts';
import { endsWithTheRest } from './rest-of-kinds.ts';
import { typeText, widened } from './type-text.ts';
import type { View } from './view.ts';

/** What a test of a value says about the kinds of value that the code copes with. */

/** `x === other` */
export function noteComparison(
  checker: ts.TypeChecker,
  other: ts.Expression,
  binary: ts.Expression,
  into: Evidence,
): void {
  into.free = true;
  const throws = leadsToThrow(binary);
  if (isNull(other)) {
    if (throws) return;
    into.nullable = true;
    if (
      ts.isBinaryExpression(binary) &&
      !binary.operatorToken.getText().includes('===') &&
      binary.operatorToken.getText() !== '!=='
    )
      into.undefinable = true;
    into.tested = true;
  } else if (isUndefinedNode(other)) {
    into.tested = true;
    if (!throws) into.undefinable = true;
  } else if (
    ts.isLiteralExpression(other) ||
    other.kind === ts.SyntaxKind.TrueKeyword ||
    other.kind === ts.SyntaxKind.FalseKeyword
  ) {
    const text = typeText(checker, widened(checker, checker.getTypeAtLocation(other)), other);
    if (text !== null && ts.isStringLiteralLike(other))
      into.wanted.set(text, checker.getTypeAtLocation(other));
    if (text !== null && !ts.isStringLiteralLike(other)) into.given.set(text, null);
    // A flag that is compared with its value and not tested may be left out.
    if (text === 'boolean' && !throws) into.tested = true;
  }
}

/** `x instanceof Other` */
export function noteClass(checker: ts.TypeChecker, other: ts.Expression, into: Evidence): void {
  const maker = checker.getTypeAtLocation(other);
  const built = maker.getConstructSignatures()[0]?.getReturnType() ?? checker.getTypeAtLocation(other);
  const text = instanceText(checker, built, other);
  if (text !== null && text !== 'Object' && !text.startsWith('typeof ') && !text.startsWith('('))
    into.classes.set(text, built);
}

/** The instances of a class, whatever they hold: `Server` where its parameters need not be said, else `Map<unknown, unknown>`. */
function instanceText(checker: ts.TypeChecker, built: ts.Type, at: ts.Node): string | null {
  const isReference = ((built as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference) !== 0;
  const name = isReference ? /^[\w$.]+(?=<)/.exec(checker.typeToString(built, at))?.[0] : undefined;
  if (name === undefined) return typeText(checker, built, at);
  // `const { EventEmitter } = require('events')` is a value alone.
  if (!areInScope(checker, name, at)) return ts.isIdentifier(at) ? `InstanceType<typeof ${at.text}>` : null;
  // Those of the type: what makes one may have others, with other defaults, as `new <T = any>() => Set<T>`.
  const own = (built as ts.TypeReference).target.typeParameters ?? [];
  if (own.every((one) => one.getDefault() !== undefined)) return name;
  const texts = own.map((one) => {
    const limit = one.getConstraint();
    return limit === undefined ? 'unknown' : typeText(checker, limit, at);
  });
  return texts.includes(null) ? null : `${name}<${texts.join(', ')}>`;
}

/** The value is made into text, which any value allows. */
export function noteText(node: ts.Node, into: Evidence): void {
  into.free = true;
  for (let at = node; at !== undefined && !ts.isStatement(at); at = at.parent) {
    if (at.parent !== undefined && ts.isThrowStatement(at.parent)) return;
  }
  into.stringified = true;
  const home = node.parent;
  const own =
    ts.isBinaryExpression(home) &&
    home.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    home.right === node;
  if (own && ts.isIdentifier(home.left) && node.getText().split(/\W+/).includes(home.left.text))
    into.coerced = true;
}

/** Whether it is there at all: `if (x)`, `x && y`, `!x`. */
export function noteTest(node: ts.Node, into: Evidence): void {
  into.free = true;
  if (!throwsWhenFalse(node)) into.tested = true;
}

/** What `x` is replaced by in `x === undefined ? other : x`, null where the choice is another one. */
export function otherThanMissing(
  choice: ts.ConditionalExpression,
  node: ts.Expression,
): ts.Expression | null {
  const test = choice.condition;
  if (!ts.isBinaryExpression(test) || !isUndefinedNode(test.right)) return null;
  if (test.left.getText() !== node.getText()) return null;
  const kind = test.operatorToken.kind;
  if (kind === ts.SyntaxKind.EqualsEqualsEqualsToken)
    return choice.whenFalse === node ? choice.whenTrue : null;
  if (kind === ts.SyntaxKind.ExclamationEqualsEqualsToken)
    return choice.whenTrue === node ? choice.whenFalse : null;
  return null;
}

/** `x.indexOf('text')` */
export const looksForText = (access: ts.PropertyAccessExpression): boolean => {
  const call = access.parent;
  const sought = ts.isCallExpression(call) && call.expression === access ? call.arguments[0] : undefined;
  return (
    sought !== undefined &&
    ts.isStringLiteralLike(sought) &&
    /^(?:indexOf|lastIndexOf|includes)$/.test(access.name.text)
  );
};

/** `typeof x === 'kind'`, also by way of a variable. */
export function noteTypeOf(view: View, node: ts.TypeOfExpression, into: Evidence): void {
  const parent = node.parent;
  if (ts.isBinaryExpression(parent)) {
    noteGuard(parent, parent.left === node ? parent.right : parent.left, into);
    return;
  }
  if (!ts.isVariableDeclaration(parent) || !ts.isIdentifier(parent.name)) return;
  const symbol = view.checker.getSymbolAtLocation(parent.name);
  if (symbol === undefined) return;
  for (const reference of view.uses.referencesOf(symbol)) {
    const use = reference.parent;
    if (ts.isBinaryExpression(use)) noteGuard(use, use.left === reference ? use.right : use.left, into);
    if (ts.isSwitchStatement(use)) {
      for (const clause of use.caseBlock.clauses)
        if (ts.isCaseClause(clause)) noteGuard(clause, clause.expression, into);
    }
  }
}

function noteGuard(test: ts.Node, literal: ts.Expression, into: Evidence): void {
  if (!ts.isStringLiteralLike(literal)) return;
  into.free = true;
  const typeOf = ts.isBinaryExpression(test)
    ? [test.left, test.right].find(ts.isTypeOfExpression)
    : undefined;
  if (literal.text === 'object' && ts.isBinaryExpression(test) && typeOf !== undefined) {
    const name = typeOf.expression.getText();
    const isOther = /^!==?$/.test(test.operatorToken.getText());
    if (isOther ? givesBackTheRest(test, name) : endsWithTheRest(test, name)) into.passed = true;
  }
  noteKind(test, literal.text, into);
}

/** `x.constructor === String`. Whether it was such a test. */
export function noteConstructor(access: ts.PropertyAccessExpression, into: Evidence): boolean {
  const test = access.parent;
  if (access.name.text !== 'constructor' || !ts.isBinaryExpression(test)) return false;
  const kind = /^(?:String|Number|Boolean|Object|Function)$/.exec(
    (test.left === access ? test.right : test.left).getText(),
  )?.[0];
  if (kind === undefined || !EQUALITY.has(test.operatorToken.kind)) return false;
  noteKind(test, kind.toLowerCase(), into);
  return true;
}

/** `if (typeof x !== 'object') return x` */
function givesBackTheRest(test: ts.Node, name: string): boolean {
  let at = test;
  while (
    ts.isParenthesizedExpression(at.parent) ||
    (ts.isBinaryExpression(at.parent) && at.parent.operatorToken.kind === ts.SyntaxKind.BarBarToken)
  )
    at = at.parent;
  const { parent } = at;
  if (!ts.isIfStatement(parent) || parent.expression !== at) return false;
  const { thenStatement: first } = parent;
  const left = ts.isBlock(first) ? first.statements[0] : first;
  return left !== undefined && ts.isReturnStatement(left) && left.expression?.getText() === name;
}

function noteKind(test: ts.Node, kind: string, into: Evidence): void {
  if (kind === 'undefined') {
    into.tested = true;
    if (!leadsToThrow(test)) into.undefinable = true;
    return;
  }
  if (
    refusesTheRest(test) ||
    (ts.isBinaryExpression(test) && /^!==?$/.test(test.operatorToken.getText()) && leadsToThrow(test))
  )
    into.required = true;
  // A kind that is thrown out says nothing of those that are left.
  if (ts.isBinaryExpression(test) && /^===?$/.test(test.operatorToken.getText()) && onlyThrows(test)) return;
  into.guards.add(kind);
  if (!into.required) into.checked = true;
}

/** `switch (x)` */
export function noteSwitch(
  checker: ts.TypeChecker,
  parent: ts.CaseClause | ts.SwitchStatement,
  into: Evidence,
): void {
  into.free = true;
  if (!ts.isSwitchStatement(parent)) return;
  for (const clause of parent.caseBlock.clauses) {
    if (ts.isCaseClause(clause)) noteComparison(checker, clause.expression, clause.expression, into);
  }
}

/** `!x`, `+x`, `-x`, `++x` */
export function notePrefix(parent: ts.PrefixUnaryExpression, into: Evidence): void {
  if (parent.operator === ts.SyntaxKind.ExclamationToken) noteTest(parent, into);
  else if (parent.operator === ts.SyntaxKind.PlusToken) into.free = true;
  else into.arithmetic = true;
}
