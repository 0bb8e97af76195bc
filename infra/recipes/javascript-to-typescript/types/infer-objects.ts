import ts from 'typescript';
import { Collector } from './collector.ts';
import { type Evidence, noEvidence } from './evidence.ts';
import { assignedTo } from './operators.ts';
import { members } from './shape.ts';
import { arrayText, memberTexts, typeText, unionText, widened } from './type-text.ts';
import type { View } from './view.ts';

/** What is stored in a value: under computed keys, under names, by push, and in its place. */
export type Stored = {
  readonly entries: string[];
  readonly elements: string[];
  readonly named: Map<string, ts.Expression[]>;
  readonly whole: string[];
  /** Which of these hold something of which nothing is known: what is known of the others is not all. */
  readonly open: Set<'entries' | 'elements' | 'whole'>;
  expando: boolean;
  indexed: boolean;
};

const isNull = (node: ts.Node): boolean => node.kind === ts.SyntaxKind.NullKeyword;
export const isEmptyObject = (node: ts.Expression): boolean =>
  ts.isObjectLiteralExpression(node) && node.properties.length === 0;
export const isEmptyArray = (node: ts.Expression): boolean =>
  ts.isArrayLiteralExpression(node) && node.elements.length === 0;
export const isBareMap = (node: ts.Expression): boolean => /^Object\.create\(null\)$/.test(node.getText());
const isWeak = (node: ts.Expression): boolean =>
  isEmptyObject(node) || isEmptyArray(node) || isBareMap(node) || isNull(node);

/** The value at the end of `const a = exports.a = {}`. */
export const startOf = (node: ts.Expression): ts.Expression =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken
    ? startOf(node.right)
    : node;

export const orUnknown = (list: readonly string[]): string => unionText(list) || 'unknown';

/** The members of an expression's type as texts; none where it says nothing. */
export const textsOf = (view: View, node: ts.Expression): string[] => {
  const found = memberTexts(view.checker, widened(view.checker, view.checker.getTypeAtLocation(node)), node);
  return found === null || found.includes('unknown') ? [] : found;
};

/** Reads every place where one of `nodes`, all naming one value, is stored into. */
export function storedIn(view: View, nodes: readonly ts.Expression[]): Stored {
  const found: Stored = {
    entries: [],
    elements: [],
    named: new Map(),
    whole: [],
    open: new Set(),
    expando: false,
    indexed: false,
  };
  const own = new Set(nodes.map((node) => node.getText()));
  const put = (place: 'entries' | 'elements' | 'whole', value: ts.Expression): void => {
    const texts = isLeftOut(view, value) ? [] : textsOf(view, value);
    found[place].push(...texts);
    if (texts.length === 0 && !isWeak(value) && !mentions(value, own)) found.open.add(place);
  };
  for (const node of nodes) {
    const access = node.parent;
    const value = assignedTo(access);
    const whole = assignedTo(node);
    if (whole !== null) put('whole', whole);
    if (
      ts.isElementAccessExpression(access) &&
      access.expression === node &&
      !ts.isStringLiteralLike(access.argumentExpression)
    ) {
      found.indexed = true;
      if (value !== null) put('entries', value);
      continue;
    }
    const name = memberName(access, node);
    if (name === null) continue;
    if (ts.isCallExpression(access.parent) && /^(push|unshift)$/.test(name)) {
      for (const argument of access.parent.arguments) put('elements', argument);
    }
    const list = found.named.get(name) ?? [];
    found.named.set(name, [...list, access as ts.Expression]);
    if (value !== null && name !== 'length') found.expando = true;
  }
  return found;
}

/** A parameter of a function that is called where it stands with fewer arguments: others that call it hand on more. */
const isLeftOut = ({ checker }: View, value: ts.Expression): boolean => {
  const declared = checker.getSymbolAtLocation(value)?.valueDeclaration;
  if (declared === undefined || !ts.isParameter(declared) || declared.type !== undefined) return false;
  return (checker.getTypeAtLocation(value).flags & ts.TypeFlags.Undefined) !== 0;
};

/** Whether a value comes from one of the places themselves: it says nothing new of what they hold. */
const mentions = (value: ts.Node, own: ReadonlySet<string>): boolean =>
  own.has(value.getText()) || (ts.forEachChild(value, (child) => mentions(child, own) || undefined) ?? false);

/** What is known to be put in a place; where that is not all, what is done with it says the rest, or it is anything. */
function heldText(known: readonly string[], isOpen: boolean, use: Evidence | null): string {
  if (known.length === 0) return orUnknown(use === null ? [] : members(use));
  if (!isOpen) return orUnknown(known);
  const asked = use === null ? [] : members({ ...use, given: new Map() });
  return asked.length === 0 ? 'unknown' : orUnknown([...known, ...asked]);
}

/** The type of what is put in a place as a whole; `use` is what is done with it. */
export const wholeText = (found: Stored, use: Evidence): string =>
  heldText(found.whole, found.open.has('whole'), use);

