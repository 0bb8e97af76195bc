import ts from 'typescript';
import { constructorName, instanceName } from './helper-names.ts';
import { constructorFunction } from './instances.ts';
import { prototypeMembers } from './prototype-members.ts';
import { nodeAt } from './repair/site.ts';
import { type FunctionNode, isFunctionNode } from './uses.ts';
import { type Module, moduleOf, type View } from './view.ts';

export type Call = ts.CallExpression | ts.NewExpression;

/** Which type of the package is at fault. */
type Fault =
  | Readonly<{ kind: 'ARGUMENTS'; fn: FunctionNode; call: Call; callback: ts.Expression | null }>
  /** What a function of the package gives back is used in a way that its type forbids. */
  | Readonly<{ kind: 'RESULT'; fn: FunctionNode }>
  /** The package itself, or a part of it, is called or made in a way that its type forbids. */
  | Readonly<{ kind: 'EXPORT' }>;

/** What the compiler holds against code that the documents show: the code, and what it says of it. */
export type Complaint = Fault & Readonly<{ code: string; reason: string }>;

/** An argument does not fit, or there are too few or too many. */
const OF_ARGUMENTS = new Set([2345, 2769, 2554, 2555, 2322, 2353, 2559, 2739, 2740, 2741]);
/**
 * Too few or too many. The whole of what makes an object is marked where it is given too little, and a call only at its name; of
 * several arguments too many, all: what holds them is the call itself.
 */
const OF_COUNT = new Set([2554, 2555]);
/** A value is used for what its type does not know. That it may be null is no fault of the type. */
const OF_VALUES = new Set([2339, 2551, 18046, 2571, 2349, 2351, 7009, 7053, 2488, 2461, 2495]);
const OF_CALLEES = new Set([2349, 2351, 7009]);
/** A parameter of a callback gets no type from where the callback goes. */
const OF_CALLBACKS = new Set([7006, 7019]);

/** Reads what the compiler says of one file that uses the package; only what types of the package cause. */
export function complaintsIn(view: View, source: ts.SourceFile): Complaint[] {
  return view.program.getSemanticDiagnostics(source).flatMap((diagnostic) => {
    const start = diagnostic.start ?? 0;
    const node = nodeAt(source, start, start + (diagnostic.length ?? 0));
    const said = {
      code: (callAround(node) ?? node).getText().slice(0, 120),
      reason: ts.flattenDiagnosticMessageText(diagnostic.messageText, ' '),
    };
    const found = complaint(view, node, diagnostic.code, start);
    return found === null ? [] : [{ ...found, ...said }];
  });
}

function complaint(view: View, node: ts.Node, code: number, start: number): Fault | null {
  if (OF_CALLBACKS.has(code)) return ofCallback(view, node);
  if (OF_ARGUMENTS.has(code)) {
    const isOfNode = OF_COUNT.has(code) && (isGivenTooLittle(view, node) || isWithinArguments(node, start));
    const call = isOfNode && isCall(node) ? node : callAround(node);
    const fn = call === null ? null : calledFunction(view, call);
    if (call !== null && fn !== null) return { kind: 'ARGUMENTS', fn, call, callback: null };
    // The callee, or what is given, may be what a function of the package gave.
    const given = ts.isExpression(node) ? origin(view, node) : null;
    const made = given ?? (call === null ? null : origin(view, call.expression));
    if (made !== null) return { kind: 'RESULT', fn: made };
    return call === null ? null : ofCallback(view, call.expression);
  }
  if (!OF_VALUES.has(code)) return null;
  const named = ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
  const value = named && ts.isPropertyAccessExpression(node.parent) ? node.parent.expression : node;
  if (!ts.isExpression(value)) return null;
  const used = OF_CALLEES.has(code) && isCall(value) ? value.expression : value;
  const made = origin(view, used);
  if (made !== null) return { kind: 'RESULT', fn: made };
  const isOfExport = /^subject\b/.test(rootOf(view, used));
  if (isOfExport && (OF_CALLEES.has(code) || saysNothing(view, used))) return { kind: 'EXPORT' };
  return ofCallback(view, used);
}

const isCall = (node: ts.Node): node is Call => ts.isCallExpression(node) || ts.isNewExpression(node);

const isGivenTooLittle = (view: View, node: ts.Node): node is ts.NewExpression => {
  if (!ts.isNewExpression(node)) return false;
  const parameters = view.checker.getResolvedSignature(node)?.declaration?.parameters ?? [];
  const needed = parameters.filter(
    (one) => ts.isParameter(one) && one.questionToken === undefined && one.dotDotDotToken === undefined,
  );
  return (node.arguments?.length ?? 0) < needed.length;
};

const isWithinArguments = (node: ts.Node, start: number): boolean =>
  isCall(node) && node.arguments !== undefined && start >= node.arguments.pos;

/** The call of which the node is part of an argument, or the callee. */
function callAround(node: ts.Node): Call | null {
  for (let at = node; at.parent !== undefined && !ts.isStatement(at); at = at.parent) {
    if (isCall(at.parent)) return at.parent;
  }
  return null;
}

