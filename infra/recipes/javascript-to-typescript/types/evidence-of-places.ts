import ts from 'typescript';
import type { Evidence } from './evidence.ts';
import { CHOICE, isNull, isUndefinedNode } from './operators.ts';
import { askedFor, takesObjects } from './overloads.ts';
import { isAny, memberTexts, widened } from './type-text.ts';
import { withoutWrappers } from './wrappers.ts';

/** What the places that a value goes to ask of it, and what is put into it. */

/** Which parameters of the callback of an array method receive elements. */
const ELEMENT_PARAMETERS: Readonly<Record<string, readonly number[]>> = {
  forEach: [0],
  map: [0],
  filter: [0],
  some: [0],
  every: [0],
  find: [0],
  findIndex: [0],
  flatMap: [0],
  sort: [0, 1],
  reduce: [1],
};

/**
 * The parameters of a callback written where it is handed to a method that walks a list: those that get elements, and the one that
 * gets the number of each, or its key where the list is a map. Null where nothing is walked.
 */
export function walkedBy(
  checker: ts.TypeChecker,
  access: ts.PropertyAccessExpression,
): { elements: ts.Symbol[]; key: ts.Symbol | undefined } | null {
  const call = access.parent;
  if (!ts.isCallExpression(call) || call.expression !== access) return null;
  const callback = call.arguments[0];
  const places = ELEMENT_PARAMETERS[access.name.text];
  if (callback === undefined || places === undefined) return null;
  if (!ts.isFunctionExpression(callback) && !ts.isArrowFunction(callback)) return null;
  const named = (place: number): ts.Symbol | undefined => {
    const name = callback.parameters[place]?.name;
    return name === undefined || !ts.isIdentifier(name) ? undefined : checker.getSymbolAtLocation(name);
  };
  return {
    elements: places.flatMap((place) => named(place) ?? []),
    key: access.name.text === 'forEach' ? named(1) : undefined,
  };
}

/** Whether a use stands behind a `typeof` test that chose its kind: it then asks nothing of the other kinds. */
export const isGuarded = (here: ts.Type, evidence: Evidence): boolean =>
  ((here.flags & ts.TypeFlags.StringLike) !== 0 && evidence.guards.has('string')) ||
  ((here.flags & ts.TypeFlags.NumberLike) !== 0 && evidence.guards.has('number')) ||
  ((here.flags & ts.TypeFlags.BooleanLike) !== 0 && evidence.guards.has('boolean'));

