import ts from 'typescript';
import { leavingNames, leavingQueries } from './leaving-names.ts';
import { assignedTo } from './operators.ts';
import { isAny, typeText, widened } from './type-text.ts';
import { isFunctionNode, namedBy } from './uses.ts';
import { type Module, moduleOf, type View } from './view.ts';
import { asFinding, type Work } from './work.ts';
import { withoutWrappers, withWrappers } from './wrappers.ts';

/** What a call puts on a value: surely, as `Object.assign` does, or perhaps, as a function does that is not known. */
type Added = Readonly<{ call: ts.CallExpression; members: readonly Member[]; isSure: boolean }>;
type Member = Readonly<{ name: string; mark: '' | 'readonly '; value: ts.Expression | null }>;

const OF_LANGUAGE = /^(?:Object\.(?:assign|definePropert(?:y|ies))|Reflect\.(?:defineProperty|set))$/;
const NAME = /^[A-Za-z_$][\w$]*$/;

/** What the statements of a module put on one of its names by calls: `Object.assign(f, { a: 1 })`, `define(f, { a: 1 })`. */
export function addedTo(view: View, source: ts.SourceFile, name: string): Added[] {
  return source.statements.flatMap((statement): Added[] => {
    const call = ts.isExpressionStatement(statement) ? withoutWrappers(statement.expression) : null;
    if (call === null || !ts.isCallExpression(call)) return [];
    const [target, ...given] = call.arguments.map(withoutWrappers);
    if (target === undefined || !ts.isIdentifier(target) || target.text !== name) return [];
    const callee = withoutWrappers(call.expression).getText();
    const isOfLanguage = OF_LANGUAGE.test(callee) && !isDeclaredHere(view, call.expression);
    const sure = isOfLanguage ? surelyPut(callee, given) : null;
    if (sure !== null) return [{ call, members: sure, isSure: true }];
    if (isOfLanguage) return [{ call, members: [], isSure: false }];
    const isOther = /^(?:Object|Reflect)\./.test(callee) && !isDeclaredHere(view, call.expression);
    if (isOther || !mayPut(view, call)) return [];
    const [literal] = given;
    if (literal === undefined || !ts.isObjectLiteralExpression(literal)) return [];
    return [{ call, members: membersOf(literal), isSure: false }];
  });
}

/** `Object.assign` where the module has an `Object` of its own. */
function isDeclaredHere(view: View, callee: ts.Expression): boolean {
  let root = withoutWrappers(callee);
  while (ts.isPropertyAccessExpression(root)) root = withoutWrappers(root.expression);
  const declared = view.checker.getSymbolAtLocation(root)?.declarations ?? [];
  return declared.some((one) => moduleOf(view, one) !== undefined);
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

/** Names that an ES module exports where they are declared: their types cannot be said at the export. */
const directNames = (source: ts.SourceFile): ts.Identifier[] =>
  source.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement) && statement.moduleSpecifier === undefined) {
      const { exportClause } = statement;
      const named =
        exportClause !== undefined && ts.isNamedExports(exportClause) ? exportClause.elements : [];
      return named.flatMap(({ name, propertyName = name }) =>
        ts.isIdentifier(propertyName) ? [propertyName] : [],
      );
    }
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (isExported !== true) return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.flatMap(({ name }) =>
        ts.isIdentifier(name) ? [name] : [],
      );
    const isNamed = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement);
    return isNamed && statement.name !== undefined ? [statement.name] : [];
  });

/** `f.level = 1; Object.assign(f, { level: 'high' })`: the type says what was put there first. */
function isOfOtherType({ checker }: View, name: ts.Node, { name: key, value }: Member): boolean {
  const held = checker.getTypeAtLocation(name).getProperty(key);
  if (held === undefined || value === null || ts.isIdentifier(value)) return false;
  const put = widened(checker, checker.getTypeAtLocation(value));
  return !checker.isTypeAssignableTo(put, checker.getTypeOfSymbolAtLocation(held, name));
}

const byText = (names: readonly ts.Node[]): ts.Node[] => [
  ...new Map(names.map((name) => [name.getText(), name])).values(),
];

/** Calls that put on an exported name what its type does not say, and how a person is told of it. */
function unsaid(view: View, { source }: Module): { call: ts.CallExpression; said: string }[] {
  const quoted = (members: readonly Member[]): string => members.map(({ name }) => `"${name}"`).join(', ');
  const perhaps = byText(exportedNames(source)).flatMap((name) => {
    const isOpen = isAny(view.checker.getTypeAtLocation(name));
    const isSaid = addedText(view, source, name) !== '';
    return addedTo(view, source, name.getText()).flatMap(({ call, members, isSure }) => {
      if (isOpen) return [];
      const other = members.filter((one) => isOfOtherType(view, name, one));
      if (isSure && other.length > 0)
        return [
          { call, said: `puts ${quoted(other)} on what is exported, of another type than it has there.` },
        ];
      if (isSure) return [];
      if (members.length === 0 && OF_LANGUAGE.test(withoutWrappers(call.expression).getText()))
        return [
          {
            call,
            said: 'puts members on what is exported that are not known here; its type does not have them.',
          },
        ];
      const said = `may put ${quoted(members)} on what is exported; that can be used, but its type is not known.`;
      return isSaid && members.length > 0 ? [{ call, said }] : [];
    });
  });
  const direct = byText(directNames(source)).flatMap((name) => {
    const type = view.checker.getTypeAtLocation(name);
    return addedTo(view, source, name.getText()).flatMap(({ call, members, isSure }) => {
      const missing = members.filter((one) => type.getProperty(one.name) === undefined);
      const said = `${isSure ? 'puts' : 'may put'} ${quoted(missing)} on what is exported; its type does not have that.`;
      return missing.length > 0 ? [{ call, said }] : [];
    });
  });
  return [...perhaps, ...direct];
}

/** Says of every export what calls put on it, or may have put, that its type does not tell. */
export function reportAdded(work: Work): void {
  const view = work.look();
  for (const module of view.modules) {
    for (const { call, said } of unsaid(view, module)) {
      const finding = asFinding({
        category: ts.DiagnosticCategory.Message,
        code: 0,
        file: module.source,
        start: call.getStart(),
        length: call.getWidth(),
        messageText: `${withoutWrappers(call.expression).getText()}() ${said}`,
      });
      work.left.push({ ...finding, code: 'SURFACE_PARTLY_UNTYPED' });
    }
  }
}
