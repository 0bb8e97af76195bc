import ts from 'typescript';
import { constructorName } from './helper-names.ts';
import { lastValue } from './prototype-members.ts';

/** Who refers to a symbol and who calls a function, over all files of one program. */
export type Uses = Readonly<{
  referencesOf: (symbol: ts.Symbol) => readonly ts.Identifier[];
  callsOf: (declaration: ts.Node) => readonly (ts.CallExpression | ts.NewExpression)[];
}>;

/** What a name stands for, also in `{ name }`. */
export const namedBy = (checker: ts.TypeChecker, name: ts.Node): ts.Symbol | undefined =>
  ts.isShorthandPropertyAssignment(name.parent) && name.parent.name === name
    ? checker.getShorthandAssignmentValueSymbol(name.parent)
    : checker.getSymbolAtLocation(name);

/** Follows imports and aliases to the symbol that holds the value. */
function valueSymbol(checker: ts.TypeChecker, node: ts.Node): ts.Symbol | undefined {
  const symbol = ts.isExportSpecifier(node.parent)
    ? checker.getExportSpecifierLocalTargetSymbol(node.parent)
    : namedBy(checker, node);
  if (symbol === undefined) return undefined;
  return (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(symbol) : symbol;
}

/** Reads the program when it is asked for the first time: most pictures of a program are only looked at for errors. */
export function indexUses(checker: ts.TypeChecker, sources: readonly ts.SourceFile[]): Uses {
  let known: Index | null = null;
  const index = (): Index => (known ??= readUses(checker, sources));
  return {
    referencesOf: (symbol) => index().references.get(symbol) ?? [],
    callsOf: (declaration) => index().calls.get(declaration) ?? [],
  };
}

type Index = Readonly<{
  references: ReadonlyMap<ts.Symbol, readonly ts.Identifier[]>;
  calls: ReadonlyMap<ts.Node, readonly (ts.CallExpression | ts.NewExpression)[]>;
}>;

const readUses = (checker: ts.TypeChecker, sources: readonly ts.SourceFile[]): Index => {
  const references = new Map<ts.Symbol, ts.Identifier[]>();
  const calls = new Map<ts.Node, (ts.CallExpression | ts.NewExpression)[]>();
  const add = <K, V>(map: Map<K, V[]>, key: K, value: V): void => {
    const list = map.get(key);
    if (list === undefined) map.set(key, [value]);
    else list.push(value);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const symbol = valueSymbol(checker, node);
      if (symbol !== undefined) add(references, symbol, node);
    }
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const declaration = checker.getResolvedSignature(node)?.declaration;
      if (declaration !== undefined) add(calls, makerOf(declaration) ?? declaration, node);
    }
    ts.forEachChild(node, visit);
  };
  for (const source of sources) visit(source);
  return { references, calls };
};

/** The constructor function behind a signature of the interface that it is exported with. */
function makerOf(signature: ts.Node): FunctionNode | null {
  if (!ts.isConstructSignatureDeclaration(signature) && !ts.isCallSignatureDeclaration(signature))
    return null;
  const { parent } = signature;
  if (!ts.isInterfaceDeclaration(parent)) return null;
  const isMaker = ({ name }: ts.FunctionDeclaration | ts.VariableDeclaration): boolean =>
    name !== undefined && constructorName(name.getText()) === parent.name.text;
  for (const statement of parent.getSourceFile().statements) {
    if (ts.isFunctionDeclaration(statement) && statement.body !== undefined && isMaker(statement))
      return statement;
    const variables = ts.isVariableStatement(statement) ? statement.declarationList.declarations : [];
    const value = variables.find(isMaker)?.initializer;
    const fn = value === undefined ? null : lastValue(value);
    if (fn !== null && ts.isFunctionExpression(fn)) return fn;
  }
  return null;
}

export type FunctionNode =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.ArrowFunction
  | ts.MethodDeclaration
  | ts.ConstructorDeclaration
  | ts.GetAccessorDeclaration
  | ts.SetAccessorDeclaration;

export const isFunctionNode = (node: ts.Node): node is FunctionNode =>
  ts.isFunctionDeclaration(node) ||
  ts.isFunctionExpression(node) ||
  ts.isArrowFunction(node) ||
  ts.isMethodDeclaration(node) ||
  ts.isConstructorDeclaration(node) ||
  ts.isGetAccessorDeclaration(node) ||
  ts.isSetAccessorDeclaration(node);

