import ts from 'typescript';
import { withoutWrappers } from './wrappers.ts';

/** Names in value position that leave the module: exported, a member of what is, or a property of a function. */
export function leavingNames(source: ts.SourceFile): ts.Identifier[] {
  const found: ts.Identifier[] = [];
  const note = (value: ts.Expression): void => {
    const node = withoutWrappers(value);
    if (ts.isIdentifier(node)) found.push(node);
    if (!ts.isObjectLiteralExpression(node)) return;
    for (const property of node.properties) if (ts.isPropertyAssignment(property)) note(property.initializer);
  };
  for (const statement of source.statements) {
    if (ts.isExportAssignment(statement) && statement.isExportEquals === true) note(statement.expression);
    if (!ts.isExpressionStatement(statement)) continue;
    const assignment = statement.expression;
    if (
      ts.isBinaryExpression(assignment) &&
      assignment.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
      ts.isPropertyAccessExpression(assignment.left) &&
      ts.isIdentifier(assignment.left.expression)
    )
      note(assignment.right);
  }
  return found;
}

/** `typeof F` in the type that an export is given. */
export function leavingQueries(source: ts.SourceFile): ts.TypeQueryNode[] {
  const found: ts.TypeQueryNode[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeQueryNode(node) && ts.isIdentifier(node.exprName)) found.push(node);
    ts.forEachChild(node, visit);
  };
  for (const statement of source.statements) {
    if (!ts.isExportAssignment(statement) || !ts.isAsExpression(statement.expression)) continue;
    // What is written behind a name says what that name is.
    if (ts.isIdentifier(withoutWrappers(statement.expression)) && !isExports(statement.expression)) continue;
    visit(statement.expression.type);
  }
  return found;
}

const isExports = (node: ts.Expression): boolean => withoutWrappers(node).getText() === 'exports';
