import ts from 'typescript';
import { annotationEdit, isOurs } from './annotation.ts';
import { attempt } from './attempt.ts';
import { documentedResult, isPlain, isUnknown } from './documented-results.ts';
import { type Edit, type EditBook, plainEdit } from './edit-book.ts';
import { returnEdit } from './repair/rules-declarations.ts';
import { assertAll, WEIGHT } from './repair/site.ts';
import { isKeptAsItCame } from './rewritten.ts';
import { takesMore } from './signatures.ts';
import { type FunctionNode, isFunctionNode, returnedExpressions } from './uses.ts';
import type { Module, View } from './view.ts';
import type { Work } from './work.ts';

type Change = Readonly<{ book: EditBook; edits: readonly Edit[] }>;

/** Changes that are tried by themselves when all together did not go: each costs a check of the whole package. */
const MOST_ALONE = 6;

/**
 * Results that the body alone leaves open: what a comment says of a result of unknown type, where no return contradicts it,
 * and the type of the very object that is given back. What brings an error or an `any` is taken back.
 */
export function settleResults(work: Work): void {
  const view = work.look();
  const changes = view.modules.flatMap((module) => changesIn(view, module));
  const settle = (some: readonly Change[]): boolean =>
    attempt(
      work,
      () => put(some),
      () => 0,
    );
  if (changes.length === 0 || settle(changes) || changes.length === 1) return;
  for (const change of changes.slice(0, MOST_ALONE)) settle([change]);
}

function changesIn(view: View, module: Module): Change[] {
  const found: Change[] = [];
  const visit = (node: ts.Node): void => {
    if (isFunctionNode(node)) {
      const edits = ofComment(view, module, node) ?? sameObject(view, module, node);
      if (edits !== null) found.push({ book: module.book, edits });
    }
    ts.forEachChild(node, visit);
  };
  visit(module.source);
  return found;
}

const put = (changes: readonly Change[]): void => {
  for (const { book, edits } of changes) for (const edit of edits) book.put(edit);
};

/** `@returns {string}` of a function of which the body says nothing. */
function ofComment(view: View, module: Module, fn: FunctionNode): Edit[] | null {
  const { checker } = view;
  const type = checker.getSignatureFromDeclaration(fn)?.getReturnType();
  const { values, bare } = returnedExpressions(fn);
  if (type === undefined || !isUnknown(type) || bare) return null;
  const text = documentedResult(view, module, fn);
  if (text === null || /\bobject\b/.test(text)) return null;
  const edit = returnEdit({ module }, fn, text, WEIGHT.widen);
  if (edit === null || (fn.type !== undefined && module.book.get(edit.key) === undefined)) return null;
  const open = values.filter((value) => isUnknown(checker.getTypeAtLocation(value)));
  return [edit, ...open.flatMap((value) => assertAll(module, value, ` as ${text}`, WEIGHT.assert) ?? [])];
}

/** `<T extends object>(o: T): T` where `o` is given back as it came, and nothing else ever is. */
function sameObject(view: View, module: Module, fn: FunctionNode): Edit[] | null {
  const { checker } = view;
  const { values, bare } = returnedExpressions(fn);
  const [first] = values;
  if (first === undefined || bare || !ts.isIdentifier(first) || !isPlain(fn) || takesMore(fn)) return null;
  const isFree = ts.isFunctionDeclaration(fn) || ts.isFunctionExpression(fn) || ts.isArrowFunction(fn);
  const symbol = checker.getSymbolAtLocation(first);
  const parameter = symbol?.valueDeclaration;
  if (!isFree || symbol === undefined || parameter === undefined || !ts.isParameter(parameter)) return null;
  const { name, type, questionToken, initializer } = parameter;
  const isObject = type?.getText() === 'object' && questionToken === undefined && initializer === undefined;
  if (!isObject || parameter.parent !== fn || !isOurs(module, name, type)) return null;
  const isSame = values.every((one) => checker.getSymbolAtLocation(one) === symbol);
  const isKept = isKeptAsItCame(view, symbol);
  const paren = fn.getChildren().find((one) => one.kind === ts.SyntaxKind.OpenParenToken);
  const result = returnEdit({ module }, fn, 'T', WEIGHT.widen);
  if (!isSame || !isKept || paren === undefined || result === null || /\bT\b/.test(module.book.original))
    return null;
  const at = module.book.toOriginal(paren.getStart());
  if (module.book.original.charAt(at) !== '(') return null;
  return [
    plainEdit(`generic:${at}`, at, '<T extends object>', WEIGHT.widen),
    annotationEdit(module, name, ': T', WEIGHT.widen),
    result,
  ];
}
