import ts from 'typescript';
import { addedText, defaultNames } from './added-members.ts';
import { type Edit, plainEdit } from './edit-book.ts';
import { handedOn } from './handed-instances.ts';
import { constructorName, instanceName } from './helper-names.ts';
import { orUnknown, textsOf } from './infer-objects.ts';
import { constructorFunction, startWithComments } from './instances.ts';
import { leavingNames, leavingQueries } from './leaving-names.ts';
import { parametersText } from './signatures.ts';
import { type FunctionNode, variableOf } from './uses.ts';
import type { Module, View } from './view.ts';
import { withoutWrappers } from './wrappers.ts';

/**
 * A constructor function is exported with a type that can be `new`ed: to TypeScript a function is only callable.
 * Everything here is erased; the exported value stays the function itself.
 */
export function exportConstructors(view: View): number {
  let changed = 0;
  for (const module of view.modules) {
    for (const edit of editsOf(view, module)) {
      if (module.book.get(edit.key)?.insertions[0]?.text === edit.insertions[0]?.text) continue;
      module.book.put(edit);
      changed += 1;
    }
  }
  return changed;
}

function editsOf(view: View, module: Module): Edit[] {
  const { book, source } = module;
  const site = { view, module };
  const edits: Edit[] = [];
  const exported = new Map<string, FunctionNode>();
  const made = (name: ts.Identifier): boolean => {
    if (book.get(`instance:${name.text}`) === undefined) return false;
    const fn = constructorFunction(site, name);
    if (fn !== null) exported.set(name.text, fn);
    return fn !== null;
  };
  for (const name of [...leavingNames(source), ...defaultNames(source)]) {
    const at = book.toOriginal(name.end);
    const own = made(name) ? `unknown as ${constructorName(name.text)}` : carryingText(site, name);
    const more = addedText(view, source, name);
    const type = own ?? (more === '' ? null : `typeof ${name.text}`);
    if (type !== null) edits.push(plainEdit(`constructed:${at}`, at, ` as ${type}${more}`));
  }
  for (const query of leavingQueries(source)) {
    const more = addedText(view, source, query.exprName);
    const end = book.toOriginal(query.end);
    if (more !== '') edits.push(plainEdit(`added:${end}`, end, more));
    if (!ts.isIdentifier(query.exprName) || !made(query.exprName)) continue;
    const at = book.toOriginal(query.getStart());
    edits.push(plainEdit(`constructed:${at}`, at, `${constructorName(query.exprName.text)} & `));
  }
  for (const [name, fn] of exported) {
    const at = book.toOriginal(interfacePlace(source, fn, name));
    edits.push(plainEdit(`constructor:${name}`, at, interfaceText(view, fn, name)));
  }
  return edits;
}

/** It asks for its own instance and makes one where `new` was forgotten. */
const isCallable = (fn: FunctionNode, name: string): boolean => {
  let asks = false;
  let makes = false;
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword)
      asks ||= node.right.getText() === name;
    if (ts.isNewExpression(node))
      makes ||= new RegExp(`^\\(?${name.replace(/\$/g, '\\$')}\\b`).test(node.expression.getText());
    ts.forEachChild(node, visit);
  };
  visit(fn);
  return asks && makes;
};

/** What `new F()` gives, like `F()`, where the function gives an object that is not its instance. Null: it does not. */
function ownResult(view: View, fn: FunctionNode, name: string): string | null {
  const type = view.checker.getSignatureFromDeclaration(fn)?.getReturnType();
  if (type === undefined || (type.flags & ts.TypeFlags.Object) === 0) return null;
  return type.symbol?.name === instanceName(name) ? null : `ReturnType<typeof ${name}>`;
}

/** Where the interface is written: above the function, but below all that is put on it, which `typeof F.a` asks for. */
function interfacePlace(source: ts.SourceFile, fn: FunctionNode, name: string): number {
  let home: ts.Node = fn;
  while (!ts.isSourceFile(home.parent)) home = home.parent;
  const last = source.statements.findLast((one) => putBy(one, name) !== null);
  if (last === undefined || last.end < home.end) return startWithComments(home);
  const next = source.statements[source.statements.indexOf(last) + 1];
  return next === undefined ? source.end : startWithComments(next);
}

