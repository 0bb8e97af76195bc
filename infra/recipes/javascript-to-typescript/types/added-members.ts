import ts from 'typescript';
import { assignedTo } from './infer-objects.ts';
import { leavingNames, leavingQueries } from './leaving-names.ts';
import { typeText, widened } from './type-text.ts';
import { isFunctionNode } from './uses.ts';
import type { Module, View } from './view.ts';
import { asFinding, type Work } from './work.ts';
import { withoutWrappers, withWrappers } from './wrappers.ts';

/** What a call puts on a value: surely, as `Object.assign` does, or perhaps, as a function does that is not known. */
type Added = Readonly<{ call: ts.CallExpression; members: readonly Member[]; isSure: boolean }>;
type Member = Readonly<{ name: string; mark: '' | 'readonly '; value: ts.Expression | null }>;

const NAME = /^[A-Za-z_$][\w$]*$/;

/** What the statements of a module put on one of its names by calls: `Object.assign(f, { a: 1 })`, `define(f, { a: 1 })`. */
export function addedTo(view: View, source: ts.SourceFile, name: string): Added[] {
  return source.statements.flatMap((statement): Added[] => {
    const call = ts.isExpressionStatement(statement) ? withoutWrappers(statement.expression) : null;
    if (call === null || !ts.isCallExpression(call)) return [];
    const [target, ...given] = call.arguments.map(withoutWrappers);
    if (target === undefined || !ts.isIdentifier(target) || target.text !== name) return [];
    const callee = withoutWrappers(call.expression).getText();
    const sure = surelyPut(callee, given);
    if (sure !== null) return [{ call, members: sure, isSure: true }];
    if (/^(?:Object|Reflect)\./.test(callee) || !mayPut(view, call)) return [];
    const [literal] = given;
    if (literal === undefined || !ts.isObjectLiteralExpression(literal)) return [];
    return [{ call, members: membersOf(literal), isSure: false }];
  });
}

/** The members that functions of the language define or copy; null where it is not one of them or they are not all known. */
function surelyPut(callee: string, given: readonly ts.Expression[]): Member[] | null {
  const [first, second] = given;
  if (callee === 'Object.assign')
    return given.every(ts.isObjectLiteralExpression) ? given.flatMap(membersOf) : null;
  if (callee === 'Object.defineProperties' && first !== undefined && ts.isObjectLiteralExpression(first))
    return membersOf(first).flatMap(({ name, value }) => described(name, value) ?? []);
  if (callee !== 'Object.defineProperty' || first === undefined || !ts.isStringLiteralLike(first))
    return null;
  const one = described(first.text, second ?? null);
  return one === null ? null : [one];
}

const membersOf = (literal: ts.ObjectLiteralExpression): Member[] =>
  literal.properties.flatMap((property): Member[] => {
    const { name } = property;
    if (name === undefined || ts.isComputedPropertyName(name) || !NAME.test(name.text)) return [];
    if (ts.isPropertyAssignment(property))
      return [{ name: name.text, mark: '', value: withoutWrappers(property.initializer) }];
    const own = ts.isShorthandPropertyAssignment(property) ? property.name : null;
    return [{ name: name.text, mark: '', value: own }];
  });

/** `{ value: 1 }`, and `{ get: function () {} }`, of which the type is that of what it gives. */
function described(name: string, descriptor: ts.Expression | null): Member | null {
  const literal = descriptor === null ? null : withoutWrappers(descriptor);
  if (literal === null || !ts.isObjectLiteralExpression(literal) || !NAME.test(name)) return null;
  const parts = new Map(membersOf(literal).map((one) => [one.name, one.value]));
  const isOpen = parts.has('set') || parts.get('writable')?.kind === ts.SyntaxKind.TrueKeyword;
  return { name, mark: isOpen ? '' : 'readonly ', value: parts.get('value') ?? null };
}

/** Whether a function may put something on its first argument: one that is not of the package, or that is seen to do it. */
function mayPut(view: View, call: ts.CallExpression): boolean {
  const declaration = view.checker.getResolvedSignature(call)?.declaration;
  if (declaration === undefined || !isFunctionNode(declaration)) return true;
  const [target] = declaration.parameters;
  const symbol = target === undefined ? undefined : view.checker.getSymbolAtLocation(target.name);
  return (
    symbol !== undefined &&
    view.uses
      .referencesOf(symbol)
      .some(
        ({ parent }) =>
          ts.isElementAccessExpression(parent) ||
          (ts.isCallExpression(parent) &&
            parent.arguments.some((one) => one.getText() === target?.name.getText())),
      )
  );
}

