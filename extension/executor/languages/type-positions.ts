import ts from 'typescript';

/** Positions with a written type, and how many of these types contain `any`, of TypeScript sources. */
export type TypePositions = Readonly<{ annotated: number; any: number }>;

const containsAny = (node: ts.Node): boolean =>
  node.kind === ts.SyntaxKind.AnyKeyword || (ts.forEachChild(node, containsAny) ?? false);

/** The written type of a parameter, variable, property or return; undefined where the node has none. */
const typeOf = (node: ts.Node): ts.TypeNode | undefined => {
  if (ts.isParameter(node) || ts.isVariableDeclaration(node)) return node.type;
  if (ts.isPropertyDeclaration(node) || ts.isPropertySignature(node)) return node.type;
  if (ts.isFunctionLike(node)) return node.type;
  return undefined;
};

/** Counts what was written, also in assertions: `x as any` hides as much as `x: any`. */
export const typePositions = (
  sources: readonly Readonly<{ path: string; text: string }>[],
): TypePositions => {
  let [annotated, any] = [0, 0];
  const visit = (node: ts.Node): void => {
    const type = ts.isAsExpression(node) || ts.isTypeAssertionExpression(node) ? null : typeOf(node);
    if (type) {
      annotated++;
      if (containsAny(type)) any++;
    } else if (
      type === null &&
      (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) &&
      containsAny(node.type)
    ) {
      annotated++;
      any++;
    }
    ts.forEachChild(node, visit);
  };
  for (const { path, text } of sources) visit(ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true));
  return { annotated, any };
};