/** `F.a = 1` for the name `F`. */
function putBy(statement: ts.Statement, name: string): { key: string; value: ts.Expression } | null {
  const assignment = ts.isExpressionStatement(statement) ? statement.expression : null;
  if (assignment === null || !ts.isBinaryExpression(assignment)) return null;
  const { left, operatorToken, right } = assignment;
  if (operatorToken.kind !== ts.SyntaxKind.EqualsToken || !ts.isPropertyAccessExpression(left)) return null;
  return withoutWrappers(left.expression).getText() === name ? { key: left.name.text, value: right } : null;
}

/** What the statements of a module put on a name: TypeScript reads it off functions and constants only. */
export function putOn(source: ts.SourceFile, name: string): Map<string, ts.Expression[]> {
  const found = new Map<string, ts.Expression[]>();
  for (const statement of source.statements) {
    const put = putBy(statement, name);
    if (put !== null) found.set(put.key, [...(found.get(put.key) ?? []), put.value]);
  }
  return found;
}

/** `typeof f & { a: T }` of a plain function whose variable lacks what is put on it; null where TypeScript reads it itself. */
function carryingText(site: Readonly<{ view: View; module: Module }>, name: ts.Identifier): string | null {
  const fn = constructorFunction(site, name);
  if (fn === null || variableOf(fn) === null) return null;
  const type = site.view.checker.getTypeAtLocation(name);
  const put = [...putOn(site.module.source, name.text)].filter(
    ([key]) => type.getProperty(key) === undefined,
  );
  const texts = put.map(([key, values]) => `${key}: ${staticsText(site.view, values)}`);
  return texts.length === 0 ? null : `typeof ${name.text} & { ${texts.join('; ')} }`;
}

/** What is put on a constructor. */
export const staticsText = (view: View, values: readonly ts.Expression[]): string =>
  orUnknown(values.flatMap((value) => textsOf(view, value)));

function interfaceText(view: View, fn: FunctionNode, name: string): string {
  const parameters = parametersText(view.checker, fn);
  const own = ownResult(view, fn, name);
  const result = own ?? instanceName(name);
  const lines = [`new (${parameters}): ${result}`];
  if (own !== null || isCallable(fn, name)) lines.push(`(${parameters}): ${result}`);
  lines.push(`prototype: ${instanceName(name)}`);
  const named = variableOf(fn) ?? fn.name ?? fn;
  const symbol = view.checker.getSymbolAtLocation(named);
  const seen = new Set(['prototype']);
  for (const [key, property] of symbol?.exports ?? []) {
    const text = String(key);
    seen.add(text);
    if (text === 'prototype' || !/^[A-Za-z_$][\w$]*$/.test(text)) continue;
    lines.push(`${text}: ${staticText(view, property, name)}`);
  }
  for (const [key, values] of putOn(fn.getSourceFile(), name)) {
    if (!seen.has(key)) lines.push(`${key}: ${staticsText(view, values)}`);
  }
  // Nothing better can be shown of what other code puts there.
  if (handedOn(view, [fn], fn.getSourceFile(), name, []).statics) lines.push('[name: string]: any');
  return `interface ${constructorName(name)} {\n${lines.map((line) => `  ${line};\n`).join('')}}\n\n`;
}

/** What is imported is named by its import: a property of the function could not say its type in a declaration. */
const staticText = (view: View, property: ts.Symbol, name: string): string => {
  const assignment = property.valueDeclaration?.parent;
  let value =
    assignment !== undefined && ts.isBinaryExpression(assignment)
      ? withoutWrappers(assignment.right)
      : undefined;
  let key = property.name;
  // In `F.a = F.b = value` only the last is assigned first.
  while (value !== undefined && ts.isBinaryExpression(value) && ts.isPropertyAccessExpression(value.left)) {
    if (value.left.expression.getText() === name) key = value.left.name.text;
    value = withoutWrappers(value.right);
  }
  if (value === undefined || !ts.isIdentifier(value)) return `typeof ${name}.${key}`;
  if (value.text === name) return constructorName(name);
  const isImport = ((view.checker.getSymbolAtLocation(value)?.flags ?? 0) & ts.SymbolFlags.Alias) !== 0;
  return isImport ? `typeof ${value.text}` : `typeof ${name}.${key}`;
};
