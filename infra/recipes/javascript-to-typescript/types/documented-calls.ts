import ts from 'typescript';
import { type Bound, boundNames } from '../../../characterisation/bound-names.ts';
import { closedExpression } from '../../../characterisation/constants.ts';
import { codeBlocks, usualName } from '../../../characterisation/documentation.ts';
import { bare, requireRequest, walk } from '../../../characterisation/program.ts';
import type { SourceFile } from '../../recipe.ts';

const MOST = 200;
const ENTRY = '';

/**
 * Calls of a package that its documents show with inputs that need nothing else, each as an expression of `subject`.
 * Nothing is run, so calls that are shown to throw are among them.
 */
export function documentedCalls(documents: readonly SourceFile[], packageName: string): string[] {
  const blocks = documents
    .filter(({ path }) => /\.(?:md|markdown)$/i.test(path) && !/history|change/i.test(path))
    .flatMap(({ text }) => codeBlocks(text))
    .map((text, index) =>
      ts.createSourceFile(`${index}.js`, text, ts.ScriptTarget.ESNext, true, ts.ScriptKind.JS),
    );
  const target = (request: string): string | null => (request === packageName ? ENTRY : null);
  const names = new Map<string, Bound>([[usualName(packageName), { module: ENTRY, path: [] }]]);
  for (const block of blocks) for (const [name, bound] of boundNames(block, target)) names.set(name, bound);
  const calls = new Set<string>();
  for (const block of blocks) {
    walk(block, (node) => {
      if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return;
      const callee = calleeOf(node.expression, names, packageName);
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
  packageName: string,
): string | null {
  const path: string[] = [];
  let value = bare(expression);
  for (; ts.isPropertyAccessExpression(value); value = bare(value.expression)) path.unshift(value.name.text);
  const bound = ts.isIdentifier(value)
    ? names.get(value.text)
    : requireRequest(value) === packageName
      ? { path: [] }
      : undefined;
  return bound === undefined ? null : ['subject', ...bound.path, ...path].join('.');
}
