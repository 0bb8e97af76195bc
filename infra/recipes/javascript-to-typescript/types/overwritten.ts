import ts from 'typescript';
import { type FunctionNode, isFunctionNode } from './uses.ts';
import { withoutWrappers, withWrappers } from './wrappers.ts';

/** A variable, or a property of what it holds. */
type Place = Readonly<{ name: string; property: string | null }>;

/** What code does first with a place: on every way through it, or perhaps. */
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
  if (fn.parameters.some(usesArguments)) return new Set();
  const before = fn.parameters.filter(({ name, initializer }) => initializer || !ts.isIdentifier(name));
  return new Set(
    names.filter((name) => {
      const place = { name, property: null };
      // A default may not be asked for.
      return inAnyOf(before, place, false) === 'NOTHING' && firstUse(body, place) === 'WRITES';
    }),
  );
}

/**
 * Whether a property of what a parameter holds is written to before it is read, whichever way the body takes: what callers pass
 * need not have it. What hands the whole on counts as a read.
 */
export function isPropertyOverwritten(fn: FunctionNode, parameter: string, property: string): boolean {
  const { body } = fn;
  if (body === undefined || !ts.isBlock(body) || usesArguments(body)) return false;
  return firstUse(body, { name: parameter, property }) === 'WRITES';
}

/** `arguments[0]` reads what was passed. */
const usesArguments = (node: ts.Node): boolean =>
  (ts.isIdentifier(node) && node.text === 'arguments') ||
  (node.getChildCount() > 0 && ts.forEachChild(node, (child) => usesArguments(child) || undefined) === true);

function inTurn(nodes: readonly (ts.Node | undefined)[], place: Place): First {
  for (const node of nodes) {
    const first = node === undefined ? 'NOTHING' : firstUse(node, place);
    if (first !== 'NOTHING') return first;
  }
  return 'NOTHING';
}

/** What is done in one of several ways, of which `known` says that one is surely taken. */
function inAnyOf(ways: readonly (ts.Node | undefined)[], place: Place, known: boolean): First {
  const found = ways.map((way) => (way === undefined ? 'NOTHING' : firstUse(way, place)));
  if (found.includes('READS')) return 'READS';
  return known && found.every((one) => one === 'WRITES') ? 'WRITES' : 'NOTHING';
}

/** First what is always done, then one of the ways. */
const thenOne = (always: First, ways: () => First): First => (always === 'NOTHING' ? ways() : always);

