import ts from 'typescript';
import { annotationEdit, isOurs } from './annotation.ts';
import { isPrivate } from './callers.ts';
import type { Edit } from './edit-book.ts';
import { writeHelpers } from './refresh-helpers.ts';
import { WEIGHT } from './repair/site.ts';
import { splitUnion } from './type-text.ts';
import { type FunctionNode, isFunctionNode } from './uses.ts';
import type { Module, View } from './view.ts';
import type { Work } from './work.ts';

/**
 * A callback may name the kind of what it is given, where the code itself knows nothing of it: `(n: number) => n` does not
 * fit `(arg0: unknown) => unknown`. Only `any` lets both; what does not fit after all is taken back.
 */
export function openCallbacks(work: Work): void {
  if (work.input.declarations === false) return;
  const view = work.look();
  const before = work.errors(view).length;
  const made = view.modules.flatMap((module) =>
    openedIn(view, module).map((edit) => ({ book: module.book, edit })),
  );
  if (made.length === 0) return;
  const kept = [...work.books.values()].map((book) => ({ book, edits: book.edits }));
  for (const { book, edit } of made) book.put(edit);
  work.flush();
  // What is called on an instance, and what makes one, takes them as well.
  writeHelpers(work);
  if (work.errors(work.look()).length <= before) return;
  for (const { book, edits } of kept) book.restore(edits);
  work.flush();
}

function openedIn(view: View, module: Module): Edit[] {
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    if (isFunctionNode(node) && isReachable(view, node))
      edits.push(...node.parameters.flatMap((parameter) => opened(module, parameter) ?? []));
  };
  visit(module.source);
  return edits;
}

/** Others may call it: it is no callback itself, nor known to this package alone. */
const isReachable = (view: View, fn: FunctionNode): boolean =>
  !ts.isCallExpression(fn.parent) && !ts.isNewExpression(fn.parent) && !isPrivate(view, fn);

function opened(module: Module, parameter: ts.ParameterDeclaration): Edit | null {
  const { name, type, questionToken } = parameter;
  if (type === undefined || !ts.isIdentifier(name) || !isOurs(module, name, type)) return null;
  const text = type.getText();
  if (openText(text) === text) return null;
  // A union may hold one function twice, once in brackets: each `any` would count twice.
  const open = [...new Set(splitUnion(openText(text)))].join(' | ');
  return annotationEdit(module, name, `${questionToken === undefined ? '' : '?'}: ${open}`, WEIGHT.widen);
}

/**
 * The parameter lists of function types, of which methods of an object type are none: these take callbacks of either kind, and what
 * they are handed is named by functions of the package's own.
 */
const openText = (text: string): string => {
  const given = text.includes('{')
    ? /(\barg\d+\??): unknown(?=,|$)/g
    : /((?<![\w$.])[\w$]+\??): unknown(?=,|$)/g;
  return text.replace(/\(([^()]*)\) =>/g, (_, list: string) => {
    const open = list.replace(given, '$1: any').replace(/^\.\.\.args: unknown\[\]$/, '...args: any[]');
    return `(${open}) =>`;
  });
};
