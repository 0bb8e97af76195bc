import ts from 'typescript';
import { attempt } from './attempt.ts';
import { isPlain, isUnknown } from './documented-results.ts';
import type { Edit, EditBook } from './edit-book.ts';
import { assignedTo } from './operators.ts';
import { returnEdit } from './repair/rules-declarations.ts';
import { assertAll, WEIGHT } from './repair/site.ts';
import { typeText, widened } from './type-text.ts';
import { type FunctionNode, isFunctionNode, namedBy, returnedExpressions } from './uses.ts';
import type { Module, View } from './view.ts';
import type { Work } from './work.ts';
import { withoutWrappers } from './wrappers.ts';

/** `instead`: the key of the edit that says the opposite, which is taken back. */
type Change = Readonly<{ book: EditBook; edit: Edit; instead: string | null }>;

/**
 * Says `unknown` of results that only an assertion of ours gives a type: `obj = obj[key] as Record<string, unknown>` lets
 * the loop go on, but what is given back after it can be anything. Taken back where it brings an error.
 */
export function openAssertedResults(work: Work): void {
  const view = work.look();
  const made = view.modules.flatMap((module) => editsIn(view, module));
  if (made.length === 0) return;
  attempt(work, () => {
    for (const { book, edit, instead } of made) {
      if (instead !== null) book.drop(instead);
      book.put(edit);
    }
  });
}

function editsIn(view: View, module: Module): Change[] {
  const found: Change[] = [];
  const visit = (node: ts.Node): void => {
    const text = isFunctionNode(node) && !ts.isCallExpression(node.parent) ? openText(node) : null;
    if (text !== null && isFunctionNode(node)) {
      const edit = givesAsserted(view, node) ? returnEdit({ module }, node, text, WEIGHT.widen) : null;
      if (edit === null) found.push(...openParts(view, module, node));
      else if (isOurResult(module, node, edit))
        for (const one of [edit, ...declaredAs(view, module, node)])
          found.push({ book: module.book, edit: one, instead: null });
    }
    ts.forEachChild(node, visit);
  };
  visit(module.source);
  return found;
}

/** The result that can be anything; null for a generator. */
const openText = (fn: FunctionNode): string | null => {
  if (isPlain(fn)) return 'unknown';
  const isGenerator = (fn as Partial<{ asteriskToken: ts.AsteriskToken }>).asteriskToken !== undefined;
  return isGenerator ? null : 'Promise<unknown>';
};

/** `{ get: (o: object) => object }` of what `f.get = function (o) { … }` is put on: there it gives anything as well. */
function declaredAs({ checker }: View, { book }: Module, fn: FunctionNode): Edit[] {
  const target = ts.isBinaryExpression(fn.parent) && fn.parent.right === fn ? fn.parent.left : fn;
  const result = checker.getSignatureFromDeclaration(fn)?.getReturnType();
  if (!ts.isPropertyAccessExpression(target) || result === undefined) return [];
  const told = typeText(checker, checker.getTypeAtLocation(fn), fn) ?? '';
  const end = ` => ${typeText(checker, result, fn)}`;
  if (!told.endsWith(end)) return [];
  const { text: name } = target.name;
  const put = (text: string): string =>
    [`${name}: `, `${name}?: `].reduce(
      (all, start) => all.replaceAll(`${start}${told}`, `${start}${told.slice(0, -end.length)} => unknown`),
      text,
    );
  return book.edits
    .map((edit) => ({
      ...edit,
      insertions: edit.insertions.map((one) => ({ ...one, text: put(one.text) })),
    }))
    .filter(({ insertions }, at) =>
      insertions.some(({ text }, part) => text !== book.edits[at]?.insertions[part]?.text),
    );
}

const isOurResult = ({ book }: Module, fn: FunctionNode, { key }: Edit): boolean =>
  fn.type === undefined || book.get(key) !== undefined;

const givesAsserted = (view: View, fn: FunctionNode): boolean =>
  returnedExpressions(fn)
    .values.flatMap(chosenNames)
    .some((name) => isAsserted(view, name));