/** Whether a key comes from a walk over the keys of an object, and so stands for all of them. */
export function isWalked(checker: ts.TypeChecker, key: ts.Expression): boolean {
  const declaration = checker.getSymbolAtLocation(key)?.valueDeclaration;
  if (declaration === undefined) return false;
  const home = declaration.parent.parent;
  if (ts.isForInStatement(home)) return true;
  const walked = ts.isForOfStatement(home) || ts.isCallExpression(home) ? home.expression.getText() : '';
  return /^(?:Object|Reflect)\.(?:keys|entries|ownKeys|getOwnPropertyNames)\(/.test(walked);
}

/** `{ ...x }` takes anything, and what is in it goes on. */
export function noteCopied(into: Evidence): void {
  into.escapes = true;
  into.undefinable = true;
}

/** `{ a }` in `[, { a }]` */
export const isTakenApart = (one: ts.ArrayBindingElement): boolean =>
  ts.isBindingElement(one) && ts.isObjectBindingPattern(one.name);

/** The name of an entry, in `o[x]` and `{ [x]: 1 }`. */
export function noteKey(checker: ts.TypeChecker, node: ts.Expression, into: Evidence): void {
  const declaration = checker.getSymbolAtLocation(node)?.valueDeclaration;
  into.key = true;
  into.keyAsGiven ||= declaration !== undefined && ts.isParameter(declaration);
}

/** What the receiving place asks for. */
export function noteWanted(checker: ts.TypeChecker, node: ts.Expression, into: Evidence): void {
  const wanted = checker.getContextualType(node);
  if (wanted !== undefined && (wanted.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0)
    into.escapes = true;
  const receiver = receivingParameter(checker, node);
  if (receiver !== null) {
    into.handedTo.add(receiver);
    if (mayBeLeftOut(checker, receiver)) into.undefinable = true;
    if (into.otherThanArray && isInside(receiver, node)) return;
    if (isListInItself(receiver, node) || isPartInItself(receiver, node)) return;
  }
  if (wanted === undefined || isAny(wanted)) return;
  if (isGuarded(checker.getTypeAtLocation(node), into)) return;
  if (into.checked && takesObjects(checker, node)) into.guards.add('object');
  if (wanted.isUnion() && wanted.types.some((one) => (one.flags & ts.TypeFlags.Undefined) !== 0))
    into.undefinable = true;
  if ((wanted.flags & ts.TypeFlags.Unknown) !== 0) {
    into.free = true;
    return;
  }
  if ((wanted.flags & ts.TypeFlags.TypeParameter) !== 0) return;
  // What has such a member is asked for beside patterns and texts, and for the sake of patterns.
  for (const [text, type] of askedFor(checker, node, wanted))
    if (!text.includes('[Symbol.')) into.wanted.set(text, type);
}

/** The parameter that an argument is for, null where it is none of its own. */
function receivingParameter(checker: ts.TypeChecker, node: ts.Node): ts.Symbol | null {
  const call = node.parent;
  if (!ts.isCallExpression(call) && !ts.isNewExpression(call)) return null;
  const position = call.arguments?.indexOf(node as ts.Expression) ?? -1;
  const parameter = position < 0 ? undefined : checker.getResolvedSignature(call)?.parameters[position];
  const declaration = parameter?.valueDeclaration;
  const isOwn =
    declaration !== undefined && ts.isParameter(declaration) && declaration.dotDotDotToken === undefined;
  return isOwn ? (parameter ?? null) : null;
}

/**
 * Whether a function hands on to itself, at the same place, what it finds in a list: the list may hold lists, how deep is not
 * known, and every round of asking would tell one more.
 */
const isListInItself = (receiver: ts.Symbol, node: ts.Node): boolean =>
  isInside(receiver, node) &&
  receiver.valueDeclaration?.parent.getText().includes(`isArray(${receiver.name})`) === true;

/** Whether a function hands on to itself a part of what it gets: how deep such parts go, and where they end, is not known. */
function isPartInItself(receiver: ts.Symbol, node: ts.Node): boolean {
  if (!isInside(receiver, node)) return false;
  const name = receiver.name.replace(/\$/g, '\\$&');
  const part = new RegExp(`^${name}!?(?:\\.|\\[)`);
  return part.test(withoutWrappers(node as ts.Expression).getText()) || isItemOfLoop(node, part);
}

/** `child` in `for (const child of node.children)`. */
function isItemOfLoop(node: ts.Node, part: RegExp): boolean {
  if (!ts.isIdentifier(node)) return false;
  for (let at: ts.Node = node; at.parent !== undefined; at = at.parent) {
    if (!ts.isForOfStatement(at) || !ts.isVariableDeclarationList(at.initializer)) continue;
    const [item] = at.initializer.declarations;
    if (item?.name.getText() === node.text) return part.test(withoutWrappers(at.expression).getText());
  }
  return false;
}

/** Whether a value is handed to the very function that it is handed on in. */
function isInside(receiver: ts.Symbol, node: ts.Node): boolean {
  const fn = receiver.valueDeclaration?.parent;
  if (fn === undefined || fn.getSourceFile() !== node.getSourceFile()) return false;
  return fn.pos <= node.pos && node.end <= fn.end;
}

/** Whether the parameter that an argument is for may be left out. */
function mayBeLeftOut(checker: ts.TypeChecker, parameter: ts.Symbol): boolean {
  const declaration = parameter.valueDeclaration;
  return declaration !== undefined && ts.isParameter(declaration) && checker.isOptionalParameter(declaration);
}

/** A value that is put into the place: assigned, or given where there is none. */
export function noteGiven(checker: ts.TypeChecker, value: ts.Expression, into: Evidence): void {
  // `x || false` says that x may be missing, not that it is a boolean.
  const fallback = ts.isBinaryExpression(value.parent) && CHOICE.has(value.parent.operatorToken.kind);
  if (fallback && value.kind === ts.SyntaxKind.FalseKeyword) return;
  if (isUndefinedNode(value)) {
    into.undefinable = true;
    return;
  }
  if (isNull(value)) {
    into.given.set('null', null);
    into.nullable = true;
    return;
  }
  const type = widened(checker, checker.getTypeAtLocation(value));
  for (const text of memberTexts(checker, type, value) ?? ['unknown']) {
    if (text === 'unknown') into.givenUnknown = true;
    else into.given.set(text, type.isUnion() ? null : type);
  }
}

/** `x[0]`, put in `x` itself: what `x` holds is read from what is done with it. */
export function isItemOf(value: ts.Expression, list: ts.Expression): boolean {
  const item = withoutWrappers(value);
  return ts.isElementAccessExpression(item) && withoutWrappers(item.expression).getText() === list.getText();
}
