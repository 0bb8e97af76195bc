import ts from 'typescript';
import type { Evidence } from './evidence.ts';
import { leadsToThrow } from './refusals.ts';
import { argumentsUsedIn } from './signatures.ts';
import { arrayText, isListText, splitUnion, unionText } from './type-text.ts';
import { type FunctionNode, isFunctionNode, variableOf } from './uses.ts';

/** `typeof x`, `isObject(x)`, `Array.isArray(x)` or `x instanceof C`: the kind of `x` is asked for. */
const asksKind = (test: ts.Expression, name: string): boolean => {
  const own = name.replace(/\$/g, '\\$');
  return new RegExp(`typeof ${own}\\b|\\bis\\w*\\(${own}[),]|\\b${own} instanceof\\b`).test(test.getText());
};

/** Whether a call stands behind a test that asks for the kind of a parameter. */
const isChosenByKind = (call: ts.Node, name: string): boolean => {
  for (let at = call; at.parent !== undefined && !isFunctionNode(at); at = at.parent) {
    const { parent } = at;
    if (ts.isIfStatement(parent) && parent.thenStatement === at && asksKind(parent.expression, name))
      return true;
    if (ts.isConditionalExpression(parent) && parent.whenTrue === at && asksKind(parent.condition, name))
      return true;
  }
  return false;
};

/** `f(a, null, b)` inside of `f(a, b, c)`: once its kind is known, `b` goes where it belongs. */
const shiftedCall = (fn: FunctionNode, call: ts.CallExpression): { to: string; from: string }[] => {
  const own = fn.name ?? (ts.isVariableDeclaration(fn.parent) ? fn.parent.name : null);
  if (own === null || call.expression.getText() !== own.getText()) return [];
  const names = fn.parameters.map((one) => one.name.getText());
  return call.arguments.flatMap((argument, position) => {
    const from = argument
      .getText()
      .replace(/ as .*$/, '')
      .replace(/[()!]/g, '');
    const home = names.indexOf(from);
    const to = names[position];
    return home < 0 || home >= position || to === undefined || !isChosenByKind(call, from)
      ? []
      : [{ to, from }];
  });
};

/** `a` in `a || b`, which is what the place gets where there is one. */
const firstChoice = (node: ts.Expression): ts.Expression =>
  ts.isBinaryExpression(node) && /^(?:\|\||\?\?)$/.test(node.operatorToken.getText())
    ? firstChoice(node.left)
    : node;

/** Where one parameter takes the place of another: an argument was left out, and those after it moved up. */
export function shifts(fn: FunctionNode): { to: string; from: string }[] {
  const names = new Set(fn.parameters.map((one) => one.name.getText()));
  const found: { to: string; from: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (node !== fn && isFunctionNode(node)) return;
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      const to = node.left.getText();
      const from = firstChoice(node.right)
        .getText()
        .replace(/ as .*$/, '')
        .replace(/[()!]/g, '');
      if (to !== from && names.has(to) && names.has(from)) found.push({ to, from });
    }
    if (ts.isCallExpression(node)) found.push(...shiftedCall(fn, node));
    ts.forEachChild(node, visit);
  };
  visit(fn);
  return found;
}

/**
 * A dictionary from outside whose entries may be anything is any object: `Record<string, unknown>` would refuse those of
 * a named type. So are entries that are told apart by kind, which may hold other kinds as well, and those of which only
 * some are `picked` by a key.
 */
export function openEntries(text: string, picked: boolean): string {
  if (picked && /^Record<string, .*>$/.test(text)) return 'object';
  if (!isListText(text))
    return text.replace(/^Record<string, (?:unknown|(?:[^{}<>]|=>)* \| (?:[^{}<>]|=>)*)>$/, 'object');
  const parts = splitUnion(text.slice(0, -2).replace(/^\((.*)\)$/, '$1'));
  return arrayText(unionText(parts.map((part) => openEntries(part, false))));
}

/** What an entry of an object is named by: a symbol as well, where it is handed in as it is and not made into text. */
export const keyTexts = ({ isOpenKey, keyAsGiven, stringified }: Evidence): string[] => {
  if (!isOpenKey) return ['string'];
  return keyAsGiven && !stringified ? ['string', 'number', 'symbol'] : ['string', 'number'];
};

/** What callers from outside hand in as names of entries, or in lists and objects, need be no texts. */
export function openKeys(evidence: Evidence): void {
  evidence.isOpenKey = true;
  for (const part of [evidence.element, evidence.entry]) if (part !== null) openKeys(part);
}

/**
 * A list that may as well be one value of its kind, where the body looks which it is. Where nothing is known of what the list
 * holds, a text that alone is told beside it says what it may be instead.
 */
export const orOne = (texts: readonly string[]): string[] => {
  const parts = texts.flatMap(splitUnion);
  const others = parts.filter((text) => !isListText(text) && !/^(?:null|undefined)$/.test(text));
  const isTold = others.join() === 'string';
  return parts.flatMap((text) => {
    if (!isListText(text)) return [text];
    const element = text.slice(0, -2).replace(/^\((.*)\)$/, '$1');
    if (element === 'unknown') return [isTold ? text : element];
    return [text, element];
  });
};

/** Objects of a type of their own, and literals, whatever other names they have. */
export const filledText = (own: string): string =>
  own.lastIndexOf('{') > 0
    ? `object & ${own}`
    : `(object & ${own}) | ${own.replace(/;? *}$/, '; [name: string]: unknown }')}`;

/**
 * Whether others call a function as they like: it is no callback of the package, and does not count what it gets up to this
 * parameter, which then has a name only.
 */
export function isCalledFreely(fn: FunctionNode, parameter: ts.ParameterDeclaration): boolean {
  if (ts.isCallExpression(fn.parent) || !ts.isIdentifier(parameter.name)) return false;
  const used = argumentsUsedIn(fn);
  if (used.length > 0 && (names(fn.body, parameter.name.text) || used.some(isCounted))) return false;
  const name = ts.isFunctionDeclaration(fn) ? fn.name : variableOf(fn);
  return name === null || name === undefined || isGivenOut(name);
}

/** Whether a name stands anywhere in a piece of code. */
const names = (node: ts.Node | undefined, name: string): boolean =>
  node !== undefined &&
  ((ts.isIdentifier(node) && node.text === name) ||
    ts.forEachChild(node, (child) => names(child, name) || undefined) === true);

/** `arguments[1]`, and what of `arguments` leads to a throw. */
const isCounted = ({ parent }: ts.Identifier): boolean =>
  leadsToThrow(parent) ||
  (ts.isElementAccessExpression(parent) && ts.isNumericLiteral(parent.argumentExpression));

/** `export function name`, `export = name`, `export { name }`, `exports.a = { name }` */
export function isGivenOut(name: ts.Identifier): boolean {
  const holds = (node: ts.Node): boolean =>
    (ts.isIdentifier(node) && node.text === name.text) ||
    (!isFunctionNode(node) && ts.forEachChild(node, (child) => holds(child) || undefined) === true);
  return name.getSourceFile().statements.some((statement) => {
    const isExported =
      ts.canHaveModifiers(statement) &&
      statement.modifiers?.some((one) => one.kind === ts.SyntaxKind.ExportKeyword) === true;
    if (isExported) return statement === name.parent || holds(statement);
    if (ts.isExportAssignment(statement) || ts.isExportDeclaration(statement)) return holds(statement);
    if (!ts.isExpressionStatement(statement) || !ts.isBinaryExpression(statement.expression)) return false;
    return ts.isPropertyAccessExpression(statement.expression.left) && holds(statement.expression.right);
  });
}
