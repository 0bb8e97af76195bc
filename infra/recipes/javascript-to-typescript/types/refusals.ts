import ts from 'typescript';

/** Whether the statement guarded by a test only throws: then the tested-for value is not a legitimate one. */
export function leadsToThrow(test: ts.Node): boolean {
  let at = test;
  while (!ts.isStatement(at)) {
    if (at.parent === undefined || ts.isFunctionLike(at)) return false;
    at = at.parent;
  }
  if (!ts.isIfStatement(at) || test.pos < at.expression.pos || test.end > at.expression.end) return false;
  const first = ts.isBlock(at.thenStatement) ? at.thenStatement.statements[0] : at.thenStatement;
  return first !== undefined && ts.isThrowStatement(first);
}

/** `isObject(x)`, however it is called, where what is none is coped with and not refused. */
export const asksForObject = (call: ts.CallExpression | ts.NewExpression): boolean =>
  /(?:^|\.)is\w*Obj(?:ect)?(?:Like)?$/i.test(call.expression.getText()) &&
  !leadsToThrow(call) &&
  !refusesTheRest(call);

/** Whether a test, alone or beside others of which one is enough, ends in a throw whenever it holds. */
export function onlyThrows(test: ts.Node): boolean {
  if (!leadsToThrow(test)) return false;
  for (let at = test; !ts.isStatement(at.parent); at = at.parent) {
    const { parent } = at;
    const either = ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.BarBarToken;
    if (!either && !ts.isParenthesizedExpression(parent)) return false;
  }
  return true;
}

/** Whether a value that counts as false ends in the throw that the test guards: `if (!x) throw`, not `if (x) throw`. */
export function throwsWhenFalse(test: ts.Node): boolean {
  if (!leadsToThrow(test)) return false;
  let isNegated = false;
  for (let at = test; !ts.isStatement(at); at = at.parent) {
    if (ts.isPrefixUnaryExpression(at) && at.operator === ts.SyntaxKind.ExclamationToken)
      isNegated = !isNegated;
  }
  return isNegated;
}

/** Whether a chain of tests ends in a throw: what no test chose is refused. */
export function refusesTheRest(test: ts.Node): boolean {
  let at: ts.Node = test;
  while (at.parent !== undefined && !ts.isFunctionLike(at)) {
    if (ts.isIfStatement(at) && at.elseStatement !== undefined && !ts.isIfStatement(at.elseStatement)) {
      const last = ts.isBlock(at.elseStatement) ? at.elseStatement.statements[0] : at.elseStatement;
      if (last !== undefined && ts.isThrowStatement(last)) return true;
    }
    at = at.parent;
  }
  const body = ts.isFunctionLike(at) && 'body' in at ? at.body : undefined;
  const end = body !== undefined && ts.isBlock(body) ? body.statements.at(-1) : undefined;
  return end !== undefined && ts.isThrowStatement(end);
}
