import ts from 'typescript';
import type { Evidence } from './evidence.ts';
import { CHOICE, isNull, isUndefinedNode } from './operators.ts';
import { isAny, memberTexts, widened } from './type-text.ts';
import { parameterType } from './uses.ts';

/** What the places that a value goes to ask of it, and what is put into it. */

/** Which parameters of the callback of an array method receive elements. */
export const ELEMENT_PARAMETERS: Readonly<Record<string, readonly number[]>> = {
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

/** What the receiving place asks for. */
export function noteWanted(checker: ts.TypeChecker, node: ts.Expression, into: Evidence): void {
  const wanted = checker.getContextualType(node);
  if (wanted !== undefined && (wanted.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0)
    into.escapes = true;
  const receiver = receivingParameter(checker, node);
  if (receiver !== null) {
    into.handedTo.add(receiver);
    if (mayBeLeftOut(checker, receiver)) into.undefinable = true;
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
  for (const type of [wanted, ...otherwiseWanted(checker, node)]) {
    // Of several kinds of callback, whoever writes one gets no types for its parameters.
    if (type !== wanted && isCalled(type) && isCalled(wanted)) continue;
    const texts = type !== wanted && isCalled(type) ? ['Function'] : (memberTexts(checker, type, node) ?? []);
    // What has such a member is asked for beside patterns and texts, and for the sake of patterns.
    for (const text of texts) if (!text.includes('[Symbol.')) into.wanted.set(text, type);
  }
}

/**
 * What the other signatures ask for that take the call, too: of a value that nothing is known of the compiler takes the first
 * signature, or the last. Those with type parameters say what they ask for only together with the other arguments.
 */
function otherwiseWanted(checker: ts.TypeChecker, node: ts.Expression): ts.Type[] {
  const call = node.parent;
  if (!ts.isCallExpression(call) || call.arguments.some(ts.isSpreadElement)) return [];
  const position = call.arguments.indexOf(node);
  const signatures = position < 0 ? [] : checker.getTypeAtLocation(call.expression).getCallSignatures();
  return signatures.flatMap((signature) => {
    const isTaken =
      signatures.length > 1 &&
      signature.typeParameters === undefined &&
      takesCount(checker, signature, call.arguments.length) &&
      call.arguments.every(
        (one, at) => one === node || fits(checker, one, parameterType(checker, signature, at, node)),
      );
    const type = isTaken ? parameterType(checker, signature, position, node) : undefined;
    return type === undefined || isAny(type) ? [] : [type];
  });
}

const isCalled = (type: ts.Type): boolean => type.getCallSignatures().length > 0;

/** Of a parameter too little is known to leave a signature out: its type may come from the one that the compiler took. */
function fits(checker: ts.TypeChecker, value: ts.Expression, type: ts.Type | undefined): boolean {
  const declared = checker.getSymbolAtLocation(value)?.valueDeclaration;
  if (declared !== undefined && ts.isParameter(declared)) return type !== undefined;
  return type !== undefined && checker.isTypeAssignableTo(checker.getTypeAtLocation(value), type);
}

function takesCount(checker: ts.TypeChecker, { parameters }: ts.Signature, count: number): boolean {
  const declared = parameters.map(({ valueDeclaration }) => valueDeclaration);
  const isGathered = declared.some(
    (one) => one !== undefined && ts.isParameter(one) && one.dotDotDotToken !== undefined,
  );
  const needed = declared.filter(
    (one) =>
      one !== undefined &&
      ts.isParameter(one) &&
      !checker.isOptionalParameter(one) &&
      one.dotDotDotToken === undefined,
  );
  return count >= needed.length && (isGathered || count <= parameters.length);
}

/** Whether a function with several signatures takes objects there by some of them: one of them says too little. */
function takesObjects(checker: ts.TypeChecker, node: ts.Expression): boolean {
  const call = node.parent;
  if (!ts.isCallExpression(call)) return false;
  const position = call.arguments.indexOf(node);
  const signatures = checker.getTypeAtLocation(call.expression).getCallSignatures();
  return (
    signatures.length > 1 &&
    signatures.some((signature) => {
      const parameter = signature.parameters[position];
      if (parameter === undefined) return false;
      const type = checker.getTypeOfSymbolAtLocation(parameter, node);
      return (type.isUnion() ? type.types : [type]).some(
        (one) => (one.flags & ts.TypeFlags.Object) !== 0 && one.getCallSignatures().length === 0,
      );
    })
  );
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
