/** Whether a script comes to listen once it is started, as far as its text tells. */
import ts from 'typescript';
import type { ExportReader } from '../exports.ts';
import { accessName, isFunctionNode, type Program } from '../program.ts';
import { loadedBy } from '../programs/find.ts';

/** Whatever is the case, only where a condition lets it, or not by what runs at once. */
export type Start = 'SURELY' | 'PERHAPS' | 'NEVER';

type Fork = Readonly<{
  condition: ts.Expression;
  /** What runs where the condition holds, and where it does not. */
  then: ts.Node | undefined;
  otherwise: ts.Node | undefined;
}>;

/** How a script asks whether it is what was started. */
const IS_MAIN = /require\.main\s*===?\s*module|^!\s*module\.parent$|import\.meta\.(?:main|url)/;
/** What is run is no test, as far as it can see. */
const IS_NO_TEST = /NODE_ENV\s*!==?\s*(['"`])test\1$/;
const HAS_MORE = /&&|\|\|/;

const isExit = (node: ts.Node): boolean =>
  ts.isCallExpression(node) && /^process\s*\.\s*(?:exit|abort)$/.test(node.expression.getText());

function forkOf(node: ts.Node): Fork | null {
  if (ts.isIfStatement(node))
    return { condition: node.expression, then: node.thenStatement, otherwise: node.elseStatement };
  if (ts.isConditionalExpression(node))
    return { condition: node.condition, then: node.whenTrue, otherwise: node.whenFalse };
  if (!ts.isBinaryExpression(node)) return null;
  const { left: condition, operatorToken, right } = node;
  if (operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken)
    return { condition, then: right, otherwise: undefined };
  return operatorToken.kind === ts.SyntaxKind.BarBarToken
    ? { condition, then: undefined, otherwise: right }
    : null;
}

/** Whether a condition holds in a module; null: that shows only when it runs. */
function holds(condition: ts.Expression, isStarted: boolean): boolean | null {
  const text = condition.getText();
  if (HAS_MORE.test(text)) return null;
  if (IS_NO_TEST.test(text)) return true;
  return IS_MAIN.test(text) && !text.includes('!=') ? isStarted : null;
}

/**
 * Follows what runs when the script is started, in it, in what it loads and in the functions that these call, to where
 * something is told to listen. Functions that are handed on may run later or never, and are not followed. What is after a
 * condition that ends the script or the function, or after something that is awaited, may never come.
 */
export function startOf(script: string, program: Program, reader: ExportReader): Start {
  let start: Start = 'NEVER';
  const entered = new Map<ts.Node, boolean>();
  /** The script, and the function or module that is followed, or it waits. */
  let mayHaveEnded = false;
  let mayHaveReturned = false;

  function enter(node: ts.Node | undefined, isSure: boolean): void {
    if (node === undefined || entered.get(node) === true || entered.get(node) === isSure) return;
    entered.set(node, isSure);
    const hadReturned = mayHaveReturned;
    mayHaveReturned = false;
    visit(node, isSure && !hadReturned);
    mayHaveReturned = hadReturned;
  }

  function visit(node: ts.Node, isSureHere: boolean): void {
    if (ts.isFunctionLike(node)) return;
    const isSure = isSureHere && !mayHaveEnded && !mayHaveReturned;
    const fork = forkOf(node);
    if (fork !== null) {
      const isHeld = holds(fork.condition, program.pathOf(node) === script);
      visit(fork.condition, isSure);
      if (fork.then !== undefined && isHeld !== false) visit(fork.then, isSure && isHeld === true);
      if (fork.otherwise !== undefined && isHeld !== true) visit(fork.otherwise, isSure && isHeld === false);
      return;
    }
    if (ts.isCallExpression(node)) {
      if (accessName(node.expression) === 'listen')
        start = isSure ? 'SURELY' : start === 'NEVER' ? 'PERHAPS' : start;
      const called = reader.callee(node.expression);
      if (called !== null && isFunctionNode(called)) enter(called.body, isSure);
    }
    const request = loadedBy(node);
    const loaded = request === null ? null : program.resolve(program.pathOf(node), request);
    if (loaded !== null) enter(program.file(loaded), isSure);
    const mayBeLeftOut = ts.isCaseOrDefaultClause(node) || ts.isCatchClause(node);
    ts.forEachChild(node, (child) => visit(child, isSure && !mayBeLeftOut));
    mayHaveReturned ||= ts.isReturnStatement(node) || ts.isAwaitExpression(node);
    mayHaveEnded ||= ts.isThrowStatement(node) || isExit(node);
  }

  enter(program.file(script), true);
  return start;
}
