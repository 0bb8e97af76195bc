import ts from 'typescript';
import { annotationEdit, isOurs } from './annotation.ts';
import { textOf, wrapEdit } from './edit-book.ts';
import {
  isBareMap,
  isEmptyArray,
  isEmptyObject,
  orUnknown,
  storedIn,
  textsOf,
  weakText,
} from './infer-objects.ts';
import { arrayText, splitUnion } from './type-text.ts';
import type { Module, View } from './view.ts';

const METHODS = /^reduce(?:Right)?$/;
const BARE = { bracket: false, separate: false } as const;

/**
 * Says what `reduce` gathers where it starts with `[]` or `{}`: the library takes what is as good as empty for an element of the list,
 * and the result for one as well. Returns how many edits changed.
 */
export function inferAccumulators(view: View): number {
  let changed = 0;
  for (const module of view.modules) {
    const visit = (node: ts.Node): void => {
      if (ts.isFunctionExpression(node) || ts.isArrowFunction(node)) changed += annotate(view, module, node);
      ts.forEachChild(node, visit);
    };
    visit(module.source);
  }
  return changed;
}

/** `{}` or `[]` with which a `reduce` starts whose function this is; null for every other function. */
export function accumulatorStart(fn: ts.Node): ts.Expression | null {
  const step = ts.isAsExpression(fn.parent) ? fn.parent : fn;
  const call = step.parent;
  if (!ts.isCallExpression(call) || !ts.isPropertyAccessExpression(call.expression)) return null;
  const [first, second] = call.arguments;
  if (!METHODS.test(call.expression.name.text) || first !== step || second === undefined) return null;
  const start = ts.isAsExpression(second) ? second.expression : second;
  return isEmptyArray(start) || isEmptyObject(start) || isBareMap(start) ? start : null;
}

function annotate(view: View, module: Module, fn: ts.FunctionExpression | ts.ArrowFunction): number {
  const start = accumulatorStart(fn);
  const name = fn.parameters[0]?.name;
  if (start === null || name === undefined || !ts.isIdentifier(name)) return 0;
  const symbol = view.checker.getSymbolAtLocation(name);
  if (symbol === undefined) return 0;
  const nodes = view.uses.referencesOf(symbol).filter((one) => one !== name);
  const text = isEmptyArray(start) ? listText(view, nodes, start) : weakText(view, nodes, start);
  const range = [module.book.toOriginal(start.getStart()), module.book.toOriginal(start.end)] as const;
  const edits = [wrapEdit(`start:${range[0]}`, range, BARE, ` as ${text}`, 0)];
  if (isOurs(module, name, fn.parameters[0]?.type)) edits.push(annotationEdit(module, name, `: ${text}`, 0));
  let changed = 0;
  for (const edit of edits) {
    const held = module.book.get(edit.key);
    if (held !== undefined && (held.weight > 0 || textOf(held) === textOf(edit))) continue;
    module.book.put(edit);
    changed += 1;
  }
  return changed;
}

/** A list is gathered with `push`, or with `concat`, which takes elements and lists of them. */
function listText(view: View, nodes: readonly ts.Expression[], start: ts.Expression): string {
  const added = nodes.flatMap(({ parent: access }) =>
    ts.isPropertyAccessExpression(access) &&
    access.name.text === 'concat' &&
    ts.isCallExpression(access.parent) &&
    access.parent.expression === access
      ? access.parent.arguments
      : [],
  );
  if (added.length === 0) return weakText(view, nodes, start);
  const texts = added.map((one) => textsOf(view, one).flatMap(splitUnion));
  if (texts.some((parts) => parts.length === 0)) return 'unknown[]';
  const elements = texts.flat().flatMap((text) => {
    if (!text.endsWith('[]')) return [text];
    return splitUnion(text.slice(0, -2).replace(/^\((.*)\)$/, '$1'));
  });
  const found = storedIn(view, nodes);
  return found.open.has('elements') ? 'unknown[]' : arrayText(orUnknown([...found.elements, ...elements]));
}