/** The function of the package that a call runs, whichever of its signatures the call took. */
export function calledFunction(view: View, call: Call): FunctionNode | null {
  const declaration = view.checker.getResolvedSignature(call)?.declaration;
  const module = declaration === undefined ? undefined : moduleOf(view, declaration);
  if (declaration === undefined || module === undefined) return null;
  if (isFunctionNode(declaration) && declaration.body !== undefined) return declaration;
  if (ts.isFunctionDeclaration(declaration) && declaration.name !== undefined)
    return constructorFunction({ view, module }, declaration.name);
  return ts.isInterfaceDeclaration(declaration.parent)
    ? ofInterface(module, declaration, declaration.parent)
    : null;
}

/** The function behind a line of an interface that the recipe wrote for a constructor function. */
function ofInterface(module: Module, line: ts.Node, { name }: ts.InterfaceDeclaration): FunctionNode | null {
  for (const { key } of module.book.edits) {
    const maker = key.startsWith('instance:') ? key.slice('instance:'.length) : null;
    if (maker === null) continue;
    if (constructorName(maker) === name.text) {
      const declared = module.source.statements.find(
        (one) => ts.isFunctionDeclaration(one) && one.body !== undefined && one.name?.text === maker,
      );
      return declared !== undefined && ts.isFunctionDeclaration(declared) ? declared : null;
    }
    if (instanceName(maker) !== name.text || !ts.isMethodSignature(line)) continue;
    const member = prototypeMembers(module.source, maker).members.get(line.name.getText());
    return member?.kind === 'VALUE' && isFunctionNode(member.value) ? member.value : null;
  }
  return null;
}

/** The function of the package that gave a value, followed through variables, members and callbacks. */
function origin(view: View, node: ts.Expression, depth = 0): FunctionNode | null {
  if (depth > 6) return null;
  const next = (one: ts.Expression): FunctionNode | null => origin(view, one, depth + 1);
  if (ts.isParenthesizedExpression(node) || ts.isAwaitExpression(node) || ts.isNonNullExpression(node))
    return next(node.expression);
  if (isCall(node)) {
    const own = calledFunction(view, node);
    if (own !== null) return own;
    return ts.isPropertyAccessExpression(node.expression) ? next(node.expression.expression) : null;
  }
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return next(node.expression);
  if (!ts.isIdentifier(node)) return null;
  let declaration: ts.Node | undefined = view.checker.getSymbolAtLocation(node)?.valueDeclaration;
  while (declaration !== undefined && ts.isBindingElement(declaration))
    declaration = declaration.parent.parent;
  if (declaration === undefined) return null;
  if (ts.isVariableDeclaration(declaration))
    return declaration.initializer === undefined ? null : next(declaration.initializer);
  if (!ts.isParameter(declaration)) return null;
  // `made.then(function (value) { ... })`
  const call = declaration.parent.parent;
  return ts.isCallExpression(call) && ts.isPropertyAccessExpression(call.expression)
    ? next(call.expression.expression)
    : null;
}

/** `unknown`, `object` and `{}`: a document that uses such a value for anything knows more than its type. */
function saysNothing({ checker }: View, node: ts.Expression): boolean {
  const type = checker.getTypeAtLocation(node);
  if ((type.flags & (ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive)) !== 0) return true;
  return (
    (type.flags & ts.TypeFlags.Object) !== 0 &&
    type.getProperties().length + checker.getIndexInfosOfType(type).length === 0 &&
    type.getCallSignatures().length + type.getConstructSignatures().length === 0
  );
}

/** What a name was set to at first, as text: `subject.part` for a part of the package. */
function rootOf(view: View, node: ts.Expression): string {
  let declaration: ts.Node | undefined = ts.isIdentifier(node)
    ? view.checker.getSymbolAtLocation(node)?.valueDeclaration
    : undefined;
  while (declaration !== undefined && ts.isBindingElement(declaration))
    declaration = declaration.parent.parent;
  return declaration !== undefined &&
    ts.isVariableDeclaration(declaration) &&
    declaration.initializer !== undefined
    ? declaration.initializer.getText()
    : node.getText();
}

/** The callback given to a function of the package, of which the node is a parameter or uses one. */
function ofCallback(view: View, node: ts.Node): Fault | null {
  const declaration =
    ts.isIdentifier(node) && !ts.isParameter(node.parent)
      ? view.checker.getSymbolAtLocation(node)?.valueDeclaration
      : node.parent;
  if (declaration === undefined || !ts.isParameter(declaration)) return null;
  const callback = declaration.parent;
  if (!ts.isArrowFunction(callback) && !ts.isFunctionExpression(callback)) return null;
  const call = callback.parent;
  if (!isCall(call) || call.arguments?.includes(callback) !== true) return null;
  const fn = calledFunction(view, call);
  return fn === null ? null : { kind: 'ARGUMENTS', fn, call, callback };
}
