import ts from 'typescript';
import { Collector } from '../collector.ts';
import { noEvidence } from '../evidence.ts';
import { assignedTo } from '../operators.ts';
import { members } from '../shape.ts';
import { memberTexts, typeText, unionText, widened } from '../type-text.ts';
import { withoutWrappers } from '../wrappers.ts';
import {
  assertAll,
  assertEdit,
  isEntityName,
  nonNullEdit,
  REQUIRED_DELETED,
  type Rule,
  type Site,
  WEIGHT,
} from './site.ts';

/** What a property is taken of: by an access, or by a pattern that takes the value of a variable apart. */
type Taking = Readonly<{ receiver: ts.Expression; name: string; at: ts.Expression }>;

function takingOf(site: Site): Taking | null {
  const access = accessOf(site);
  if (access !== null && ts.isPropertyAccessExpression(access))
    return { receiver: access.expression, name: access.name.text, at: access };
  const { node } = site;
  const element = node.parent;
  if (access !== null || element === undefined || !ts.isBindingElement(element)) return null;
  const declaration = element.parent.parent;
  const key = element.propertyName ?? element.name;
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return null;
  if (!ts.isIdentifier(key) || key !== node || !ts.isIdentifier(element.name)) return null;
  return { receiver: declaration.initializer, name: key.text, at: element.name };
}

/** The property or element access that an error speaks of. */
function accessOf(site: Site): ts.PropertyAccessExpression | ts.ElementAccessExpression | null {
  for (let at: ts.Node | undefined = site.node; at !== undefined && !ts.isStatement(at); at = at.parent) {
    if (ts.isPropertyAccessExpression(at) && (at.name === site.node || ts.isDeleteExpression(at.parent)))
      return at;
    if (ts.isElementAccessExpression(at)) return at;
  }
  return null;
}

/** What an access holds: what is written, else what its use asks for. */
function valueText(site: Site, access: ts.Expression): string {
  const { checker } = site.view;
  const written = assignedTo(access);
  if (written !== null) {
    const texts = memberTexts(checker, widened(checker, checker.getTypeAtLocation(written)), written);
    if (texts !== null && texts.length > 0) return unionText(texts);
  }
  const evidence = noEvidence();
  const symbol = ts.isBindingElement(access.parent) ? checker.getSymbolAtLocation(access) : undefined;
  if (symbol === undefined) new Collector(site.view).expression(access, evidence);
  else new Collector(site.view).symbol(symbol, evidence);
  return unionText(members(evidence)) || 'unknown';
}

/** The property is there on some members of the union: control flow that TypeScript cannot follow chose them. */
export const narrowReceiver: Rule = (site) => {
  const taking = takingOf(site);
  if (taking === null) return null;
  const { receiver, name, at } = taking;
  const { checker } = site.view;
  const type = checker.getTypeAtLocation(receiver);
  if (!type.isUnion()) return null;
  const having = type.types.filter(
    (member) => checker.getApparentType(member).getProperty(name) !== undefined,
  );
  if (having.length === 0 || having.length === type.types.length) return null;
  const texts = having.map((member) => typeText(checker, member, at));
  if (texts.includes(null)) return null;
  return assertAll(
    site.module,
    receiver,
    ` as ${unionText(texts.filter((text) => text !== null))}`,
    WEIGHT.assert,
  );
};

const quoted = (name: string): string => (/^[\w$]+$/.test(name) ? name : `'${name}'`);

/** The property is not declared: the receiver is looked at as having it. */
export const extendReceiver: Rule = (site) => {
  const taking = takingOf(site);
  if (taking === null) return null;
  const { receiver, name, at } = taking;
  const { checker } = site.view;
  const type = checker.getTypeAtLocation(receiver);
  const optional = assignedTo(at) === null && (type.flags & ts.TypeFlags.Never) === 0;
  const called = ts.isCallExpression(at.parent) && at.parent.expression === at;
  const property = `{ ${quoted(name)}${optional && !called ? '?' : ''}: ${valueText(site, at)} }`;
  if ((type.flags & ts.TypeFlags.Never) !== 0 || site.tries > 0) {
    return assertAll(site.module, receiver, ` as unknown as ${property}`, WEIGHT.viaUnknown);
  }
  const own = typeText(checker, type, receiver);
  const base =
    own !== null && own.length < 60 ? own : isEntityName(receiver) ? `typeof ${receiver.getText()}` : own;
  if (base === null || base === 'object' || base === '{}' || base === 'unknown')
    return assertAll(site.module, receiver, ` as ${property}`, WEIGHT.assert);
  const left = /[|&]|=>/.test(base) ? `(${base})` : base;
  return assertAll(site.module, receiver, ` as ${left} & ${property}`, WEIGHT.assert);
};

