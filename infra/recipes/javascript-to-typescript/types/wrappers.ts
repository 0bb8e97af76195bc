import ts from 'typescript';

/** Brackets, `as T` and `!` say nothing at run time. */
type Wrapper = ts.ParenthesizedExpression | ts.AsExpression | ts.NonNullExpression;

const isWrapper = (node: ts.Node): node is Wrapper =>
  ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node);

/** The expression inside of all brackets and assertions. */
export const withoutWrappers = (node: ts.Expression): ts.Expression =>
  isWrapper(node) ? withoutWrappers(node.expression) : node;

/** The node with all brackets and assertions around it: what stands where the value is used. */
export const withWrappers = (node: ts.Node): ts.Node =>
  isWrapper(node.parent) ? withWrappers(node.parent) : node;
