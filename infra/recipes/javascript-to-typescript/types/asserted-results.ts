import ts from 'typescript';
import { isPlain, isUnknown } from './documented-results.ts';
import type { Edit, EditBook } from './edit-book.ts';
import { assignedTo } from './infer-objects.ts';
import { repairErrors } from './repair/repair.ts';
import { returnEdit } from './repair/rules-declarations.ts';
import { WEIGHT } from './repair/site.ts';
import { type FunctionNode, isFunctionNode, returnedExpressions } from './uses.ts';
import type { Module, View } from './view.ts';
import type { Work } from './work.ts';
import { withoutWrappers } from './wrappers.ts';

/**
 * Says `unknown` of results that only an assertion of ours gives a type: `obj = obj[key] as Record<string, unknown>` lets
 * the loop go on, but what is given back after it can be anything. Taken back where it brings an error.
 */
export function openAssertedResults(work: Work): void {
  const view = work.look();
  const made = view.modules.flatMap((module) => editsIn(view, module));
  if (made.length === 0) return;
  const before = work.errors(view).length;
  const kept = [...work.books.values()].map((book) => ({ book, edits: book.edits }));
  for (const { book, edit } of made) book.put(edit);
  work.flush();
  repairErrors(work);
  if (work.errors(work.look()).length <= before) return;
  for (const { book, edits } of kept) book.restore(edits);
  work.flush();
}

function editsIn(view: View, module: Module): { book: EditBook; edit: Edit }[] {
  const found: { book: EditBook; edit: Edit }[] = [];
  const visit = (node: ts.Node): void => {
    if (isFunctionNode(node) && isPlain(node) && !ts.isCallExpression(node.parent)) {
      const edit = givesAsserted(view, node) ? returnEdit({ module }, node, 'unknown', WEIGHT.widen) : null;
      if (edit !== null && isOurResult(module, node, edit)) found.push({ book: module.book, edit });
    }
    ts.forEachChild(node, visit);
  };
  visit(module.source);
  return found;
}

const isOurResult = ({ book }: Module, fn: FunctionNode, { key }: Edit): boolean =>
  fn.type === undefined || book.get(key) !== undefined;

const givesAsserted = (view: View, fn: FunctionNode): boolean =>
  returnedExpressions(fn)
    .values.flatMap(chosenNames)
    .some((name) => isAsserted(view, name));

/** The names of which one is given back. */
function chosenNames(node: ts.Expression): ts.Identifier[] {
  const value = withoutWrappers(node);
  if (ts.isIdentifier(value)) return [value];
  if (ts.isConditionalExpression(value)) return [value.whenTrue, value.whenFalse].flatMap(chosenNames);
  const isChoice = ts.isBinaryExpression(value) && /^(?:\|\||&&|\?\?)$/.test(value.operatorToken.getText());
  return isChoice ? [value.left, value.right].flatMap(chosenNames) : [];
}

/** Whether something of no known type is put into a variable or parameter that has one. */
function isAsserted({ checker, uses }: View, name: ts.Identifier): boolean {
  const symbol = checker.getSymbolAtLocation(name);
  const home = symbol?.valueDeclaration;
  if (symbol === undefined || home === undefined || isUnknown(checker.getTypeAtLocation(name))) return false;
  if (!ts.isParameter(home) && !ts.isVariableDeclaration(home)) return false;
  return uses.referencesOf(symbol).some((one) => {
    const value = assignedTo(one);
    const put = value === null ? null : withoutWrappers(value);
    if (put === null) return false;
    return (put !== value && isUnknown(checker.getTypeAtLocation(put))) || isPickedByAssertion(put);
  });
}

/** `(at as unknown as Record<string, T>)[key]`: nothing is known of what is under the key. */
function isPickedByAssertion(node: ts.Expression): boolean {
  if (!ts.isElementAccessExpression(node)) return false;
  let at: ts.Expression = node.expression;
  while (ts.isParenthesizedExpression(at) || ts.isNonNullExpression(at)) at = at.expression;
  const inner = ts.isAsExpression(at) ? at.expression : at;
  return ts.isAsExpression(inner) && inner.type.kind === ts.SyntaxKind.UnknownKeyword;
}
