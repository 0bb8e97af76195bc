import ts from 'typescript';
import { annotationEdit, isOurs, typeKey } from './annotation.ts';
import { Collector } from './collector.ts';
import { textOf } from './edit-book.ts';
import { noEvidence } from './evidence.ts';
import {
  expandoText,
  grownText,
  isBareMap,
  isEmptyArray,
  isEmptyObject,
  literalText,
  orUnknown,
  startOf,
  storedIn,
  weakText,
  wholeText,
} from './infer-objects.ts';
import { assignedTo } from './operators.ts';
import { members } from './shape.ts';
import { isAny, unionText } from './type-text.ts';
import type { Module, View } from './view.ts';

const functionAround = (node: ts.Node): ts.Node | null => {
  for (let at = node.parent; at !== undefined; at = at.parent) {
    if (ts.isFunctionLike(at) || ts.isClassStaticBlockDeclaration(at)) return at;
  }
  return null;
};

/** Whether a function inside reads the variable: TypeScript then gives up following its type. */
const isCaptured = (declaration: ts.Node, references: readonly ts.Node[]): boolean => {
  const home = functionAround(declaration);
  return references.some((reference) => functionAround(reference) !== home);
};

/** Whether the function of the variable reads it, and only others put something in: they need not have been called. */
const isOnlyReadHere = (declaration: ts.Node, references: readonly ts.Expression[]): boolean => {
  const home = functionAround(declaration);
  const own = references.filter((reference) => functionAround(reference) === home);
  return own.length > 0 && own.every((reference) => assignedTo(reference) === null);
};

/** The object literal that a value is, or that a helper without arguments does nothing but give. */
function madeLiteral(view: View, value: ts.Expression): ts.ObjectLiteralExpression | null {
  if (ts.isObjectLiteralExpression(value)) return value;
  if (!ts.isCallExpression(value) || value.arguments.length > 0) return null;
  const helper = view.checker.getSymbolAtLocation(value.expression)?.valueDeclaration;
  if (helper === undefined || !ts.isFunctionDeclaration(helper) || helper.parameters.length > 0) return null;
  const [first] = helper.body?.statements ?? [];
  if (first === undefined || !ts.isReturnStatement(first) || first.expression === undefined) return null;
  return ts.isObjectLiteralExpression(first.expression) ? first.expression : null;
}

function variableText(view: View, declaration: ts.VariableDeclaration, final: boolean): string | null {
  const symbol = ts.isIdentifier(declaration.name)
    ? view.checker.getSymbolAtLocation(declaration.name)
    : undefined;
  if (symbol === undefined) return null;
  const initializer = declaration.initializer === undefined ? undefined : startOf(declaration.initializer);
  const nodes = view.uses.referencesOf(symbol).filter((one) => one !== declaration.name);
  const literal = initializer === undefined ? null : madeLiteral(view, initializer);
  if (literal !== null && literal.properties.length > 0) return literalText(view, literal, nodes);
  if (initializer !== undefined && (isEmptyObject(initializer) || isBareMap(initializer))) {
    const found = storedIn(view, nodes);
    const evidence = new Collector(view).symbol(symbol, noEvidence());
    const says = found.indexed || found.expando || evidence.entry !== null || isBareMap(initializer);
    return says ? weakText(view, nodes, initializer) : null;
  }
  if (initializer !== undefined && isEmptyArray(initializer)) {
    const more = expandoText(view, storedIn(view, nodes));
    const list = weakText(view, nodes, initializer);
    if (more !== null) return `${list} & ${more}`;
    return isCaptured(declaration, nodes) ? list : null;
  }
  if (initializer !== undefined && (ts.isCallExpression(initializer) || ts.isNewExpression(initializer))) {
    const grown = grownText(view, initializer, nodes);
    if (grown !== null) return grown;
  }
  // A module that stays JavaScript is handed out as it is: `unknown` would keep users from calling it.
  const isRequired = initializer !== undefined && /^require\(/.test(initializer.getText());
  // `const x = JSON.parse(s)`: the library says any; what is done with it says more, else it is unknown.
  if (
    initializer !== undefined &&
    final &&
    !isRequired &&
    ts.isCallExpression(initializer) &&
    isAny(view.checker.getTypeAtLocation(initializer)) &&
    isAny(view.checker.getTypeAtLocation(declaration.name))
  )
    return orUnknown(members(new Collector(view).symbol(symbol, noEvidence())));
  const isNull = initializer?.kind === ts.SyntaxKind.NullKeyword;
  if ((initializer !== undefined && !isNull) || !isCaptured(declaration, nodes)) return null;
  const list = nodes.map(assignedTo).find((value) => value !== null && isEmptyArray(value)) ?? null;
  if (list !== null && !isNull) return weakText(view, nodes, list);
  const found = storedIn(view, nodes);
  const evidence = new Collector(view).symbol(symbol, noEvidence());
  if (found.whole.length === 0 && members(evidence).length === 0 && !final) return null;
  const isMissing = evidence.undefinable || evidence.tested || isOnlyReadHere(declaration, nodes);
  const missing = isNull ? ['null'] : isMissing ? ['undefined'] : [];
  return unionText([wholeText(found, evidence), ...missing]);
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
  const inLoopHead = ts.isForInStatement(node.parent.parent) || ts.isForOfStatement(node.parent.parent);
  if (inLoopHead || ts.isCatchClause(node.parent)) return 0;
  const held = module.book.get(typeKey(module.book.toOriginal(node.name.end)));
  if (held !== undefined && held.weight > 0) return 0;
  const text = variableText(view, node, final);
  if (text === null) return 0;
  const edit = annotationEdit(module, node.name, `: ${text}`, 0);
  if (held !== undefined && textOf(held) === textOf(edit)) return 0;
  module.book.put(edit);
  return 1;
}
