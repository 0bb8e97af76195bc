/** What operators say about their operands: comparisons, arithmetic, `instanceof`, `in`, assignments. */
import ts from 'typescript';
import { constantNumber } from './constants.ts';
import type { Evidence } from './evidence.ts';
import { BUILT_IN_CLASSES, TYPEOF_KINDS } from './profile.ts';
import { accessName, bare, isAccess } from './program.ts';
import { kindOfClass } from './stream-values.ts';

const COMPARISONS = new Set([
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);
const ORDERINGS = new Set([
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
]);
const ARITHMETIC = new Set([
  ts.SyntaxKind.MinusToken,
  ts.SyntaxKind.AsteriskToken,
  ts.SyntaxKind.SlashToken,
  ts.SyntaxKind.PercentToken,
  ts.SyntaxKind.AsteriskAsteriskToken,
  ts.SyntaxKind.LessThanLessThanToken,
  ts.SyntaxKind.GreaterThanGreaterThanToken,
  ts.SyntaxKind.AmpersandToken,
  ts.SyntaxKind.BarToken,
  ts.SyntaxKind.CaretToken,
]);
export function createOperatorReader(evidence: Evidence): (node: ts.BinaryExpression) => void {
  const { addLiteral, denote, flow, mark, program, reader } = evidence;

  function visitComparison(node: ts.BinaryExpression): void {
    for (const [one, other] of [
      [node.left, node.right],
      [node.right, node.left],
    ] as const) {
      const value = bare(one);
      if (ts.isTypeOfExpression(value) && ts.isStringLiteralLike(other)) {
        const kind = TYPEOF_KINDS[other.text];
        if (kind !== undefined) mark(value.expression, kind);
      } else if (
        ts.isCallExpression(value) &&
        ts.isStringLiteralLike(other) &&
        /^\[object \w+\]$/.test(other.text)
      ) {
        const kind = BUILT_IN_CLASSES[other.text.slice(8, -1)];
        const [tested] = value.arguments;
        if (kind !== undefined && tested !== undefined) mark(tested, kind);
      } else {
        if (accessName(value) === 'length' && isAccess(value)) {
          const length = constantNumber(other, program);
          if (length !== null) for (const target of denote(value.expression)) target.lengths.add(length);
        }
        for (const target of denote(value)) addLiteral(target, other);
        flowBetween(value, other);
      }
    }
  }

  /** Two values that are compared should be able to be equal: what is known of one goes for the other. */
  function flowBetween(one: ts.Expression, other: ts.Expression): void {
    for (const left of denote(one))
      for (const right of denote(other)) if (left !== right) left.links.add(right);
  }

  function visitBinary(node: ts.BinaryExpression): void {
    const kind = node.operatorToken.kind;
    if (COMPARISONS.has(kind)) visitComparison(node);
    else if (ORDERINGS.has(kind)) visitComparison(node);
    else if (ARITHMETIC.has(kind)) {
      mark(node.left, 'number');
      mark(node.right, 'number');
    } else if (kind === ts.SyntaxKind.PlusToken) {
      for (const [text, other] of [
        [node.left, node.right],
        [node.right, node.left],
      ] as const) {
        if (!ts.isStringLiteralLike(text)) continue;
        for (const one of denote(other)) {
          one.kinds.add('string');
          if (text.text.length > 0 && text.text.length <= 4) one.fragments.add(text.text);
        }
      }
    } else if (kind === ts.SyntaxKind.InstanceOfKeyword) visitInstanceOf(node);
    else if (kind === ts.SyntaxKind.InKeyword) {
      mark(node.right, 'object');
      if (ts.isStringLiteralLike(node.left)) for (const one of denote(node.right)) one.prop(node.left.text);
    } else if (kind === ts.SyntaxKind.EqualsToken) {
      visitAssignment(node);
    }
  }

  function visitInstanceOf(node: ts.BinaryExpression): void {
    const known = ts.isIdentifier(node.right) ? BUILT_IN_CLASSES[node.right.text] : undefined;
    if (known !== undefined) {
      mark(node.left, known);
      return;
    }
    const own = reader.callee(node.right);
    if (own !== null) for (const one of denote(node.left)) one.instances.add(own);
    const name = ts.isIdentifier(node.right) ? node.right.text : accessName(node.right);
    const kind = own === null && name !== null ? kindOfClass(name) : undefined;
    if (kind !== undefined) mark(node.left, kind);
  }

  function visitAssignment(node: ts.BinaryExpression): void {
    const name = accessName(node.left);
    if (isAccess(node.left) && node.left.expression.kind !== ts.SyntaxKind.ThisKeyword) {
      for (const owner of denote(node.left.expression)) owner.written = true;
      if (name === null) return;
    }
    if (ts.isIdentifier(node.left) || name !== null) {
      for (const target of denote(node.left)) flow(node.right, target);
    }
  }

  return visitBinary;
}
