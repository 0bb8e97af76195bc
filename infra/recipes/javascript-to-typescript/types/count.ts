import ts from 'typescript';
import { isAny } from './type-text.ts';
import { isFunctionNode } from './uses.ts';

export type Positions = Readonly<{ annotated: number; any: number }>;

const mentionsAny = (node: ts.Node): boolean =>
  node.kind === ts.SyntaxKind.AnyKeyword ||
  ts.forEachChild(node, (child) => mentionsAny(child) || undefined) === true;

/** Declarations whose type can be written: parameters, variables, properties, and what functions return. */
const typedNode = (node: ts.Node): ts.TypeNode | undefined | null => {
  if (ts.isParameter(node) || ts.isVariableDeclaration(node)) return node.type;
  if (ts.isPropertyDeclaration(node)) return node.type;
  if (ts.isPropertySignature(node)) return ts.isInterfaceDeclaration(node.parent) ? node.type : null;
  if (ts.isFunctionLike(node) && !ts.isJSDocSignature(node)) return node.type;
  return null;
};

/**
 * Counts the positions that carry a type and those among them that hold `any`. An assertion to `any`, and a position
 * without annotation that TypeScript takes for `any`, count as both, so that nothing untyped stays out of the share.
 */
export function countPositions(checker: ts.TypeChecker, sources: readonly ts.SourceFile[]): Positions {
  let annotated = 0;
  let any = 0;
  const visit = (node: ts.Node): void => {
    const type = typedNode(node);
    if (type !== undefined && type !== null) {
      annotated += 1;
      if (mentionsAny(type)) any += 1;
    } else if (type === undefined && isImplicitAny(checker, node)) {
      annotated += 1;
      any += 1;
    }
    if ((ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) && mentionsAny(node.type)) {
      annotated += 1;
      any += 1;
    }
    // What stands inside a written type is part of that one position.
    ts.forEachChild(node, (child) => (ts.isTypeNode(child) ? undefined : visit(child)));
  };
  for (const source of sources) visit(source);
  return { annotated, any };
}

const isImplicitAny = (checker: ts.TypeChecker, node: ts.Node): boolean => {
  if (isFunctionNode(node)) {
    const result = checker.getSignatureFromDeclaration(node)?.getReturnType();
    return node.body !== undefined && result !== undefined && isAny(result);
  }
  if (!ts.isParameter(node) && !ts.isVariableDeclaration(node) && !ts.isPropertyDeclaration(node))
    return false;
  if (ts.isVariableDeclaration(node) && ts.isCatchClause(node.parent)) return false;
  // A variable without initializer follows its assignments; asking for its declared type says `any` for all of them.
  if (ts.isVariableDeclaration(node) && node.initializer === undefined) return false;
  return ts.isIdentifier(node.name) && isAny(checker.getTypeAtLocation(node.name));
};
