import ts from 'typescript';
import type { Bound } from '../../../characterisation/bound-names.ts';
import { closedExpression } from '../../../characterisation/constants.ts';
import { bare, requireRequest, walk } from '../../../characterisation/program.ts';
import type { SourceFile } from '../../recipe.ts';
import { documentedNames, documentedSources, partText, type Subject } from './documented-code.ts';

const MOST = 200;

/**
 * Calls of a package that its documents show with inputs that need nothing else, each as an expression of what stands for
 * the package. Nothing is run, so calls that are shown to throw are among them.
 */
export function documentedCalls(documents: readonly SourceFile[], subject: Subject): string[] {
  const blocks = documentedSources(documents);
  const names = documentedNames(blocks, { packageName: subject.packageName, isModule: subject.isModule });
  const calls = new Set<string>();
  for (const block of blocks) {
    walk(block, (node) => {
      if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return;
      const callee = calleeOf(node.expression, names, subject);
      const args = (node.arguments ?? []).map((one) => closedExpression(one, () => null));
      if (callee === null || args.includes(null) || calls.size >= MOST) return;
      calls.add(`${ts.isNewExpression(node) ? 'new ' : ''}${callee}(${args.join(', ')})`);
    });
  }
  return [...calls];
}

/** `subject.a.b` for what is called; null when it is no part of the package. */
function calleeOf(
  expression: ts.Expression,
  names: ReadonlyMap<string, Bound>,
  subject: Subject,
): string | null {
  const path: string[] = [];
  let value = bare(expression);
  for (; ts.isPropertyAccessExpression(value); value = bare(value.expression)) path.unshift(value.name.text);
  const bound = ts.isIdentifier(value)
    ? names.get(value.text)
    : requireRequest(value) === subject.packageName
      ? { path: [] }
      : undefined;
  return bound === undefined ? null : [partText(subject, bound.path), ...path].join('.');
}
