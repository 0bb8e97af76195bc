import ts from 'typescript';
import { typeKey } from './annotation.ts';
import { textOf } from './edit-book.ts';
import { inferTypes } from './infer.ts';
import type { DocumentedParameter } from './infer-parameters.ts';
import { expressionAt, nodeAt } from './repair/site.ts';
import { splitUnion } from './type-text.ts';
import type { View } from './view.ts';
import type { Work } from './work.ts';

/** Leftmost name of an expression: `x` of `x.a.b()`. */
function rootName(node: ts.Node): ts.Identifier | null {
  let at: ts.Node = node;
  while (ts.isPropertyAccessExpression(at) || ts.isCallExpression(at) || ts.isElementAccessExpression(at))
    at = at.expression;
  return ts.isIdentifier(at) ? at : null;
}

/** The documented parameter that an error speaks of, by id; null where it speaks of something else. */
function accused(view: View, diagnostic: ts.Diagnostic): string | null {
  const module = view.modules.find((one) => one.source === diagnostic.file);
  if (module === undefined || diagnostic.start === undefined) return null;
  const node = nodeAt(module.source, diagnostic.start, diagnostic.start + (diagnostic.length ?? 0));
  // Of the whole file, no one name is at fault.
  if (ts.isSourceFile(node)) return null;
  const expression = expressionAt(node);
  const access =
    ts.isPropertyAccessExpression(node.parent) && node.parent.name === node ? node.parent : expression;
  const name = access === null ? null : rootName(access);
  const declaration = name === null ? undefined : view.checker.getSymbolAtLocation(name)?.valueDeclaration;
  if (
    declaration === undefined ||
    !ts.isParameter(declaration) ||
    declaration.getSourceFile() !== module.source
  )
    return null;
  return `${module.path} ${typeKey(module.book.toOriginal(declaration.name.end))}`;
}

const errorsByFile = (errors: readonly ts.Diagnostic[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const error of errors)
    counts.set(error.file?.fileName ?? '', (counts.get(error.file?.fileName ?? '') ?? 0) + 1);
  return counts;
};

/** Whether a comment and the body's own use can both be right: they share a kind, or use shows nothing. */
function agrees(documented: string, annotation: string): boolean {
  const used = splitUnion(annotation.replace(/^\(?.?\??: /s, '').replace(/\)$/, ''));
  const said = new Set(splitUnion(documented));
  return used.length === 0 || used.includes('unknown') || used.some((one) => said.has(one));
}

/** `object` says too little to be wrong: use only makes it exact. */
const isVague = (documented: string): boolean => documented === 'object' || documented === 'unknown[]';

/**
 * Drops the types of comments that the body contradicts: those without which fewer errors remain. A comment that is
 * merely less exact than the body stays.
 */
export function dropContradictedComments(
  work: Work,
  documented: ReadonlyMap<string, DocumentedParameter>,
): void {
  const before = work.look();
  const errors = work.errors(before);
  const suspects = new Set(
    errors.map((error) => accused(before, error)).filter((id) => id !== null && documented.has(id)),
  );
  const distrusted = new Set([...suspects].filter((id) => id !== null));
  if (distrusted.size === 0) return;
  inferTypes(work, distrusted);
  const counts = errorsByFile(errors);
  const after = errorsByFile(work.errors(work.look()));
  let restored = 0;
  for (const id of [...distrusted]) {
    const parameter = documented.get(id);
    if (parameter === undefined) continue;
    const file = parameter.fileName;
    const edit = work.books.get(parameter.path)?.get(id.slice(id.indexOf(' ') + 1));
    const text = edit === undefined ? '' : textOf(edit);
    if (agrees(parameter.text, text) || (after.get(file) ?? 0) >= (counts.get(file) ?? 0)) {
      distrusted.delete(id);
      restored += 1;
    }
  }
  if (restored > 0) inferTypes(work, distrusted);
  for (const id of distrusted) {
    const parameter = documented.get(id);
    if (parameter === undefined || isVague(parameter.text)) continue;
    work.left.push({
      code: 'JSDOC_CONTRADICTED',
      path: parameter.path,
      line: parameter.line,
      reason: `The comment gives \`${parameter.name}\` the type \`${parameter.text}\`, but the body uses it otherwise; its type was inferred from the body.`,
    });
  }
}
