import ts from 'typescript';
import { documentedResult } from './documented-results.ts';
import type { Edit } from './edit-book.ts';
import { returnEdit } from './repair/rules-declarations.ts';
import { isAny, typeText } from './type-text.ts';
import { type FunctionNode, isFunctionNode } from './uses.ts';
import type { Module, View } from './view.ts';
import type { Work } from './work.ts';

const LONGEST = 160;

/** A function with a name of its own; callbacks are left to their context. */
const isNamed = (fn: FunctionNode): boolean =>
  ts.isFunctionDeclaration(fn) ||
  ts.isMethodDeclaration(fn) ||
  ts.isGetAccessorDeclaration(fn) ||
  ts.isVariableDeclaration(fn.parent) ||
  ts.isExportAssignment(fn.parent);

function returnText(view: View, module: Module, fn: FunctionNode): string | null {
  const signature = view.checker.getSignatureFromDeclaration(fn);
  if (signature === undefined || view.checker.getTypePredicateOfSignature(signature) !== undefined)
    return null;
  const type = signature.getReturnType();
  if (isAny(type)) return documentedResult(view, module, fn);
  const text = typeText(view.checker, type, fn);
  return text !== null && text.length <= LONGEST && !/\bunknown\b|\{\}/.test(text) ? text : null;
}

/** The annotations that say what each named function gives back. */
function returnEdits(view: View): { module: Module; edit: Edit; fn: FunctionNode }[] {
  const found: { module: Module; edit: Edit; fn: FunctionNode }[] = [];
  for (const module of view.modules) {
    const visit = (node: ts.Node): void => {
      if (isFunctionNode(node) && node.type === undefined && isNamed(node)) {
        const text = returnText(view, module, node);
        const edit = text === null ? null : returnEdit({ module }, node, text, 0);
        if (edit !== null) found.push({ module, edit, fn: node });
      }
      ts.forEachChild(node, visit);
    };
    visit(module.source);
  }
  return found;
}

/** Writes down what named functions give back, as far as that brings no error. Starts from a project without errors or with some. */
export function writeReturns(work: Work): void {
  const before = work.look();
  const known = work.errors(before).length;
  const written = returnEdits(before);
  for (const { module, edit } of written) module.book.put(edit);
  work.flush();
  for (let round = 0; round < 3; round++) {
    const view = work.look();
    const errors = work.errors(view);
    if (errors.length <= known) return;
    const files = new Set(errors.map((error) => error.file?.fileName));
    for (const { module, edit, fn } of written) {
      const inside = errors.some(
        (error) =>
          error.file?.fileName === module.source.fileName &&
          error.start !== undefined &&
          within(module.book.toOriginal(error.start), module, fn),
      );
      if (inside || (round > 0 && files.has(module.source.fileName)) || round > 1) module.book.drop(edit.key);
    }
    work.flush();
  }
}

/** Whether an original position lies in the function; `fn` belongs to the program before the return types were written. */
const within = (position: number, module: Module, fn: FunctionNode): boolean => {
  const text = module.book.original;
  const name = fn.name?.getText() ?? '';
  const home = name === '' ? -1 : text.indexOf(name);
  return home >= 0 && position >= home && position <= home + (fn.end - fn.pos);
};
