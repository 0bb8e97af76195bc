import ts from 'typescript';
import { attempt } from './attempt.ts';
import { isPrivate } from './callers.ts';
import { type Edit, plainEdit, wrapEdit } from './edit-book.ts';
import { constructorFunction, startWithComments } from './instances.ts';
import { leavingNames } from './leaving-names.ts';
import { returnEdit } from './repair/rules-declarations.ts';
import { WEIGHT } from './repair/site.ts';
import { parametersText, resultText, takesMore } from './signatures.ts';
import { enclosingFunction, type FunctionNode } from './uses.ts';
import type { Module, View } from './view.ts';
import type { Work } from './work.ts';

/**
 * An exported function that uses more arguments than it names gets a signature above it that takes them, a function
 * expression a type behind it. Comes last, when its types are settled; what does not fit after all is taken back.
 */
export function loosenSignatures(work: Work): void {
  const view = work.look();
  const made = view.modules.flatMap((module) =>
    [
      ...leavingNames(module.source).flatMap((name) => looseSignature({ view, module }, name)),
      ...looseExpressions({ view, module }),
    ].map((edit) => ({ book: module.book, edit })),
  );
  if (made.length === 0) return;
  attempt(work, () => {
    for (const { book, edit } of made) book.put(edit);
    for (const { book, edit } of made) if (edit.result !== undefined) book.drop(edit.result);
  });
}

/** With the key of what was written of a function that gives the expression back: that says less than it does now. */
type Loose = Edit & Readonly<{ result?: string }>;

function looseSignature(
  { view, module }: Readonly<{ view: View; module: Module }>,
  name: ts.Identifier,
): Loose[] {
  const fn = constructorFunction({ view, module }, name);
  if (fn === null || !ts.isFunctionDeclaration(fn) || fn.body === undefined || !takesMore(fn)) return [];
  const text = `function ${name.text}(${parametersText(view.checker, fn)}): ${givenText(view, fn)}`;
  return [plainEdit(`loose:${name.text}`, module.book.toOriginal(startWithComments(fn)), `${text}\n`)];
}

/** Function expressions that others may call: exported as they are, or kept where exports are kept. */
function looseExpressions({ view, module }: Readonly<{ view: View; module: Module }>): Loose[] {
  const edits: Loose[] = [];
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    if (!ts.isFunctionExpression(node) || !isKept(node) || !takesMore(node) || isPrivate(view, node)) return;
    if (node.parameters.some((one) => one.name.getText() === 'this')) return;
    const [start, end] = [module.book.toOriginal(node.getStart()), module.book.toOriginal(node.end)];
    const call = `(${parametersText(view.checker, node)}) => ${givenText(view, node)}`;
    const members = membersText(view, node);
    const tail = members === '' ? ` as ${call}` : ` as (${call}) & { ${members} }`;
    const edit = wrapEdit(`loose:${start}`, [start, end], BARE, tail, WEIGHT.assert);
    const giver = ts.isReturnStatement(node.parent) ? enclosingFunction(node) : null;
    const result = giver === null ? null : returnEdit({ module }, giver, '', 0);
    edits.push(result === null ? edit : { ...edit, result: result.key });
  };
  visit(module.source);
  return edits;
}

const BARE = { bracket: false, separate: false } as const;

/** Stands where it keeps the type that is written behind it. */
const isKept = ({ parent }: ts.FunctionExpression): boolean =>
  ts.isExportAssignment(parent) ||
  ts.isPropertyAssignment(parent) ||
  ts.isReturnStatement(parent) ||
  (ts.isVariableDeclaration(parent) && parent.type === undefined) ||
  (ts.isBinaryExpression(parent) && ts.isPropertyAccessExpression(parent.left));

/** What the file puts on the function, which the type behind it has to name: else it would be there no more. */
function membersText({ checker }: View, fn: ts.FunctionExpression): string {
  if (!ts.isVariableDeclaration(fn.parent)) return '';
  return checker
    .getPropertiesOfType(checker.getTypeAtLocation(fn.parent.name))
    .map((member) => {
      const type = checker.getTypeOfSymbolAtLocation(member, fn);
      const text = checker.typeToString(type, fn, ts.TypeFormatFlags.NoTruncation);
      return `${JSON.stringify(member.name)}: ${/\btypeof\b|import\(/.test(text) ? 'unknown' : text}`;
    })
    .join('; ');
}

function givenText({ checker }: View, fn: FunctionNode): string {
  const text = resultText(checker, fn);
  return text === null || /\btypeof\b|import\(/.test(text) ? 'unknown' : text;
}