function firstUse(node: ts.Node, place: Place): First {
  const first = (one: ts.Node | undefined): First => (one === undefined ? 'NOTHING' : firstUse(one, place));
  if (isFunctionNode(node) || ts.isClassLike(node)) return mentions(node, place) ? 'READS' : 'NOTHING';
  if (ts.isIdentifier(node)) return isRead(node, place) ? 'READS' : 'NOTHING';
  if (ts.isBlock(node))
    // Functions are there before the first statement.
    return inTurn([...node.statements.filter(ts.isFunctionDeclaration), ...node.statements], place);
  if (ts.isVariableDeclaration(node) && isNamed(node.name, place.name)) {
    if ((ts.getCombinedNodeFlags(node) & ts.NodeFlags.BlockScoped) !== 0) return 'READS';
    if (node.initializer === undefined) return 'NOTHING';
    return thenOne(first(node.initializer), () => (place.property === null ? 'WRITES' : 'READS'));
  }
  if (ts.isBinaryExpression(node)) {
    const kind = node.operatorToken.kind;
    const isSet = kind === ts.SyntaxKind.EqualsToken;
    // `o = o || {}` is another only where there is none.
    if (isSet && place.property !== null && isNamed(node.left, place.name))
      return isOrEmpty(node.right, place.name) ? 'NOTHING' : 'READS';
    if (isSet && isPlace(withoutWrappers(node.left), place))
      return thenOne(first(node.right), () => 'WRITES');
    if (/^(?:&&|\|\||\?\?)=?$/.test(node.operatorToken.getText()))
      return thenOne(first(node.left), () => inAnyOf([node.right], place, false));
  }
  if (ts.isIfStatement(node))
    return thenOne(first(node.expression), () =>
      inAnyOf([node.thenStatement, node.elseStatement], place, true),
    );
  if (ts.isConditionalExpression(node))
    return thenOne(first(node.condition), () => inAnyOf([node.whenTrue, node.whenFalse], place, true));
  if (ts.isForStatement(node))
    return thenOne(inTurn([node.initializer, node.condition], place), () =>
      inAnyOf([node.statement, node.incrementor], place, false),
    );
  if (ts.isForInStatement(node) || ts.isForOfStatement(node)) {
    const isTarget =
      place.property === null &&
      (isPlace(node.initializer, place) || node.initializer.getText() === `var ${place.name}`);
    return thenOne(first(node.expression), () =>
      isTarget ? 'NOTHING' : inAnyOf([node.initializer, node.statement], place, false),
    );
  }
  if (ts.isWhileStatement(node))
    return thenOne(first(node.expression), () => inAnyOf([node.statement], place, false));
  if (ts.isDoStatement(node) || ts.isLabeledStatement(node))
    return inAnyOf([node.statement, ts.isDoStatement(node) ? node.expression : undefined], place, false);
  if (ts.isSwitchStatement(node))
    return thenOne(first(node.expression), () => inAnyOf(node.caseBlock.clauses, place, false));
  if (ts.isTryStatement(node)) {
    return inAnyOf([node.tryBlock, node.catchClause, node.finallyBlock], place, false);
  }
  // Defaults in a pattern may not be asked for.
  if (ts.isBindingElement(node) || isPatternSet(node)) return inAnyOf(node.getChildren(), place, false);
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  const found = inTurn(children, place);
  // `a?.b(x = 1)` may stop before.
  return found === 'WRITES' && ts.isOptionalChain(node) ? 'NOTHING' : found;
}

/** `[a = 1] = list` */
const isPatternSet = (node: ts.Node): boolean =>
  ts.isBinaryExpression(node) &&
  node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
  (ts.isArrayLiteralExpression(node.left) || ts.isObjectLiteralExpression(node.left));

const isNamed = (node: ts.Node, name: string): boolean => ts.isIdentifier(node) && node.text === name;

/** `o`, or `o.a` where that is asked for. */
const isPlace = (node: ts.Node, { name, property }: Place): boolean =>
  property === null
    ? isNamed(node, name)
    : ts.isPropertyAccessExpression(node) &&
      isNamed(withoutWrappers(node.expression), name) &&
      node.name.text === property;

/** `o || {}` */
const isOrEmpty = (node: ts.Expression, name: string): boolean =>
  new RegExp(`^\\(?${name.replace(/\$/g, '\\$')} *(?:\\|\\||\\?\\?) *\\{\\}\\)?$`).test(node.getText());

const mentions = (node: ts.Node, place: Place): boolean =>
  (ts.isIdentifier(node) && isRead(node, place)) ||
  ts.forEachChild(node, (child) => mentions(child, place) || undefined) === true;

/** Whether a name that stands somewhere reads the place. */
function isRead(node: ts.Identifier, { name, property }: Place): boolean {
  const { parent } = node;
  // The name of a property says nothing of the variable.
  if (node.text !== name || (ts.isPropertyAccessExpression(parent) && parent.name === node)) return false;
  if (ts.isPropertyAssignment(parent) && parent.name === node) return false;
  if (property === null) return true;
  const access = withWrappers(node).parent;
  if (ts.isPropertyAccessExpression(access)) {
    // What is called there has the whole as its `this`.
    const isCalled = ts.isCallExpression(access.parent) && access.parent.expression === access;
    return isCalled || access.name.text === property;
  }
  const isTested =
    (ts.isPrefixUnaryExpression(access) && access.operator === ts.SyntaxKind.ExclamationToken) ||
    ts.isTypeOfExpression(access) ||
    ts.isIfStatement(access);
  return !isTested;
}
