import ts from 'typescript';
import { isAny, memberTexts, typeText } from './type-text.ts';
import { parameterType } from './uses.ts';

/** What a function with several signatures asks of an argument. */

/** One signature that may take the call; `isCertain` where nothing of the other arguments is left to be seen. */
type Taker = Readonly<{ signature: ts.Signature; type: ts.Type; isCertain: boolean }>;

/**
 * The types that the place of a value asks for, with the texts of their members. `wanted` is what the compiler tells: where a
 * function has several signatures and too little is known of the call, that is the first of them, or the last.
 */
export function askedFor(
  checker: ts.TypeChecker,
  node: ts.Expression,
  wanted: ts.Type,
): (readonly [string, ts.Type])[] {
  const takers = takersOf(checker, node);
  const isTaken = takers.length === 0 || isResolvedTo(checker, node.parent as ts.CallExpression, takers);
  const others = takers.map(({ type }) => type).filter((type) => !isAny(type));
  const types = isTaken ? [wanted, ...others] : others;
  const callbacks = types.filter(isCalled);
  const plain = types.filter((type) => !isCalled(type));
  const texts = plain.flatMap((type) =>
    (memberTexts(checker, type, node) ?? []).map((text) => [text, type] as const),
  );
  const [first] = callbacks;
  if (first === undefined) return texts;
  // Of a callback beside other kinds of value, whoever writes one gets no types for its parameters.
  if (plain.includes(wanted)) return [...texts, ['Function', first]];
  const asked = plain.length > 0 ? [first] : callbacks;
  const told = new Set(asked.flatMap((type) => memberTexts(checker, type, node) ?? []));
  const isSame = [...told].filter((text) => !/^(?:null|undefined)$/.test(text)).length < 2;
  return [
    ...texts,
    ...(isSame ? [...told] : [sharedText(checker, asked, node)]).map((text) => [text, first] as const),
  ];
}

/**
 * The signatures that may take a call with this argument. Those with type parameters say what they ask for only together with the
 * other arguments. Once one takes it for certain, no callback is for those after it.
 */
function takersOf(checker: ts.TypeChecker, node: ts.Expression): Taker[] {
  const call = node.parent;
  if (!ts.isCallExpression(call) || call.arguments.some(ts.isSpreadElement)) return [];
  const position = call.arguments.indexOf(node);
  const signatures = position < 0 ? [] : checker.getTypeAtLocation(call.expression).getCallSignatures();
  const takers: Taker[] = [];
  for (const signature of signatures.length > 1 ? signatures : []) {
    if (signature.typeParameters !== undefined) continue;
    if (!takesCount(checker, signature, call.arguments.length)) continue;
    const others = call.arguments.flatMap((one, at) =>
      one === node ? [] : [fits(checker, one, parameterType(checker, signature, at, node))],
    );
    const type = parameterType(checker, signature, position, node);
    if (type === undefined || others.includes('NO')) continue;
    const isDecided = takers.some((one) => one.isCertain && isCalled(one.type)) && isCalled(type);
    if (!isDecided) takers.push({ signature, type, isCertain: !others.includes('MAYBE') });
  }
  return takers;
}

/** Whether the compiler took one of these, or one of which they say nothing. */
function isResolvedTo(checker: ts.TypeChecker, call: ts.CallExpression, takers: readonly Taker[]): boolean {
  const resolved = checker.getResolvedSignature(call);
  return (
    resolved?.declaration === undefined ||
    (resolved.declaration.typeParameters?.length ?? 0) > 0 ||
    takers.some(({ signature }) => signature.declaration === resolved.declaration)
  );
}

/** A function, which may be left out. */
const isCalled = (type: ts.Type): boolean => type.getNonNullableType().getCallSignatures().length > 0;

/** Of a parameter too little is known to leave a signature out: its type may come from the one that the compiler took. */
function fits(
  checker: ts.TypeChecker,
  value: ts.Expression,
  type: ts.Type | undefined,
): 'YES' | 'NO' | 'MAYBE' {
  if (type === undefined) return 'NO';
  const declared = checker.getSymbolAtLocation(value)?.valueDeclaration;
  if (declared !== undefined && ts.isParameter(declared)) return 'MAYBE';
  const own = checker.getTypeAtLocation(value);
  return isAny(own) ? 'MAYBE' : checker.isTypeAssignableTo(own, type) ? 'YES' : 'NO';
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

/**
 * A callback for several signatures: what only one of them hands on has the type that its caller knows and the code does not,
 * which no type but `any` lets a caller say.
 */
function sharedText(checker: ts.TypeChecker, types: readonly ts.Type[], at: ts.Node): string {
  const signatures = types.flatMap((type) => type.getNonNullableType().getCallSignatures().slice(0, 1));
  const isGathering = signatures.some(({ parameters }) =>
    parameters.some(
      ({ valueDeclaration: one }) =>
        one !== undefined && ts.isParameter(one) && one.dotDotDotToken !== undefined,
    ),
  );
  const results = new Set(signatures.map((one) => typeText(checker, one.getReturnType(), at) ?? 'unknown'));
  const [result = 'unknown'] = results.size === 1 ? results : [];
  if (isGathering) return `(...args: any[]) => ${result}`;
  const [longest] = [...signatures].sort((a, b) => b.parameters.length - a.parameters.length);
  const parameters = longest?.parameters.map(({ name }, position) => {
    const texts = signatures.flatMap((one) => {
      const type = parameterType(checker, one, position, at);
      return type === undefined ? [] : [typeText(checker, type, at) ?? 'any'];
    });
    const isLeftOut = signatures.some((one) => isOptionalAt(checker, one, position));
    return `${name}${isLeftOut ? '?' : ''}: ${new Set(texts).size === 1 ? texts[0] : 'any'}`;
  });
  return `(${parameters?.join(', ') ?? ''}) => ${result}`;
}

const isOptionalAt = (checker: ts.TypeChecker, { parameters }: ts.Signature, position: number): boolean => {
  const declared = parameters[position]?.valueDeclaration;
  return declared === undefined || (ts.isParameter(declared) && checker.isOptionalParameter(declared));
};

/** Whether a function with several signatures takes objects there by some of them: one of them says too little. */
export function takesObjects(checker: ts.TypeChecker, node: ts.Expression): boolean {
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