/** `b` in `a.b` and `a['b']`, where `node` is `a`. */
const memberName = (access: ts.Node, node: ts.Expression): string | null => {
  if (ts.isPropertyAccessExpression(access) && access.expression === node) return access.name.text;
  if (
    ts.isElementAccessExpression(access) &&
    access.expression === node &&
    ts.isStringLiteralLike(access.argumentExpression)
  )
    return access.argumentExpression.text;
  return null;
};

const key = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`);

const collect = (view: View, nodes: readonly ts.Expression[]): Evidence => {
  const collector = new Collector(view);
  const evidence = noEvidence();
  for (const node of nodes) collector.expression(node, evidence);
  return evidence;
};

/** `{ name?: T }` of what is assigned to names that the value did not have at first. */
export function expandoText(
  view: View,
  found: Stored,
  except: ReadonlySet<string> = new Set(),
): string | null {
  const lines: string[] = [];
  for (const [name, accesses] of found.named) {
    if (except.has(name) || !accesses.some((access) => assignedTo(access) !== null)) continue;
    lines.push(`${key(name)}?: ${weakText(view, accesses, null)}`);
  }
  return lines.length === 0 ? null : `{ ${lines.join('; ')} }`;
}

/**
 * `T & { owner?: string }` of a value that something else made and that is given more before it is handed out; null where
 * it is given nothing that its type does not have, or its type cannot be written in short.
 */
export function grownText(view: View, made: ts.Expression, nodes: readonly ts.Expression[]): string | null {
  const { checker } = view;
  if (!nodes.some(({ parent }) => ts.isReturnStatement(parent))) return null;
  const type = checker.getTypeAtLocation(made);
  const isPlain = (type.flags & ts.TypeFlags.Object) !== 0 && type.getCallSignatures().length === 0;
  if (!isPlain || checker.isArrayType(type)) return null;
  const text = typeText(checker, type, made);
  const known = new Set(type.getProperties().map(({ name }) => name));
  const more = expandoText(view, storedIn(view, nodes), known);
  return text === null || text.length > LONGEST_BASE || more === null ? null : `${text} & ${more}`;
}

const LONGEST_BASE = 60;

/** The type of a value that starts out as nothing (`{}`, `[]`, `null`, or not at all), from what is done with it. */
export function weakText(view: View, nodes: readonly ts.Expression[], start: ts.Expression | null): string {
  const found = storedIn(view, nodes);
  const evidence = collect(view, nodes);
  if (start !== null && isEmptyArray(start)) {
    const isOpen = found.open.has('elements') || found.open.has('entries');
    return arrayText(heldText([...found.elements, ...found.entries], isOpen, evidence.element));
  }
  if (start !== null && (isEmptyObject(start) || isBareMap(start))) {
    const bag = found.indexed || evidence.entry !== null ? null : expandoText(view, found);
    return bag ?? `Record<string, ${heldText(found.entries, found.open.has('entries'), evidence.entry)}>`;
  }
  const text = wholeText(found, evidence);
  return unionText(start !== null && isNull(start) ? [text, 'null'] : [text]);
}

/**
 * The type of a variable that starts as an object with parts to be filled later (`{ _: [], seen: {}, next: null }`) or
 * that is given more properties than it starts with, or loses some; null where TypeScript's own reading is right.
 */
export function literalText(
  view: View,
  literal: ts.ObjectLiteralExpression,
  nodes: readonly ts.Expression[],
): string | null {
  const { checker } = view;
  const found = storedIn(view, nodes);
  const lines: string[] = [];
  const names = new Set<string>();
  let weak = false;
  let deletes = false;
  for (const property of literal.properties) {
    if (ts.isSpreadAssignment(property) || property.name === undefined) return null;
    const name = ts.isStringLiteralLike(property.name) ? property.name.text : property.name.getText();
    names.add(name);
    const isDeleted = (found.named.get(name) ?? []).some((access) => ts.isDeleteExpression(access.parent));
    deletes ||= isDeleted;
    const mark = isDeleted ? '?' : '';
    if (ts.isPropertyAssignment(property) && isWeak(property.initializer)) {
      weak = true;
      lines.push(`${key(name)}${mark}: ${weakText(view, found.named.get(name) ?? [], property.initializer)}`);
      continue;
    }
    const symbol = checker.getSymbolAtLocation(property.name);
    const type =
      symbol === undefined ? undefined : widened(checker, checker.getTypeOfSymbolAtLocation(symbol, literal));
    const text = type === undefined ? null : typeText(checker, type, literal);
    const put = (found.named.get(name) ?? []).flatMap((access) => {
      const value = assignedTo(access);
      return value === null ? [] : textsOf(view, value);
    });
    lines.push(`${key(name)}${mark}: ${text === null ? 'unknown' : unionText([text, ...put])}`);
  }
  const written =
    found.entries.length > 0 ||
    nodes.some(
      (node) =>
        ts.isElementAccessExpression(node.parent) &&
        assignedTo(node.parent) !== null &&
        node.parent.expression === node &&
        !ts.isStringLiteralLike(node.parent.argumentExpression),
    );
  const more = expandoText(view, found, names);
  if (!weak && !deletes && !written && more === null) return null;
  const extra = more === null ? '' : `; ${more.slice(2, -2)}`;
  return `{ ${lines.join('; ')}${extra}${written ? '; [key: string]: unknown' : ''} }`;
}
