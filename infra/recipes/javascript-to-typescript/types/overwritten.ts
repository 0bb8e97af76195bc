import ts from 'typescript';
import { type FunctionNode, isFunctionNode } from './uses.ts';

/** What code does first with a variable: on every way through it, or perhaps. */
type First = 'READS' | 'WRITES' | 'NOTHING';

/**
 * The parameters of a function that are written to before they are read, whichever way the body takes: callers may pass anything
 * there, or nothing. Ways that are hard to follow count as reads.
 */
export function overwrittenParameters(fn: FunctionNode): ReadonlySet<string> {
  const { body } = fn;
  if (body === undefined || !ts.isBlock(body)) return new Set();
  const names = fn.parameters.flatMap(({ name, initializer, dotDotDotToken }) =>
    ts.isIdentifier(name) && name.text !== 'this' && !initializer && !dotDotDotToken ? [name.text] : [],
  );
  if (names.length === 0 || usesArguments(body)) return new Set();
  const parts = [...fn.parameters.flatMap(({ initializer }) => initializer ?? []), body];
  return new Set(names.filter((name) => inTurn(parts, name) === 'WRITES'));
}

/** `arguments[0]` reads what was passed. */
const usesArguments = (node: ts.Node): boolean =>
  (ts.isIdentifier(node) && node.text === 'arguments') ||
  (node.getChildCount() > 0 && ts.forEachChild(node, (child) => usesArguments(child) || undefined) === true);

function inTurn(nodes: readonly (ts.Node | undefined)[], name: string): First {
  for (const node of nodes) {
    const first = node === undefined ? 'NOTHING' : firstUse(node, name);
    if (first !== 'NOTHING') return first;
  }
  return 'NOTHING';
}

/** What is done in one of several ways, of which `known` says that one is surely taken. */
function inAnyOf(ways: readonly (ts.Node | undefined)[], name: string, known: boolean): First {
  const found = ways.map((way) => (way === undefined ? 'NOTHING' : firstUse(way, name)));
  if (found.includes('READS')) return 'READS';
  return known && found.every((one) => one === 'WRITES') ? 'WRITES' : 'NOTHING';
}

/** First what is always done, then one of the ways. */
const thenOne = (always: First, ways: () => First): First => (always === 'NOTHING' ? ways() : always);

function firstUse(node: ts.Node, name: string): First {
  const first = (one: ts.Node | undefined): First => (one === undefined ? 'NOTHING' : firstUse(one, name));
  if (isFunctionNode(node) || ts.isClassLike(node)) return mentions(node, name) ? 'READS' : 'NOTHING';
  if (ts.isIdentifier(node)) return node.text === name && !isOnlyNamed(node) ? 'READS' : 'NOTHING';
  if (ts.isBlock(node))
    // Functions are there before the first statement.
    return inTurn([...node.statements.filter(ts.isFunctionDeclaration), ...node.statements], name);
  if (ts.isVariableDeclaration(node) && isNamed(node.name, name)) {
    if ((ts.getCombinedNodeFlags(node) & ts.NodeFlags.BlockScoped) !== 0) return 'READS';
    return node.initializer === undefined ? 'NOTHING' : thenOne(first(node.initializer), () => 'WRITES');
  }
  if (ts.isBinaryExpression(node)) {
    const kind = node.operatorToken.kind;
    if (kind === ts.SyntaxKind.EqualsToken && isNamed(node.left, name))
      return thenOne(first(node.right), () => 'WRITES');
    if (/^(?:&&|\|\||\?\?)=?$/.test(node.operatorToken.getText()))
      return thenOne(first(node.left), () => inAnyOf([node.right], name, false));
  }
  if (ts.isIfStatement(node))
    return thenOne(first(node.expression), () =>
      inAnyOf([node.thenStatement, node.elseStatement], name, true),
    );
  if (ts.isConditionalExpression(node))
    return thenOne(first(node.condition), () => inAnyOf([node.whenTrue, node.whenFalse], name, true));
  if (ts.isForStatement(node))
    return thenOne(inTurn([node.initializer, node.condition], name), () =>
      inAnyOf([node.statement, node.incrementor], name, false),
    );
  if (ts.isForInStatement(node) || ts.isForOfStatement(node)) {
    const isTarget = isNamed(node.initializer, name) || node.initializer.getText() === `var ${name}`;
    return thenOne(first(node.expression), () =>
      isTarget ? 'NOTHING' : inAnyOf([node.initializer, node.statement], name, false),
    );
  }
  if (ts.isWhileStatement(node))
    return thenOne(first(node.expression), () => inAnyOf([node.statement], name, false));
  if (ts.isDoStatement(node) || ts.isLabeledStatement(node))
    return inAnyOf([node.statement, ts.isDoStatement(node) ? node.expression : undefined], name, false);
  if (ts.isSwitchStatement(node))
    return thenOne(first(node.expression), () => inAnyOf(node.caseBlock.clauses, name, false));
  if (ts.isTryStatement(node)) {
    return inAnyOf([node.tryBlock, node.catchClause, node.finallyBlock], name, false);
  }
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  const found = inTurn(children, name);
  // `a?.b(x = 1)` may stop before.
  return found === 'WRITES' && ts.isOptionalChain(node) ? 'NOTHING' : found;
}

const isNamed = (node: ts.Node, name: string): boolean => ts.isIdentifier(node) && node.text === name;

const mentions = (node: ts.Node, name: string): boolean =>
  (ts.isIdentifier(node) && node.text === name && !isOnlyNamed(node)) ||
  ts.forEachChild(node, (child) => mentions(child, name) || undefined) === true;

/** The name of a property says nothing of the variable. */
const isOnlyNamed = (node: ts.Identifier): boolean =>
  (ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) ||
  (ts.isPropertyAssignment(node.parent) && node.parent.name === node);
