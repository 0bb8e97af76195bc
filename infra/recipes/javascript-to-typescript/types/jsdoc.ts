import ts from 'typescript';
import type { FunctionNode } from './uses.ts';

/** A type read from a JSDoc comment. `texts` are union members; empty where the comment says nothing usable. */
export type DocType = Readonly<{
  texts: readonly string[];
  optional: boolean;
  properties: readonly DocProperty[];
}>;
export type DocProperty = Readonly<{ name: string; text: string; optional: boolean }>;

const WORDS: Readonly<Record<string, string>> = {
  String: 'string',
  Number: 'number',
  Boolean: 'boolean',
  Bool: 'boolean',
  bool: 'boolean',
  Symbol: 'symbol',
  int: 'number',
  integer: 'number',
  Integer: 'number',
  float: 'number',
  function: 'Function',
  array: 'Array',
  regexp: 'RegExp',
  Regexp: 'RegExp',
  date: 'Date',
  Void: 'void',
};

/** Too wide to say anything: usage decides instead. */
const VAGUE = new Set(['any', '*', 'mixed', 'Mixed']);
/** Says the kind of value only; usage fills in the rest. */
const KINDS: Readonly<Record<string, string>> = {
  Object: 'object',
  object: 'object',
  '{}': 'object',
  Function: 'Function',
  Array: 'unknown[]',
};

/** What generic types hold where a comment does not say it. */
const GENERIC: Readonly<Record<string, readonly string[]>> = {
  ArrayLike: ['unknown'],
  Iterable: ['unknown'],
  Map: ['unknown', 'unknown'],
  Partial: ['object'],
  Promise: ['unknown'],
  Record: ['string', 'unknown'],
  Set: ['unknown'],
  WeakMap: ['object', 'unknown'],
};

/** The TypeScript text of a JSDoc type; null where it says nothing (`*`, `Object`, an unknown name). */
function docText(node: ts.TypeNode, isKnown: (name: string) => boolean): string | null {
  const inner = (one: ts.TypeNode): string => docText(one, isKnown) ?? 'unknown';
  if (ts.isJSDocNullableType(node)) return `${inner(node.type)} | null`;
  if (ts.isJSDocNonNullableType(node)) return docText(node.type, isKnown);
  if (ts.isJSDocOptionalType(node)) return docText(node.type, isKnown);
  if (ts.isJSDocVariadicType(node)) return `${inner(node.type)}[]`;
  if (ts.isJSDocAllType(node) || ts.isJSDocUnknownType(node)) return null;
  if (ts.isParenthesizedTypeNode(node)) {
    const text = docText(node.type, isKnown);
    return text === null ? null : `(${text})`;
  }
  if (ts.isUnionTypeNode(node)) {
    // A class that is not in scope under that name is still some object; use tells which.
    const texts = node.types.map((one) => docText(one, isKnown) ?? (isUnknownName(one) ? 'object' : null));
    return texts.includes(null) ? null : texts.join(' | ');
  }
  if (ts.isArrayTypeNode(node)) {
    const text = inner(node.elementType);
    return /[|=]/.test(text) ? `(${text})[]` : `${text}[]`;
  }
  if (ts.isJSDocFunctionType(node)) {
    const parameters = node.parameters.map(
      (one, i) => `arg${i}: ${one.type === undefined ? 'unknown' : inner(one.type)}`,
    );
    return `(${parameters.join(', ')}) => ${node.type === undefined ? 'unknown' : inner(node.type)}`;
  }
  if (ts.isTypeReferenceNode(node)) {
    const name = node.typeName.getText();
    const word = WORDS[name] ?? name;
    const parts = node.typeArguments ?? [];
    const [first, second] = parts;
    if (first !== undefined && word === 'Array') return `(${inner(first)})[]`;
    if (first !== undefined && second !== undefined && (word === 'Object' || word === 'object'))
      return `Record<string, ${inner(second)}>`;
    if (VAGUE.has(word)) return null;
    if (KINDS[word] !== undefined) return KINDS[word];
    if (Object.values(WORDS).includes(word)) return word;
    if (!isKnown(name)) return null;
    const open = GENERIC[word] ?? [];
    if (open.length > 0 && parts.length !== open.length)
      return parts.length === 0 ? `${word}<${open.join(', ')}>` : null;
    return parts.length === 0 ? word : `${word}<${parts.map(inner).join(', ')}>`;
  }
  const text = node.getText();
  if (node.kind === ts.SyntaxKind.ObjectKeyword) return 'object';
  if (VAGUE.has(text) || node.kind === ts.SyntaxKind.AnyKeyword) return null;
  if (ts.isTypeLiteralNode(node)) return literalText(node, isKnown);
  if (/^(string|number|boolean|symbol|bigint|undefined|null|void|never|unknown|true|false)$/.test(text))
    return text;
  if (ts.isLiteralTypeNode(node)) return text;
  return null;
}

