import ts from 'typescript';
import { reachable } from './helper-names.ts';
import { areInScope } from './names-in-scope.ts';

const FLAGS =
  ts.TypeFormatFlags.NoTruncation |
  ts.TypeFormatFlags.UseSingleQuotesForStringLiteralType |
  ts.TypeFormatFlags.UseStructuralFallback;

const LONGEST = 600;
/** An object literal with more properties than this, all of one type, is a map. */
const MAP_SIZE = 6;

const withoutStrings = (text: string): string => text.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, "''");

/** True where the text of a type says `any` outside string literals. */
export const saysAny = (text: string): boolean => /\bany\b(?!\s*\??\s*:)/.test(withoutStrings(text));

const usable = (text: string): boolean => {
  const bare = withoutStrings(text);
  return (
    text.length <= LONGEST &&
    !saysAny(text) &&
    !/\bnever\b/.test(bare.replace(/\.\.\.args: never\[\]/g, '')) &&
    !/unique symbol|typeof import\(|\bthis\b|\.\.\. \d+ more|\b[A-Z]\b|\bglobalThis\b|__type|intrinsic|`/.test(
      bare,
    )
  );
};

export const isAny = (type: ts.Type): boolean => (type.flags & ts.TypeFlags.Any) !== 0;

/** `'a'` becomes `string`, `1` becomes `number`; enums and class types stay. */
export const widened = (checker: ts.TypeChecker, type: ts.Type): ts.Type =>
  checker.getBaseTypeOfLiteralType(type);

const asMap = (checker: ts.TypeChecker, type: ts.Type, at: ts.Node): string | null => {
  if ((type.flags & ts.TypeFlags.Object) === 0 || (type.symbol?.flags ?? 0) & ts.SymbolFlags.Class)
    return null;
  if (((type.symbol?.flags ?? 0) & ts.SymbolFlags.ObjectLiteral) === 0) return null;
  const properties = type.getProperties();
  if (properties.length <= MAP_SIZE) return null;
  const texts = new Set(
    properties.map((property) =>
      typeText(checker, widened(checker, checker.getTypeOfSymbolAtLocation(property, at)), at),
    ),
  );
  const [only] = texts;
  return texts.size === 1 && only !== null && only !== undefined ? `Record<string, ${only}>` : null;
};

/**
 * The type as source text valid at `at`, or null where it holds `any`, cannot be written there, or is too long to read.
 */
export function typeText(checker: ts.TypeChecker, type: ts.Type, at: ts.Node): string | null {
  if (isAny(type)) return null;
  const map = asMap(checker, type, at);
  if (map !== null) return map;
  // Strict mode code cannot have a parameter of this name, not even in a type.
  const text = checker.typeToString(type, at, FLAGS).replace(/\barguments(?=\??: )/g, 'args');
  const written = usable(text) ? reachable(checker, text, at.getSourceFile()) : null;
  return written !== null && areInScope(checker, written, at) ? written : null;
}

/** The members of a union as texts (`boolean` stays one member), null where one of them cannot be written. */
export function memberTexts(checker: ts.TypeChecker, type: ts.Type, at: ts.Node): string[] | null {
  const whole = typeText(checker, type, at);
  if (whole !== null) return splitUnion(whole);
  if (!type.isUnion()) return null;
  const texts = type.types.map((member) => typeText(checker, member, at));
  return texts.includes(null)
    ? null
    : [...new Set(texts.flatMap((text) => (text === null ? [] : splitUnion(text))))];
}

/** Splits at `|` outside brackets and strings. An arrow swallows the rest: `() => a | b` is one function type. */
export const splitUnion = (text: string): string[] => splitAt(text, '|', '=>');

/** `{ a: b; }` and `{ a: b }` are the same type. */
const tidy = (text: string): string => text.replace(/;\s*}/g, ' }');

/** A function or constructor type at the top level needs brackets inside a union or an array. */
const needsBrackets = (text: string): boolean =>
  splitAt(withoutStrings(text).replace(/=>/g, '\u0001'), '\u0001').length > 1;

/** `{ a: A } & { b: B }` is one object type, and `A & B & A` no more than `A & B`. */
const mergeIntersection = (text: string): string => {
  const all = needsBrackets(text) ? [] : splitAt(text.replace(/^\(([\s\S]*)\)$/, '$1'), '&');
  const parts = [...new Set(all.map(tidy))];
  if (all.length < 2) return text;
  const lists = parts.map(literalProperties);
  if (lists.includes(null)) return parts.length < all.length ? parts.join(' & ') : text;
  const properties = new Map<string, Property>();
  for (const list of lists) {
    for (const one of list ?? []) {
      const before = properties.get(one.name);
      properties.set(one.name, before !== undefined && one.type === 'unknown' ? before : one);
    }
  }
  return `{ ${[...properties.values()].map(propertyText).join('; ')} }`;
};

/** `Name & { ... }` is what a narrowing left behind; the name alone says what goes in. */
const withoutNarrowing = (text: string): string =>
  text.replace(/^\(?([A-Z]\w*) & \{[^}]*\}\)?$/, '$1').replace(/^\(?\{[^}]*\} & ([A-Z]\w*)\)?$/, '$1');

type Property = { name: string; optional: boolean; readonly: boolean; type: string };

/** Splits at a separator outside brackets and strings, as far as the first `end` there. */
function splitAt(text: string, separator: string, end?: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (quote !== '') {
      if (c === quote && text.charAt(i - 1) !== '\\') quote = '';
    } else if (c === "'" || c === '"') quote = c;
    else if ('([{<'.includes(c)) depth += 1;
    else if (')]}'.includes(c) || (c === '>' && text.charAt(i - 1) !== '=')) depth -= 1;
    else if (c === separator && depth === 0) {
      parts.push('');
      continue;
    }
    if (end !== undefined && depth === 0 && quote === '' && text.startsWith(end, i)) {
      parts[parts.length - 1] += text.slice(i);
      break;
    }
    parts[parts.length - 1] += c;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** The plain properties of an object type written out, null where it has anything else (methods, index signatures). */
export function literalProperties(text: string): Property[] | null {
  if (!text.startsWith('{') || !text.endsWith('}') || splitAt(text, '&').length > 1) return null;
  const found: Property[] = [];
  for (const line of splitAt(text.slice(1, -1), ';')) {
    const field = /^(readonly )?([\w$]+|'[^']*'|"[^"]*")(\?)?: ([\s\S]+)$/.exec(line);
    const method = /^([\w$]+|'[^']*'|"[^"]*")(\?)?(\([\s\S]*)$/.exec(line);
    if (field !== null) {
      const [, readonly, name = '', optional, type = ''] = field;
      found.push({ name, optional: optional !== undefined, readonly: readonly !== undefined, type });
    } else if (method !== null) {
      const [, name = '', optional, type = ''] = method;
      found.push({ name, optional: optional !== undefined, readonly: false, type });
    } else return null;
  }
  return found;
}

const propertyText = (one: Property): string =>
  `${one.readonly ? 'readonly ' : ''}${one.name}${one.optional ? '?' : ''}${isMethod(one.type) ? '' : ': '}${one.type}`;

const isMethod = (type: string): boolean => /^\([\s\S]*\): /.test(type) && splitAt(type, ':').length > 1;

/** An object type written out, with nothing that has to be there; any other type as it is. */
export const withoutNeeded = (text: string): string => {
  const properties = literalProperties(text.replace(/;\s*}$/, ' }'));
  if (properties === null || properties.length === 0) return text;
  return `{ ${properties.map((one) => propertyText({ ...one, optional: true })).join('; ')} }`;
};

/** Several object types become one that each of them fits: a property that one lacks is optional. */
function mergeLiterals(texts: readonly string[]): string[] {
  const lists = texts.map(literalProperties);
  const open = lists.filter((list) => list !== null);
  if (open.length < 2) return [...texts];
  const names = [...new Set(open.flatMap((list) => list.map((one) => one.name)))];
  const merged = names.map((name): Property => {
    const found = open.flatMap((list) => list.filter((one) => one.name === name));
    const types = [...new Set(found.map((one) => one.type))];
    const methods = types.filter(isMethod);
    const [longest = 'unknown'] = [...types].sort((a, b) => b.length - a.length);
    const known = types.filter((type) => type !== 'unknown' || types.length === 1);
    return {
      name,
      optional: found.length < open.length || found.some((one) => one.optional),
      readonly: found.every((one) => one.readonly),
      type: methods.length > 0 ? (methods.length === types.length ? longest : 'unknown') : unionText(known),
    };
  });
  const text = `{ ${merged.map(propertyText).join('; ')} }`;
  return [...texts.filter((_, i) => lists[i] === null), text];
}

/** A union from member texts: literals fold into their base type, `unknown` swallows all, order is stable. */
export function unionText(members: Iterable<string>): string {
  const parts = [...members].flatMap(splitUnion).map(withoutNarrowing).map(mergeIntersection);
  // Beside an object type written out, one that may have nothing of it says no more than its properties.
  const isAlone = !parts.some((one) => one.startsWith('{'));
  const split = isAlone ? parts : parts.map((one) => one.replace(/^\(?object & (\{[^&]*\})\)?$/, '$1'));
  const all = new Set([
    ...split.filter((one) => !one.startsWith('{')),
    ...mergeLiterals(split.filter((one) => one.startsWith('{')).map(tidy)),
  ]);
  if (all.has('unknown')) return 'unknown';
  if (all.has('true') && all.has('false')) all.add('boolean');
  for (const one of [...all]) {
    if (/^['"]/.test(one) && all.has('string')) all.delete(one);
    if (/^-?\d/.test(one) && all.has('number')) all.delete(one);
    if ((one === 'true' || one === 'false') && all.has('boolean')) all.delete(one);
    if (one === 'never[]' && [...all].some((other) => other !== one && other.endsWith('[]'))) all.delete(one);
    if (one === 'never' && all.size > 1) all.delete(one);
    if (one === '{}' && [...all].some((other) => other.startsWith('{ ') || other.startsWith('Record<')))
      all.delete(one);
  }
  const rank = (text: string): number => (text === 'undefined' ? 2 : text === 'null' ? 1 : 0);
  const sorted = [...all].sort((a, b) => rank(a) - rank(b));
  return sorted.map((one) => (sorted.length > 1 && needsBrackets(one) ? `(${one})` : one)).join(' | ');
}

/** A list, and not a function that gives one. */
export const isListText = (text: string): boolean => text.endsWith('[]') && !needsBrackets(text);

/** The name of a property, in quotes where it needs them. */
export const propertyName = (name: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name.replace(/'/g, "\\'")}'`;

/** `T[]` with brackets where the element needs them. */
export const arrayText = (element: string): string =>
  splitUnion(element).length > 1 ||
  splitAt(element, '&').length > 1 ||
  needsBrackets(element) ||
  element.startsWith('typeof ')
    ? `(${element})[]`
    : `${element}[]`;