/** The symbol under which a function is called: its own name, or the constant or property it is put in. */
export function functionSymbol(checker: ts.TypeChecker, node: FunctionNode): ts.Symbol | undefined {
  if (ts.isFunctionDeclaration(node) && node.name !== undefined)
    return checker.getSymbolAtLocation(node.name);
  const parent = node.parent;
  // What is put in an export as well is called from outside, whatever becomes of the variable.
  if (ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name))
    return checker.getSymbolAtLocation(parent.name);
  return undefined;
}

/** The variable that holds the function, also in `const F = module.exports = function () {}`. */
export function variableOf(fn: FunctionNode): ts.Identifier | null {
  let at: ts.Node = fn.parent;
  while (ts.isBinaryExpression(at) && lastValue(at) === fn) at = at.parent;
  return ts.isVariableDeclaration(at) && ts.isIdentifier(at.name) ? at.name : null;
}

/** The nearest function around a node, or null at the top of a module. */
export function enclosingFunction(node: ts.Node): FunctionNode | null {
  for (let at = node.parent; at !== undefined; at = at.parent) if (isFunctionNode(at)) return at;
  return null;
}

/** The returned expressions of one function, without those of functions inside. */
export function returnedExpressions(fn: FunctionNode): { values: ts.Expression[]; bare: boolean } {
  if (fn.body === undefined) return { values: [], bare: true };
  if (!ts.isBlock(fn.body)) return { values: [fn.body], bare: false };
  const values: ts.Expression[] = [];
  let bare = false;
  const visit = (node: ts.Node): void => {
    if (isFunctionNode(node) || ts.isClassLike(node)) return;
    if (ts.isReturnStatement(node)) {
      if (node.expression === undefined) bare = true;
      else values.push(node.expression);
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(fn.body, visit);
  const last = fn.body.statements.at(-1);
  const ends = last !== undefined && (ts.isReturnStatement(last) || ts.isThrowStatement(last));
  return { values, bare: bare || !ends };
}

/** The signature that the place of a function value asks for. */
export function callSignatureAt(checker: ts.TypeChecker, node: ts.Expression): ts.Signature | undefined {
  const wanted = checker.getContextualType(node);
  const own = wanted === undefined ? undefined : checker.getNonNullableType(wanted).getCallSignatures()[0];
  return own ?? overloadTaking(checker, node);
}

/**
 * The function that the first overload asks for which takes one there, and the other arguments as they are: where no overload
 * takes the call, the compiler may tell the place by one that takes a text.
 */
function overloadTaking(checker: ts.TypeChecker, node: ts.Expression): ts.Signature | undefined {
  const { parent } = node;
  if (!ts.isCallExpression(parent) || parent.arguments.indexOf(node) < 0) return undefined;
  const overloads = checker.getTypeAtLocation(parent.expression).getCallSignatures();
  for (const overload of overloads.length > 1 ? overloads : []) {
    const wanted = parent.arguments.map((_, position) => parameterType(checker, overload, position, node));
    const takesOthers = parent.arguments.every((one, position) => {
      const type = wanted[position];
      return (
        one === node ||
        (type !== undefined && checker.isTypeAssignableTo(checker.getTypeAtLocation(one), type))
      );
    });
    const type = wanted[parent.arguments.indexOf(node)];
    const asked = type === undefined ? undefined : checker.getNonNullableType(type).getCallSignatures()[0];
    if (overload.typeParameters === undefined && takesOthers && asked !== undefined) return asked;
  }
  return undefined;
}

/** What a signature takes at one position, also of the arguments that it gathers. */
export function parameterType(
  checker: ts.TypeChecker,
  { parameters }: ts.Signature,
  position: number,
  at: ts.Node,
): ts.Type | undefined {
  const symbol = parameters[position] ?? parameters.at(-1);
  const declared = symbol?.valueDeclaration;
  const isRest = declared !== undefined && ts.isParameter(declared) && declared.dotDotDotToken !== undefined;
  if (symbol === undefined || (!isRest && position >= parameters.length)) return undefined;
  const type = checker.getTypeOfSymbolAtLocation(symbol, at);
  if (!isRest) return type;
  return checker.isTupleType(type)
    ? checker.getTypeArguments(type as ts.TypeReference)[position - parameters.length + 1]
    : checker.getIndexTypeOfType(type, ts.IndexKind.Number);
}

/** What the place of a function value passes at one position. */
export function passedAt(
  checker: ts.TypeChecker,
  node: ts.Expression,
  position: number,
): ts.Type | undefined {
  const signature = callSignatureAt(checker, node);
  return signature === undefined ? undefined : parameterType(checker, signature, position, node);
}
