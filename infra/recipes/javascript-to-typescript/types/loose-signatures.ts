import ts from 'typescript';
import { leavingNames } from './constructors.ts';
import { type Edit, plainEdit } from './edit-book.ts';
import { constructorFunction, startWithComments } from './instances.ts';
import { parametersText, takesMore } from './signatures.ts';
import type { Module, View } from './view.ts';
import type { Work } from './work.ts';

/**
 * An exported function that uses more arguments than it names gets a signature above it that takes them. Comes last, when
 * its types are settled; a signature that does not fit the function after all is taken back.
 */
export function loosenSignatures(work: Work): void {
  const view = work.look();
  const before = work.errors(view).length;
  const made = view.modules.flatMap((module) =>
    leavingNames(module.source).flatMap((name) =>
      looseSignature({ view, module }, name).map((edit) => ({ book: module.book, edit })),
    ),
  );
  if (made.length === 0) return;
  for (const { book, edit } of made) book.put(edit);
  work.flush();
  if (work.errors(work.look()).length <= before) return;
  for (const { book, edit } of made) book.drop(edit.key);
  work.flush();
}

function looseSignature(
  { view, module }: Readonly<{ view: View; module: Module }>,
  name: ts.Identifier,
): Edit[] {
  const fn = constructorFunction({ view, module }, name);
  if (fn === null || !ts.isFunctionDeclaration(fn) || fn.body === undefined || !takesMore(fn)) return [];
  const { checker } = view;
  const signature = checker.getSignatureFromDeclaration(fn);
  if (signature === undefined) return [];
  const result = checker.typeToString(signature.getReturnType(), fn, ts.TypeFormatFlags.NoTruncation);
  const text = `function ${name.text}(${parametersText(checker, fn)}): ${/\bany\b|\btypeof\b|import\(/.test(result) ? 'unknown' : result}`;
  return [plainEdit(`loose:${name.text}`, module.book.toOriginal(startWithComments(fn)), `${text}\n`)];
}