/** `{ value: obj as unknown }`: the names in literals that are given back. The compiler says what the result is then. */
function openParts(view: View, module: Module, fn: FunctionNode): Change[] {
  const { book } = module;
  const instead = returnEdit({ module }, fn, 'unknown', WEIGHT.widen)?.key ?? null;
  if (fn.type !== undefined && (instead === null || book.get(instead) === undefined)) return [];
  const { values } = returnedExpressions(fn);
  const names = values
    .flatMap(heldBy)
    .flatMap(chosenNames)
    .filter((name) => isAsserted(view, name));
  const shorthand = [...values, ...values.flatMap(heldBy)]
    .map(withoutWrappers)
    .filter(ts.isObjectLiteralExpression)
    .filter(({ properties }) => properties.some((one) => isShorthandOf(view, one)));
  return [
    ...names.flatMap((name) => assertAll(module, name, ' as unknown', WEIGHT.assert) ?? []),
    ...shorthand.flatMap(
      (one) => assertAll(module, one, ` as ${openedText(view, one)}`, WEIGHT.assert) ?? [],
    ),
  ].map((edit) => ({ book, edit, instead }));
}

/** `{ obj }`, which cannot carry an assertion. */
const isShorthandOf = (view: View, property: ts.ObjectLiteralElementLike): boolean =>
  ts.isShorthandPropertyAssignment(property) && isAsserted(view, property.name);

/** The type of a literal with `unknown` for what was walked to; `unknown` as a whole where that cannot be written. */
function openedText(view: View, literal: ts.ObjectLiteralExpression): string {
  const { checker } = view;
  const lines = literal.properties.map((one) => {
    const { name } = one;
    if (name === undefined || ts.isComputedPropertyName(name) || ts.isPrivateIdentifier(name)) return null;
    if (isShorthandOf(view, one)) return `${name.getText()}: unknown`;
    const value = ts.isPropertyAssignment(one) ? one.initializer : name;
    const isOpen =
      ts.isExpression(value) &&
      [value, ...heldBy(value)].flatMap(chosenNames).some((part) => isAsserted(view, part));
    const text = isOpen
      ? 'unknown'
      : typeText(checker, widened(checker, checker.getTypeAtLocation(value)), literal);
    return text === null ? null : `${name.getText()}: ${text}`;
  });
  return lines.includes(null) ? 'unknown' : `{ ${lines.join('; ')} }`;
}

/** What the literals hold that are written here. */
function heldBy(node: ts.Expression): ts.Expression[] {
  const value = withoutWrappers(node);
  const held = ts.isArrayLiteralExpression(value)
    ? [...value.elements]
    : ts.isObjectLiteralExpression(value)
      ? value.properties.filter(ts.isPropertyAssignment).map(({ initializer }) => initializer)
      : [];
  return held.flatMap((one) => [one, ...heldBy(one)]);
}

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
  const symbol = namedBy(checker, name);
  const home = symbol?.valueDeclaration;
  if (symbol === undefined || home === undefined || isUnknown(checker.getTypeAtLocation(name))) return false;
  if (!ts.isParameter(home) && !ts.isVariableDeclaration(home)) return false;
  if (uses.referencesOf(symbol).some((one) => isPut(checker, assignedTo(one)))) return true;
  // `const found = obj` after the walk.
  const start = ts.isVariableDeclaration(home) ? home.initializer : undefined;
  const source = start === undefined ? undefined : withoutWrappers(start);
  if (source === undefined || !ts.isIdentifier(source)) return false;
  const walker = checker.getSymbolAtLocation(source);
  const before = walker === undefined ? [] : uses.referencesOf(walker).filter(({ end }) => end < source.pos);
  return before.some((one) => isPut(checker, assignedTo(one)));
}

/** Something of no known type, that an assertion gives one. */
function isPut(checker: ts.TypeChecker, value: ts.Expression | null): boolean {
  const put = value === null ? null : withoutWrappers(value);
  if (put === null) return false;
  return (put !== value && isUnknown(checker.getTypeAtLocation(put))) || isPickedByAssertion(put);
}

/** `(at as unknown as Record<string, T>)[key]`: nothing is known of what is under the key. */
function isPickedByAssertion(node: ts.Expression): boolean {
  if (!ts.isElementAccessExpression(node)) return false;
  let at: ts.Expression = node.expression;
  while (ts.isParenthesizedExpression(at) || ts.isNonNullExpression(at)) at = at.expression;
  const inner = ts.isAsExpression(at) ? at.expression : at;
  return ts.isAsExpression(inner) && inner.type.kind === ts.SyntaxKind.UnknownKeyword;
}
