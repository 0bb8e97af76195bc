import ts from 'typescript';
import { thisProperties } from './infer-fields.ts';
import type { View } from './view.ts';

/** What a class has of its own, as seen from the classes that it extends. */
type NamesOf = (node: ts.ClassLikeDeclaration) => Iterable<string>;

/**
 * The names that classes of the package which extend a class have of their own. They may be of another kind or type there, which
 * a type of the same name in the class itself would refuse. `namesOf` gives what stands in or beside a class, without fields.
 */
export function overriddenNames(view: View, namesOf: NamesOf): Map<ts.Node, ReadonlySet<string>> {
  const found = new Map<ts.Node, Set<string>>();
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    if (!ts.isClassLike(node) || basesOf(view, node).length === 0) return;
    const names = [...namesOf(node), ...node.members.flatMap((one) => [...thisProperties(one).keys()])];
    const seen = new Set<ts.Node>([node]);
    const pending = [...basesOf(view, node)];
    for (let base = pending.shift(); base !== undefined; base = pending.shift()) {
      if (seen.has(base)) continue;
      seen.add(base);
      found.set(base, new Set([...(found.get(base) ?? []), ...names]));
      if (ts.isClassLike(base)) pending.push(...basesOf(view, base));
    }
  };
  for (const { source } of view.modules) visit(source);
  return found;
}

/** The declarations of what a class extends, where they are known. */
function basesOf({ checker }: View, node: ts.ClassLikeDeclaration): ts.Node[] {
  const clause = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
  const [base] = clause?.types ?? [];
  if (base === undefined) return [];
  const type = checker.getTypeAtLocation(base.expression);
  const parts = type.isIntersection() ? type.types : [type];
  return parts.flatMap((part) => part.symbol?.valueDeclaration ?? []);
}
