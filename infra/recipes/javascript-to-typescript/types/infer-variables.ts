import ts from 'typescript';
import { annotationEdit, isOurs, typeKey } from './annotation.ts';
import { Collector, type Evidence, noEvidence } from './evidence.ts';
import { members } from './shape.ts';
import { arrayText, isAny, memberTexts, unionText, widened } from './type-text.ts';
import type { Module, View } from './view.ts';

const isEmptyObject = (node: ts.Expression): boolean =>
  ts.isObjectLiteralExpression(node) && node.properties.length === 0;
const isEmptyArray = (node: ts.Expression): boolean =>
  ts.isArrayLiteralExpression(node) && node.elements.length === 0;
const isBareMap = (node: ts.Expression): boolean => /^Object\.create\(null\)$/.test(node.getText());

const texts = (view: View, node: ts.Expression): string[] => {
  const found = memberTexts(view.checker, widened(view.checker, view.checker.getTypeAtLocation(node)), node);
  return found === null || found.includes('unknown') ? [] : found;
};

type Stored = {
  entries: string[];
  elements: string[];
  named: Map<string, string[]>;
  whole: string[];
  expando: boolean;
  indexed: boolean;
};

/** What is stored in a variable: under computed keys, under names, by push, and as a whole. */
function stored(view: View, symbol: ts.Symbol): Stored {
  const found: Stored = {
    entries: [],
    elements: [],
    named: new Map(),
    whole: [],
    expando: false,
    indexed: false,
  };
  for (const reference of view.uses.referencesOf(symbol)) {
    const access = reference.parent;
    const written =
      ts.isBinaryExpression(access.parent) &&
      access.parent.left === access &&
      access.parent.operatorToken.kind === ts.SyntaxKind.EqualsToken
        ? access.parent.right
        : null;
    if (ts.isElementAccessExpression(access) && access.expression === reference) {
      found.indexed = true;
      if (written !== null) found.entries.push(...texts(view, written));
    } else if (ts.isPropertyAccessExpression(access) && access.expression === reference) {
      const name = access.name.text;
      if (ts.isCallExpression(access.parent) && /^(push|unshift)$/.test(name)) {
        for (const argument of access.parent.arguments) found.elements.push(...texts(view, argument));
      }
      if (written !== null && name !== 'length') {
        found.expando = true;
        found.named.set(name, [...(found.named.get(name) ?? []), ...texts(view, written)]);
      }
    } else if (
      ts.isBinaryExpression(access) &&
      access.left === reference &&
      access.operatorToken.kind === ts.SyntaxKind.EqualsToken
    ) {
      found.whole.push(...texts(view, access.right));
    }
  }
  return found;
}

const orUnknown = (list: readonly string[]): string => unionText(list) || 'unknown';

const bagText = (named: ReadonlyMap<string, string[]>): string =>
  `{ ${[...named].map(([name, list]) => `${name}?: ${orUnknown(list)}`).join('; ')} }`;

/** The type of a map that starts empty. */
function mapText(view: View, found: Stored, evidence: Evidence): string | null {
  void view;
  const used = evidence.entry === null ? [] : members(evidence.entry);
  if (found.indexed || evidence.entry !== null) {
    const entry = found.entries.length > 0 ? orUnknown(found.entries) : orUnknown(used);
    return `Record<string, ${orUnknown([entry, ...[...found.named.values()].flat()])}>`;
  }
  if (found.named.size > 0) return bagText(found.named);
  return null;
}

/** The type of an array that starts empty; null where control flow shows it to TypeScript already. */
function listText(
  view: View,
  declaration: ts.VariableDeclaration,
  found: Stored,
  evidence: Evidence,
): string | null {
  const fromUse = evidence.element === null ? [] : members(evidence.element);
  const elements = [...found.elements, ...found.entries];
  const element = elements.length > 0 ? orUnknown(elements) : orUnknown(fromUse);
  const list = arrayText(element);
  if (found.expando) return `${list} & ${bagText(found.named)}`;
  const captured = isCaptured(view, declaration);
  return captured ? list : null;
}

/** Whether a function inside reads the variable: TypeScript then gives up following its type. */
function isCaptured(view: View, declaration: ts.VariableDeclaration): boolean {
  const symbol = view.checker.getSymbolAtLocation(declaration.name);
  if (symbol === undefined) return false;
  const home = functionAround(declaration);
  return view.uses.referencesOf(symbol).some((reference) => functionAround(reference) !== home);
}

const functionAround = (node: ts.Node): ts.Node | null => {
  for (let at = node.parent; at !== undefined; at = at.parent)
    if (ts.isFunctionLike(at) || ts.isClassStaticBlockDeclaration(at)) return at;
  return null;
};

function variableText(view: View, declaration: ts.VariableDeclaration, final: boolean): string | null {
  const { checker } = view;
  if (!ts.isIdentifier(declaration.name)) return null;
  const symbol = checker.getSymbolAtLocation(declaration.name);
  if (symbol === undefined) return null;
  const { initializer } = declaration;
  const found = stored(view, symbol);
  const evidence = new Collector(view).symbol(symbol, noEvidence());
  if (initializer !== undefined && (isEmptyObject(initializer) || isBareMap(initializer)))
    return mapText(view, found, evidence);
  if (initializer !== undefined && isEmptyArray(initializer))
    return listText(view, declaration, found, evidence);
  const isNull = initializer?.kind === ts.SyntaxKind.NullKeyword;
  if (initializer !== undefined && !isNull) return null;
  if (ts.isForInStatement(declaration.parent.parent) || ts.isForOfStatement(declaration.parent.parent))
    return null;
  if (!isCaptured(view, declaration)) return null;
  const parts = found.whole.length > 0 ? found.whole : members(evidence);
  if (parts.length === 0 && !final) return null;
  return unionText([orUnknown(parts), isNull ? 'null' : 'undefined']);
}

/** Annotates variables that start empty and whose type TypeScript does not follow. Returns how many changed. */
export function inferVariables(view: View, final: boolean): number {
  let changed = 0;
  for (const module of view.modules) {
    const visit = (node: ts.Node): void => {
      if (ts.isVariableDeclaration(node) && isOurs(module, node.name, node.type))
        changed += annotateVariable(view, module, node, final);
      ts.forEachChild(node, visit);
    };
    visit(module.source);
  }
  return changed;
}

function annotateVariable(view: View, module: Module, node: ts.VariableDeclaration, final: boolean): number {
  const held = module.book.get(typeKey(module.book.toOriginal(node.name.end)));
  if (held !== undefined && held.weight > 0) return 0;
  const text = variableText(view, node, final);
  if (text === null || isAny(view.checker.getTypeAtLocation(node.name)) === undefined) return 0;
  const edit = annotationEdit(module, node.name, `: ${text}`, 0);
  if (held?.insertions[0]?.text === edit.insertions[0]?.text) return 0;
  module.book.put(edit);
  return 1;
}