/** A computed name on an object of known shape. */
export const indexReceiver: Rule = (site) => {
  const access = accessOf(site);
  if (access === null || !ts.isElementAccessExpression(access)) return null;
  const { checker } = site.view;
  const receiver = access.expression;
  const type = checker.getTypeAtLocation(receiver);
  const key = access.argumentExpression;
  const keyType = checker.getTypeAtLocation(key);
  const written = assignedTo(access);
  const properties = type.getProperties();
  const literal = ((type.symbol?.flags ?? 0) & ts.SymbolFlags.ObjectLiteral) !== 0 && properties.length > 0;
  const nameable = (keyType.flags & (ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike)) !== 0;
  if (written === null && literal && nameable && isEntityName(receiver) && site.tries === 0) {
    const edit = assertEdit(site.module, key, ` as keyof typeof ${receiver.getText()}`, WEIGHT.assert);
    return edit === null ? null : [edit];
  }
  const held =
    properties.length > 12
      ? []
      : properties.map(
          (one) =>
            typeText(checker, widened(checker, checker.getTypeOfSymbolAtLocation(one, receiver)), receiver) ??
            'unknown',
        );
  const value = unionText([...(literal ? held : []), valueText(site, access)]) || 'unknown';
  const map = `Record<${(keyType.flags & ts.TypeFlags.ESSymbolLike) !== 0 ? 'symbol' : 'string'}, ${value}>`;
  const edits = assertAll(site.module, receiver, ` as unknown as ${map}`, WEIGHT.viaUnknown) ?? [];
  if (!nameable && (keyType.flags & ts.TypeFlags.ESSymbolLike) === 0)
    edits.push(...(assertAll(site.module, key, ' as string', WEIGHT.assert) ?? []));
  return edits.length === 0 ? null : edits;
};

/** The key of an access cannot be one: missing by type, or unknown. */
export const fixKey: Rule = (site) => {
  const { checker } = site.view;
  const access = accessOf(site);
  const key =
    access !== null && ts.isElementAccessExpression(access) ? access.argumentExpression : site.expression;
  if (key === null) return null;
  const type = checker.getTypeAtLocation(key);
  const present = checker.getNonNullableType(type);
  if (present !== type && (present.flags & (ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike)) !== 0)
    return nonNullEdit(site.module, key);
  return assertAll(
    site.module,
    key,
    (type.flags & ts.TypeFlags.Unknown) !== 0 ? ' as string' : ' as unknown as string',
    WEIGHT.assert,
  );
};

/** Whether a later statement beside the one that deletes a member puts it back: else the type would say that it is there. */
function isPutBack(
  { module }: Site,
  access: ts.PropertyAccessExpression | ts.ElementAccessExpression,
): boolean {
  const { book } = module;
  const written = (node: ts.Node): string =>
    book.original.slice(book.toOriginal(node.getStart()), book.toOriginal(node.end));
  let statement: ts.Node = access;
  while (!ts.isStatement(statement)) statement = statement.parent;
  const { statements = [] } = statement.parent as Partial<{ statements: readonly ts.Statement[] }>;
  const name = ts.isPropertyAccessExpression(access) ? access.name.text : null;
  const target = written(withoutWrappers(access.expression));
  return statements.slice(statements.indexOf(statement as ts.Statement) + 1).some((later) => {
    const value = ts.isExpressionStatement(later) ? withoutWrappers(later.expression) : null;
    if (value === null) return false;
    if (ts.isBinaryExpression(value))
      return assignedTo(value.left) !== null && written(value.left) === written(access);
    if (!ts.isCallExpression(value) || value.expression.getText() !== 'Object.defineProperty') return false;
    const [owner, key] = value.arguments.map(withoutWrappers);
    const isSame = owner !== undefined && written(owner) === target;
    return isSame && key !== undefined && ts.isStringLiteralLike(key) && key.text === name;
  });
}

/** A read-only or required property is written or deleted: the receiver is looked at as open. */
export const openReceiver: Rule = (site) => {
  const access = accessOf(site);
  if (access === null || (site.code === REQUIRED_DELETED && !isPutBack(site, access))) return null;
  const name = ts.isPropertyAccessExpression(access) ? quoted(access.name.text) : '[key: string]';
  const mark = name.startsWith('[') ? '' : '?';
  return assertAll(
    site.module,
    access.expression,
    ` as unknown as { ${name}${mark}: ${valueText(site, access)} }`,
    WEIGHT.viaUnknown,
  );
};
