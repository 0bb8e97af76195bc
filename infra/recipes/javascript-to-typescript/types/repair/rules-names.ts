import ts from 'typescript';
import { type Edit, plainEdit } from '../edit-book.ts';
import { typeText, widened } from '../type-text.ts';
import { withoutWrappers } from '../wrappers.ts';
import { assertEdit, isEntityName, type Rule, type Site, WEIGHT } from './site.ts';

/**
 * Errors of the declarations that the compiler writes: a type that stays inside of another module is exported under a
 * name of this one. `typeof` of the import can be written in a declaration where the type itself cannot.
 */

const isExportOf = (node: ts.Node, name: string): node is ts.ExportAssignment => {
  if (!ts.isExportAssignment(node) || node.isExportEquals !== true) return false;
  const value = withoutWrappers(node.expression);
  return ts.isIdentifier(value) && value.text === name;
};

/** `f.Name = Name` on an exported function: the property is put on by assertion, and the export is given it. */
export const nameProperty: Rule = (site) => {
  const { module } = site;
  const assignment = assignmentAt(site);
  if (assignment === null || !ts.isPropertyAccessExpression(assignment.left)) return null;
  const { expression: owner, name } = assignment.left;
  const value = withoutWrappers(assignment.right);
  if (!ts.isIdentifier(owner) || !isEntityName(value)) return null;
  const exported = module.source.statements.find((one) => isExportOf(one, owner.text));
  if (exported === undefined || !ts.isExportAssignment(exported)) return null;
  const property = `${name.text}: typeof ${value.getText()}`;
  const receiver = assertEdit(module, owner, ` as typeof ${owner.text} & { ${property} }`, WEIGHT.assert);
  if (receiver === null) return null;
  return [receiver, ...exportWith(site, exported, owner.text, property)];
};

const assignmentAt = (site: Site): ts.BinaryExpression | null => {
  for (let at: ts.Node | undefined = site.node; at !== undefined && !ts.isStatement(at); at = at.parent) {
    if (ts.isBinaryExpression(at) && at.operatorToken.kind === ts.SyntaxKind.EqualsToken) return at;
  }
  const { node } = site;
  const inner = ts.isExpressionStatement(node) ? node.expression : null;
  return inner !== null && ts.isBinaryExpression(inner) ? inner : null;
};

/** The export with one property more. A constructor's own interface lists its properties already. */
function exportWith({ module }: Site, exported: ts.ExportAssignment, name: string, property: string): Edit[] {
  const { book } = module;
  if (book.get(`constructor:${name}`) !== undefined) return [];
  const at = book.toOriginal(exported.expression.end);
  return [
    plainEdit(`exported:${at}`, at, ` as typeof ${name}`, WEIGHT.assert),
    plainEdit(`exported:${at}:${property}`, at, ` & { ${property} }`, WEIGHT.assert),
  ];
}

/** An exported object holds such a value: its type is written out, member by member. */
export const nameMembers: Rule = (site) => {
  const literal = literalAt(site.node);
  if (literal === null) return null;
  const lines: string[] = [];
  for (const property of literal.properties) {
    const text = memberText(site, property);
    if (text === null) return null;
    lines.push(text);
  }
  const tail = ` as { ${lines.join('; ')} }`;
  const edit = ts.isExportAssignment(literal.parent)
    ? endEdit(site, literal, tail)
    : assertEdit(site.module, literal, tail, WEIGHT.assert);
  return edit === null ? null : [edit];
};

/** `export = new F()`, where `F` is imported: its instances are named by it. */
export const nameInstance: Rule = (site) => {
  const { node } = site;
  const value = ts.isExportAssignment(node) ? withoutWrappers(node.expression) : null;
  if (value === null || !ts.isNewExpression(value) || !isEntityName(value.expression)) return null;
  const edit = endEdit(site, value, ` as InstanceType<typeof ${value.expression.getText()}>`);
  return edit === null ? null : [edit];
};

const endEdit = ({ module }: Site, node: ts.Node, tail: string): Edit | null => {
  const at = module.book.toOriginal(node.end);
  const key = `exported:${at}`;
  return module.book.get(key) === undefined ? plainEdit(key, at, tail, WEIGHT.assert) : null;
};

const literalAt = (node: ts.Node): ts.ObjectLiteralExpression | null => {
  const declared = ts.isIdentifier(node) && ts.isVariableDeclaration(node.parent) ? node.parent : null;
  const start =
    declared?.initializer ??
    (ts.isVariableDeclaration(node) ? node.initializer : null) ??
    (ts.isExportAssignment(node) || ts.isPropertyAssignment(node) ? exportedValue(node) : null) ??
    (ts.isObjectLiteralExpression(node) ? node : null);
  const value = start === null ? null : withoutWrappers(start);
  return value !== null && ts.isObjectLiteralExpression(value) ? value : null;
};

const exportedValue = (node: ts.ExportAssignment | ts.PropertyAssignment): ts.Expression =>
  ts.isExportAssignment(node) ? node.expression : node.initializer;

function memberText(site: Site, property: ts.ObjectLiteralElementLike): string | null {
  if (ts.isShorthandPropertyAssignment(property))
    return `${property.name.text}: typeof ${property.name.text}`;
  if (!ts.isPropertyAssignment(property) || ts.isComputedPropertyName(property.name)) return null;
  const name = property.name.getText();
  const value = property.initializer;
  if (ts.isAsExpression(value)) return `${name}: ${value.type.getText()}`;
  if (isEntityName(value)) return `${name}: typeof ${value.getText()}`;
  const { checker } = site.view;
  const text = typeText(checker, widened(checker, checker.getTypeAtLocation(value)), value);
  return text === null ? null : `${name}: ${text}`;
}
