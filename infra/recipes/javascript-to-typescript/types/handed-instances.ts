import path from 'node:path';
import ts from 'typescript';
import { lastValue, type Member, readDescribed } from './prototype-members.ts';
import { type FunctionNode, isFunctionNode } from './uses.ts';
import { moduleOf, type View } from './view.ts';
import { withoutWrappers, withWrappers } from './wrappers.ts';

/** What becomes of a constructor and of the objects that it makes in code that may put more on them. */
export type Handed = Readonly<{
  /** True where code whose effect is not known is given an instance as it is made, or the constructor. */
  instances: boolean;
  /** True where such code is given the constructor. */
  statics: boolean;
  /** What the constructor itself defines on `this` by name. */
  defined: ReadonlyMap<string, Member>;
}>;

const HARMLESS =
  /^(?:Object\.(?:freeze|seal|preventExtensions|keys|is\w*|getOwn\w+|getPrototypeOf)|util\.inherits)$/;

/** A member of which the name is known alone. */
export const UNSAID: Member = { kind: 'ACCESSOR', get: null, set: null };

/**
 * Whether and how the constructor of a `name`, a function or a class, and its instances are handed on. `bodies` is the code that
 * runs while an instance is made.
 */
export function handedOn(
  view: View,
  bodies: readonly ts.Node[],
  source: ts.SourceFile,
  name: string,
  bases: readonly ts.Expression[],
): Handed {
  const defined = new Map<string, Member>();
  const isBase = new Set(bases.map((base) => base.getText()));
  let instances = false;
  let statics = false;
  for (const use of bodies.flatMap(ownUses)) {
    if (isFilled(view, use)) instances = true;
    const call = callGiven(use);
    if (call === null || isBase.has(behindCall(call)?.getText() ?? '')) continue;
    if (!isKnownHere(view, call, use, defined)) instances = true;
  }
  const visit = (node: ts.Node): void => {
    const call = ts.isIdentifier(node) && node.text === name ? callGiven(node) : null;
    if (call !== null)
      statics ||= !/(^|\.)inherits$/.test(calleeText(call)) && mayPut(view, call, node as ts.Identifier);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { instances: instances || statics, statics, defined };
}

/** Every `this` of a function or field, and the variables that hold it. */
export function ownUses(fn: ts.Node): ts.Expression[] {
  const found: ts.Expression[] = [];
  const names = new Set<string>();
  const visit = (node: ts.Node, isOwn: boolean): void => {
    const inside = isOwn && (node === fn || !hasThis(node));
    if (isOwn && node.kind === ts.SyntaxKind.ThisKeyword) {
      found.push(node as ts.ThisExpression);
      const holder = withWrappers(node).parent;
      if (ts.isVariableDeclaration(holder) && ts.isIdentifier(holder.name)) names.add(holder.name.text);
    }
    if (isOwn && ts.isIdentifier(node) && names.has(node.text)) found.push(node);
    ts.forEachChild(node, (child) => visit(child, inside));
  };
  visit(fn, true);
  return found;
}

const hasThis = (node: ts.Node): boolean =>
  (isFunctionNode(node) && !ts.isArrowFunction(node)) || ts.isClassLike(node);

/** `this[key] = value`, for a key that only a run tells and that is no symbol. */
export function isFilled({ checker }: View, use: ts.Expression): boolean {
  const access = withWrappers(use).parent;
  if (!ts.isElementAccessExpression(access) || ts.isStringLiteralLike(access.argumentExpression))
    return false;
  const { flags } = checker.getTypeAtLocation(access.argumentExpression);
  return (flags & ts.TypeFlags.ESSymbolLike) === 0 && isWritten(use);
}

/** The call that is given a value as an argument. */
function callGiven(value: ts.Node): ts.CallExpression | null {
  const whole = withWrappers(value);
  const { parent } = whole;
  return ts.isCallExpression(parent) && parent.arguments.some((one) => one === whole) ? parent : null;
}

const calleeText = (call: ts.CallExpression): string => withoutWrappers(call.expression).getText();

/** `X` in `X.call(this)` and `X.apply(this)`. */
function behindCall(call: ts.CallExpression): ts.Expression | null {
  const callee = withoutWrappers(call.expression);
  if (!ts.isPropertyAccessExpression(callee) || !/^(?:call|apply)$/.test(callee.name.text)) return null;
  return withoutWrappers(callee.expression);
}

/** Whether what a call does with `this` is known; what it defines by name is noted. */
function isKnownHere(
  view: View,
  call: ts.CallExpression,
  use: ts.Expression,
  defined: Map<string, Member>,
): boolean {
  const callee = calleeText(call);
  const given = call.arguments.map(withoutWrappers);
  if (!/^(?:Object|Reflect)\./.test(callee)) return !mayPut(view, call, use);
  if (given[0] !== use || HARMLESS.test(callee)) return true;
  const [, second, third] = given;
  if (callee === 'Object.defineProperty' && second !== undefined && third !== undefined) {
    if (!ts.isStringLiteralLike(second)) return second.getText().startsWith('Symbol');
    // A descriptor that comes from elsewhere still has that one name.
    defined.set(second.text, readDescribed(third) ?? UNSAID);
    return true;
  }
  if (callee !== 'Object.assign' && callee !== 'Object.defineProperties') return false;
  return given.slice(1).every((literal) => {
    if (!ts.isObjectLiteralExpression(literal)) return false;
    return literal.properties.every((property) => {
      if (!ts.isPropertyAssignment(property) || ts.isComputedPropertyName(property.name)) return false;
      const member: Member | null =
        callee === 'Object.assign'
          ? { kind: 'VALUE', value: property.initializer }
          : readDescribed(property.initializer);
      if (member !== null) defined.set(property.name.text, member);
      return member !== null;
    });
  });
}

/** Whether a call may put members on what it is given: its code is not of the package, or it is seen to write there. */
function mayPut(view: View, call: ts.CallExpression, given: ts.Expression): boolean {
  const { checker } = view;
  const behind = behindCall(call);
  const isThis = behind !== null && withoutWrappers(call.arguments[0] ?? given) === given;
  const callee = behind ?? withoutWrappers(call.expression);
  let root = callee;
  while (
    ts.isPropertyAccessExpression(root) ||
    ts.isElementAccessExpression(root) ||
    ts.isCallExpression(root)
  )
    root = withoutWrappers(root.expression);
  const loaded = loadedFunction(view, callee);
  if (loaded !== null) return writesTo(view, loaded, call.arguments.indexOf(given));
  // What a caller hands in is written by the caller, who knows what it does.
  if (!ts.isIdentifier(root)) return false;
  const held = checker.getSymbolAtLocation(root);
  if (held?.valueDeclaration !== undefined && ts.isParameter(held.valueDeclaration)) return false;
  const declaration = declarationOf(view, callee);
  if (declaration === null) return true;
  if (moduleOf(view, declaration) === undefined) {
    const { fileName } = declaration.getSourceFile();
    // A mixin of another package tells what it puts there by its result, which nobody takes.
    const isMixin = !isThis && ts.isExpressionStatement(withWrappers(call).parent);
    return (
      !/\/node_modules\/(?:typescript\/lib|@types\/node)\//.test(fileName) &&
      (isMixin || !/\/node_modules\//.test(fileName))
    );
  }
  const fn = ts.isVariableDeclaration(declaration) ? declaration.initializer : declaration;
  const value = fn !== undefined && ts.isExpression(fn) ? lastValue(withoutWrappers(fn)) : fn;
  if (value === undefined || !isFunctionNode(value)) return !ts.isClassLike(declaration);
  if (isThis) return ownUses(value).some(isWritten);
  const position = call.arguments.findIndex((one) => withoutWrappers(one) === given);
  return writesTo(view, value, position - (behind === null ? 0 : 1));
}

/** Whether a function puts something on what it is given at a position, or hands it on. */
function writesTo(view: View, fn: FunctionNode, position: number): boolean {
  const parameter = fn.parameters.filter((one) => one.name.getText() !== 'this')[position];
  const symbol = parameter === undefined ? undefined : view.checker.getSymbolAtLocation(parameter.name);
  return symbol !== undefined && view.uses.referencesOf(symbol).some(isWritten);
}

/** The function that another module of the package is: `require('./mixin')(F)`. */
function loadedFunction(view: View, callee: ts.Expression): FunctionNode | null {
  const [name] =
    ts.isCallExpression(callee) && callee.expression.getText() === 'require' ? callee.arguments : [];
  if (name === undefined || !ts.isStringLiteralLike(name) || !name.text.startsWith('.')) return null;
  const stem = (file: string): string => file.replace(/\.[cm]?[jt]s$/, '');
  const home = path.posix.dirname(callee.getSourceFile().fileName);
  const wanted = stem(path.posix.join(home, name.text));
  const module = view.modules.find(({ source }) => stem(source.fileName) === wanted);
  const exported = module?.source.statements.find(ts.isExportAssignment)?.expression;
  const value = exported === undefined ? null : lastValue(withoutWrappers(exported));
  return value !== null && isFunctionNode(value) ? value : null;
}

/** Where the value of a callee is declared; null where that cannot be seen. */
function declarationOf({ checker }: View, callee: ts.Expression): ts.Declaration | null {
  const symbol = checker.getSymbolAtLocation(ts.isPropertyAccessExpression(callee) ? callee.name : callee);
  if (symbol === undefined) return null;
  const held = (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(symbol) : symbol;
  const declarations = held.declarations ?? [];
  return declarations.find((one) => isFunctionNode(one) && one.body !== undefined) ?? declarations[0] ?? null;
}

/** `x.a = 1`, `x[k] = 1`, `x.prototype.a = 1`, and `f(x)`: something may come to be on the value of a name. */
function isWritten(name: ts.Node): boolean {
  let at = withWrappers(name);
  if (callGiven(at) !== null) return true;
  let isPart = false;
  for (; isMember(at.parent) && at.parent.expression === at; at = withWrappers(at.parent)) isPart = true;
  const { parent } = at;
  // A symbol is no name that the type could lack.
  if (
    isMember(at) &&
    ts.isElementAccessExpression(at) &&
    at.argumentExpression.getText().startsWith('Symbol')
  )
    return false;
  return (
    isPart &&
    ts.isBinaryExpression(parent) &&
    parent.left === at &&
    parent.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
    parent.operatorToken.kind <= ts.SyntaxKind.LastAssignment
  );
}

const isMember = (node: ts.Node): node is ts.PropertyAccessExpression | ts.ElementAccessExpression =>
  ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
