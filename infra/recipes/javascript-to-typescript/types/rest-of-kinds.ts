import ts from 'typescript';

/**
 * `if (typeof x === 'object') { ...; return a } return JSON.stringify(x)`: what is no object comes to where anything does, as it is.
 * In `if ... else if ... else` that is the last branch.
 */
export function endsWithTheRest(test: ts.Node, name: string): boolean {
  let at: ts.Node = test;
  while (ts.isParenthesizedExpression(at.parent) || isJoined(at.parent)) at = at.parent;
  const choice = at.parent;
  if (!ts.isIfStatement(choice) || choice.expression !== at) return false;
  const rest = choice.elseStatement === undefined ? behind(choice) : lastOf(choice.elseStatement);
  return rest !== undefined && ts.isReturnStatement(rest) && takesAny(rest, name);
}

const isJoined = (node: ts.Node): boolean =>
  ts.isBinaryExpression(node) && /^(?:\|\||&&)$/.test(node.operatorToken.getText());

/** What is done where a test fails whose branch always ends the function. */
function behind(choice: ts.IfStatement): ts.Statement | undefined {
  if (!endsFunction(choice.thenStatement) || !ts.isBlock(choice.parent)) return undefined;
  return choice.parent.statements[choice.parent.statements.indexOf(choice) + 1];
}

const endsFunction = (branch: ts.Statement): boolean => {
  const last = ts.isBlock(branch) ? branch.statements.at(-1) : branch;
  if (last === undefined) return false;
  if (ts.isTryStatement(last))
    return (
      endsFunction(last.tryBlock) && (last.catchClause === undefined || endsFunction(last.catchClause.block))
    );
  return ts.isReturnStatement(last);
};

const lastOf = (branch: ts.Statement): ts.Statement | undefined => {
  if (ts.isIfStatement(branch))
    return branch.elseStatement === undefined ? undefined : lastOf(branch.elseStatement);
  return ts.isBlock(branch) ? branch.statements[0] : branch;
};

/** Whether a value stands there, and only where any is taken. */
function takesAny(node: ts.Node, name: string): boolean {
  const places: ts.Node[] = [];
  const visit = (child: ts.Node): void => {
    if (ts.isIdentifier(child) && child.text === name) places.push(child);
    ts.forEachChild(child, visit);
  };
  visit(node);
  return places.length > 0 && places.every(isAnyPlace);
}

/** `return x`, `JSON.stringify(x)`, `String(x)`, `x.toString()` */
const isAnyPlace = (place: ts.Node): boolean => {
  let at = place;
  while (ts.isParenthesizedExpression(at.parent) || ts.isAsExpression(at.parent)) at = at.parent;
  const { parent } = at;
  if (ts.isReturnStatement(parent)) return true;
  if (ts.isCallExpression(parent)) return /^(?:JSON\.stringify|String)$/.test(parent.expression.getText());
  return (
    ts.isPropertyAccessExpression(parent) &&
    parent.name.text === 'toString' &&
    ts.isCallExpression(parent.parent) &&
    parent.parent.arguments.length === 0
  );
};
