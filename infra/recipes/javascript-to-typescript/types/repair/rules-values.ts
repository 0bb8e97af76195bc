import ts from 'typescript';
import { Collector } from '../collector.ts';
import type { Edit } from '../edit-book.ts';
import { noEvidence } from '../evidence.ts';
import { members } from '../shape.ts';
import { memberTexts, unionText, widened } from '../type-text.ts';
import { callOf } from './calls-around.ts';
import {
  assertAll,
  assertable,
  assertEdit,
  nonNullEdit,
  REQUIRED_DELETED,
  type Rule,
  type Site,
  WEIGHT,
} from './site.ts';

/** What the place of an expression asks of its value. */
export function wantedText(site: Site, node: ts.Expression): string | null {
  const evidence = noEvidence();
  new Collector(site.view).expression(node, evidence);
  const texts = members(evidence).filter((text) => text !== 'unknown');
  if (texts.length > 0) return unionText(texts);
  if (evidence.isArray) return 'unknown[]';
  return null;
}

/** `x` is possibly null or undefined: the code goes on as if it were not. */
export const nonNull: Rule = (site) =>
  site.expression === null ? null : nonNullEdit(site.module, site.expression);

const ORDER = new Set([
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
]);

/** `+x` and `x < y` take text as well as numbers. */
const isTextOrNumber = ({ parent }: ts.Expression): boolean =>
  ts.isPrefixUnaryExpression(parent) ||
  (ts.isBinaryExpression(parent) && ORDER.has(parent.operatorToken.kind));

const OF_EVERY_VALUE =
  /^(?:toString|toLocaleString|valueOf|hasOwnProperty|propertyIsEnumerable|isPrototypeOf)$/;

/** `x.toString()`, `x in o`: what is asked of a value that may be of nearly any kind. */
function ofAnyValue(node: ts.Expression): string | null {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return OF_EVERY_VALUE.test(parent.name.text) ? '{}' : null;
  const isKey = ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.InKeyword;
  return isKey && parent.left === node ? 'PropertyKey' : null;
}

/** An `unknown` value is used: assert what its use asks for. */
export const assertUse: Rule = (site) => {
  const { expression, module } = site;
  if (expression === null) return null;
  const wanted =
    wantedText(site, expression) ??
    ofAnyValue(expression) ??
    (isTextOrNumber(expression) ? 'string | number' : null);
  return wanted === null ? null : assertAll(module, expression, ` as ${wanted}`, WEIGHT.assert);
};

/** `[]` as a starting value has no element type: `([] as string[]).concat(x)`. */
export const typeEmptyList: Rule = (site) => {
  const call = callOf(site);
  if (call === null || !ts.isPropertyAccessExpression(call.expression)) return null;
  const list = call.expression.expression;
  if (!ts.isArrayLiteralExpression(list) || list.elements.length > 0) return null;
  const { checker } = site.view;
  const texts = (call.arguments ?? []).flatMap((argument) => {
    // What is spread is a list of what is joined.
    if (ts.isSpreadElement(argument)) return ['unknown'];
    const type = checker.getNonNullableType(widened(checker, checker.getTypeAtLocation(argument)));
    return memberTexts(checker, type, argument) ?? ['unknown'];
  });
  const elements = texts
    .map((text) => (text.endsWith('[]') ? text.slice(0, -2) : text))
    .filter((text) => text !== 'never');
  const element = unionText(elements) || 'unknown';
  const edit = assertEdit(site.module, list, ` as (${element})[]`, WEIGHT.assert);
  return edit === null ? null : [edit];
};