/** Names that leave a module as they are, or that the type of an export asks for. */
const exportedNames = (source: ts.SourceFile): ts.Node[] => [
  ...leavingNames(source),
  ...leavingQueries(source).map(({ exprName }) => exprName),
  ...defaultNames(source),
];

/** `export default f` */
export const defaultNames = (source: ts.SourceFile): ts.Identifier[] =>
  source.statements.flatMap((statement) => {
    const isDefault = ts.isExportAssignment(statement) && statement.isExportEquals !== true;
    const value = isDefault ? withoutWrappers(statement.expression) : null;
    return value !== null && ts.isIdentifier(value) ? [value] : [];
  });

/** ` & { a: number; b?: any }` for what calls put on a name beside what its type has; empty where there is nothing. */
export function addedText(view: View, source: ts.SourceFile, name: ts.Node): string {
  const type = view.checker.getTypeAtLocation(name);
  const lines = new Map<string, string>();
  for (const { members, isSure } of addedTo(view, source, name.getText())) {
    for (const one of members) {
      if (type.getProperty(one.name) !== undefined) continue;
      const sure = `${one.mark}${one.name}${mayBeGone(view, name, one) ? '?' : ''}: `;
      lines.set(one.name, isSure ? `${sure}${valueText(view, one)}` : `${one.name}?: any`);
    }
  }
  return lines.size === 0 ? '' : ` & { ${[...lines.values()].join('; ')} }`;
}

/** Whether the name is given another value, or the member is deleted: `delete f.a`. */
function mayBeGone({ checker, uses }: View, name: ts.Node, member: Member): boolean {
  const symbol = checker.getSymbolAtLocation(name);
  const used = symbol === undefined ? [] : uses.referencesOf(symbol);
  return used.some((one) => {
    const value = withWrappers(one);
    if (assignedTo(value) !== null) return true;
    const access = value.parent;
    const isPart = ts.isPropertyAccessExpression(access) && access.name.text === member.name;
    return (
      (isPart || ts.isElementAccessExpression(access)) && ts.isDeleteExpression(withWrappers(access).parent)
    );
  });
}

function valueText(view: View, { value }: Member): string {
  if (value === null) return 'unknown';
  const { checker } = view;
  if (ts.isIdentifier(value)) {
    const held = namedBy(checker, value)?.declarations?.[0];
    const home = held !== undefined && ts.isVariableDeclaration(held) ? held.parent.parent : held;
    if (home !== undefined && ts.isSourceFile(home.parent)) return `typeof ${value.text}`;
  }
  return typeText(checker, widened(checker, checker.getTypeAtLocation(value)), value) ?? 'unknown';
}

const namedBy = (checker: ts.TypeChecker, name: ts.Identifier): ts.Symbol | undefined =>
  ts.isShorthandPropertyAssignment(name.parent)
    ? checker.getShorthandAssignmentValueSymbol(name.parent)
    : checker.getSymbolAtLocation(name);

/** Calls of functions that are not known, by which exported names of a module may have got members. */
function perhapsAdded(view: View, module: Module): readonly Added[] {
  const names = new Map(exportedNames(module.source).map((name) => [name.getText(), name]));
  return [...names.values()].flatMap((name) => {
    if (addedText(view, module.source, name) === '') return [];
    return addedTo(view, module.source, name.getText()).filter(
      (one) => !one.isSure && one.members.length > 0,
    );
  });
}

/** Says of every export what a function that is not known may have put on it. */
export function reportAdded(work: Work): void {
  const view = work.look();
  for (const module of view.modules) {
    for (const { call, members } of perhapsAdded(view, module)) {
      const names = members.map(({ name }) => `"${name}"`).join(', ');
      const finding = asFinding({
        category: ts.DiagnosticCategory.Message,
        code: 0,
        file: module.source,
        start: call.getStart(),
        length: call.getWidth(),
        messageText: `${withoutWrappers(call.expression).getText()}() may put ${names} on what is exported; that can be used, but its type is not known.`,
      });
      work.left.push({ ...finding, code: 'SURFACE_PARTLY_UNTYPED' });
    }
  }
}