const isUnknownName = (node: ts.TypeNode): boolean =>
  ts.isTypeReferenceNode(node) &&
  /^[A-Z]/.test(node.typeName.getText()) &&
  !VAGUE.has(node.typeName.getText());

const literalText = (node: ts.TypeLiteralNode, isKnown: (name: string) => boolean): string | null => {
  const lines = node.members.map((member) => {
    if (!ts.isPropertySignature(member) || member.type === undefined) return null;
    const text = docText(member.type, isKnown);
    return `${member.name.getText()}${member.questionToken === undefined ? '' : '?'}: ${text ?? 'unknown'}`;
  });
  return lines.includes(null) ? null : `{ ${lines.join('; ')} }`;
};

/** The comments that describe a function: on itself, or on the statement that holds it. */
function docsOf(node: FunctionNode): readonly ts.JSDoc[] {
  for (let at: ts.Node = node; ; at = at.parent) {
    const docs = ts.getJSDocCommentsAndTags(at).filter(ts.isJSDoc);
    if (docs.length > 0) return docs;
    if (ts.isStatement(at) || ts.isClassElement(at) || at.parent === undefined || ts.isSourceFile(at.parent))
      return [];
    if (ts.isCallExpression(at.parent)) return [];
  }
}

const lastTags = (node: FunctionNode): readonly ts.JSDocTag[] => [...(docsOf(node).at(-1)?.tags ?? [])];

const toDoc = (
  type: ts.TypeNode | undefined,
  optional: boolean,
  properties: readonly DocProperty[],
  isKnown: (name: string) => boolean,
): DocType => {
  const isArrayBracket = type !== undefined && ts.isTupleTypeNode(type);
  const text = type === undefined || isArrayBracket ? null : docText(type, isKnown);
  const marked = type !== undefined && ts.isJSDocOptionalType(type);
  return { texts: text === null ? [] : [text], optional: optional || marked, properties };
};

/** What the comment says about one parameter, null where it does not name it. */
export function docParameter(
  node: FunctionNode,
  name: string,
  isKnown: (name: string) => boolean,
): DocType | null {
  const tags = lastTags(node).filter(ts.isJSDocParameterTag);
  const tag = tags.find((one) => one.name.getText() === name);
  if (tag === undefined) return null;
  const properties = tags.flatMap((one): DocProperty[] => {
    const path = one.name.getText().split('.');
    const property = path[1];
    if (path.length !== 2 || path[0] !== name || property === undefined) return [];
    const type = one.typeExpression?.type;
    const text = type === undefined ? null : docText(type, isKnown);
    return [{ name: property, text: text ?? 'unknown', optional: one.isBracketed }];
  });
  const nested = tag.typeExpression?.type;
  if (nested !== undefined && ts.isJSDocTypeLiteral(nested)) {
    const own = (nested.jsDocPropertyTags ?? []).map((one) => {
      const type = one.typeExpression?.type;
      const text = type === undefined ? null : docText(type, isKnown);
      return {
        name: one.name.getText().split('.').at(-1) ?? '',
        text: text ?? 'unknown',
        optional: one.isBracketed,
      };
    });
    return { texts: [], optional: tag.isBracketed, properties: own };
  }
  return toDoc(nested, tag.isBracketed, properties, isKnown);
}

/** What the comment says the function gives back, null where it says nothing. */
export function docReturn(node: FunctionNode, isKnown: (name: string) => boolean): DocType | null {
  const tag = lastTags(node).find(ts.isJSDocReturnTag);
  const type = tag?.typeExpression?.type;
  return type === undefined ? null : toDoc(type, false, [], isKnown);
}