/** Arithmetic or order on something that is not a number. */
export const assertNumber: Rule = (site) => {
  const { checker } = site.view;
  const { expression, module } = site;
  if (expression === null) return null;
  const operands = ts.isBinaryExpression(expression) ? [expression.left, expression.right] : [expression];
  const edits: Edit[] = [];
  const plus = ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.PlusToken;
  for (const operand of operands) {
    const type = checker.getTypeAtLocation(operand);
    if (checker.isTypeAssignableTo(type, checker.getNumberType())) continue;
    if (plus && checker.isTypeAssignableTo(type, checker.getStringType())) continue;
    const present = checker.getNonNullableType(type);
    if (checker.isTypeAssignableTo(present, checker.getNumberType()))
      edits.push(...(nonNullEdit(module, operand) ?? []));
    else
      edits.push(
        ...(assertAll(
          module,
          operand,
          checker.isTypeAssignableTo(checker.getNumberType(), type) ? ' as number' : ' as unknown as number',
          WEIGHT.assert,
        ) ?? []),
      );
  }
  return edits.length === 0 ? null : edits;
};

/** Two types that TypeScript holds apart are compared: the comparison is meant, so one side is looked at as unknown. */
export const compareUnknown: Rule = (site) => {
  const { expression, module } = site;
  if (expression === null) return null;
  const side = ts.isBinaryExpression(expression)
    ? assertable(expression.left).length > 0
      ? expression.left
      : expression.right
    : expression;
  return assertAll(module, side, ' as unknown', WEIGHT.assert);
};

/** The result of a function that gives nothing is tested, as in `!function () { ... }()`. */
export const testUnknown: Rule = ({ expression, module }) =>
  expression === null ? null : assertAll(module, expression, ' as unknown', WEIGHT.assert);

/** Not iterable by type. */
export const assertIterable: Rule = (site) => {
  const { expression, module, node } = site;
  if (ts.isArrayBindingPattern(node) && ts.isVariableDeclaration(node.parent)) {
    const { initializer, parent } = node.parent;
    if (initializer !== undefined)
      return assertAll(module, initializer, ' as unknown as Iterable<unknown>', WEIGHT.viaUnknown);
    return ts.isForOfStatement(parent.parent)
      ? assertAll(module, parent.parent.expression, ' as unknown as Iterable<unknown[]>', WEIGHT.viaUnknown)
      : null;
  }
  if (expression === null) return null;
  const inner = ts.isSpreadElement(expression) ? expression.expression : expression;
  return assertAll(module, inner, ' as unknown as Iterable<unknown>', WEIGHT.viaUnknown);
};

/** What is spread into a literal is an object by that. */
export const spreadObject: Rule = ({ expression, module, node }) => {
  const value = ts.isSpreadAssignment(node) ? node.expression : expression;
  return value === null ? null : assertAll(module, value, ' as object', WEIGHT.assert);
};

/** A name or module that does not exist stays an error, and so does what is deleted and has to be there. */
const NO_TYPE_HELPS = new Set([REQUIRED_DELETED, 2304, 2307, 2503, 2552, 2580, 2591, 7016]);
/** Errors of the declarations that the compiler writes: `any` in the code would take the type from its users. */
const ofDeclarations = (code: number): boolean => (code >= 4000 && code < 5000) || code === 2742;

/** Not the receiver of `f.name = value`: without its type the function would not have the property at all. */
const receiverOrValue = (access: ts.PropertyAccessExpression): ts.Expression => {
  const { parent } = access;
  const isPut = ts.isBinaryExpression(parent) && parent.left === access && ts.isIdentifier(access.expression);
  return isPut && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken ? parent.right : access.expression;
};

/** What is deleted has to stay a property: what it is deleted from takes the type. */
const deletedFrom = (target: ts.Expression): ts.Expression =>
  ts.isDeleteExpression(target.parent) &&
  (ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target))
    ? target.expression
    : target;

/** The last resort, counted: the expression is `any` here. */
export const giveUp: Rule = (site) => {
  if (NO_TYPE_HELPS.has(site.code) || site.code < 2000 || ofDeclarations(site.code)) return null;
  const { node } = site;
  const named = ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
  const target = named ? receiverOrValue(node.parent as ts.PropertyAccessExpression) : site.expression;
  return target === null ? null : assertAll(site.module, deletedFrom(target), ' as any', WEIGHT.any);
};
