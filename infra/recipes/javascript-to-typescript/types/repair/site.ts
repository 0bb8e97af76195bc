import ts from 'typescript';
import { type Edit, textOf, wrapEdit } from '../edit-book.ts';
import type { Module, View } from '../view.ts';

/** One strict error, and the innermost node that its span covers. */
export type Site = Readonly<{
  view: View;
  module: Module;
  code: number;
  message: string;
  node: ts.Node;
  /** The widest expression with exactly the span of the error, else the nearest expression around it. */
  expression: ts.Expression | null;
  /** How often this place was repaired before: later tries are coarser. */
  tries: number;
  /** Keys of the edits made earlier in the same pass. */
  pending: ReadonlySet<string>;
}>;

/** A rule answers with edits, none where the pass already made them, or null where it does not apply. */
export type Rule = (site: Site) => readonly Edit[] | null;

/** What is deleted has to be there by its type: an assertion would let it be deleted, and leave the type untrue. */
export const REQUIRED_DELETED = 2790;

/** Weights order edits by how much they lose; an `any` is the last. */
export const WEIGHT = { widen: 1, nonNull: 2, assert: 3, viaUnknown: 4, any: 9 } as const;

export function nodeAt(source: ts.SourceFile, start: number, end: number): ts.Node {
  let found: ts.Node = source;
  const visit = (node: ts.Node): void => {
    if (node.getStart() <= start && node.end >= end && node.kind !== ts.SyntaxKind.EndOfFileToken) {
      found = node;
      ts.forEachChild(node, visit);
    }
  };
  ts.forEachChild(source, visit);
  return found;
}

export function expressionAt(node: ts.Node): ts.Expression | null {
  // Errors about a function expression are reported on its name.
  if (node.parent !== undefined && ts.isFunctionExpression(node.parent) && node.parent.name === node)
    return node.parent;
  let at: ts.Node | undefined = node;
  while (at !== undefined && !ts.isExpression(at)) at = at.parent;
  if (at === undefined || !ts.isExpression(at)) return null;
  let widest: ts.Expression = at;
  while (
    widest.parent !== undefined &&
    ts.isExpression(widest.parent) &&
    widest.parent.getStart() === widest.getStart() &&
    widest.parent.end === widest.end
  )
    widest = widest.parent;
  return widest;
}

/** Whether the node stands where a value is computed: not a name being declared, a key, a label or a module name. */
function isValue(node: ts.Expression): boolean {
  const parent = node.parent;
  if (
    ts.isExternalModuleReference(parent) ||
    ts.isImportDeclaration(parent) ||
    ts.isExportDeclaration(parent)
  )
    return false;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isImportEqualsDeclaration(parent))
    return false;
  if (
    ts.isShorthandPropertyAssignment(parent) ||
    ts.isExportAssignment(parent) ||
    ts.isPropertySignature(parent)
  )
    return false;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  if (
    ts.isVariableDeclaration(parent) ||
    ts.isParameter(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isPropertyDeclaration(parent)
  )
    return parent.initializer === node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isFunctionLike(parent)) return ts.isArrowFunction(parent) && parent.body === node;
  if (ts.isTypeNode(node) || ts.isTypeNode(parent) || ts.isClassLike(parent)) return false;
  return (
    !ts.isLabeledStatement(parent) &&
    !ts.isBreakOrContinueStatement(parent) &&
    !ts.isMetaProperty(parent) &&
    !ts.isCatchClause(parent)
  );
}

const BINDS_TIGHTER = new Set([
  ts.SyntaxKind.PlusToken,
  ts.SyntaxKind.MinusToken,
  ts.SyntaxKind.AsteriskToken,
  ts.SyntaxKind.SlashToken,
  ts.SyntaxKind.PercentToken,
]);

/**
 * The parts of an expression to which an assertion can be written without brackets that would survive erasure:
 * a choice passes it on to its branches, an assignment to its value.
 */
export function assertable(node: ts.Expression): ts.Expression[] {
  if (ts.isBinaryExpression(node)) {
    const kind = node.operatorToken.kind;
    if (kind === ts.SyntaxKind.EqualsToken || kind === ts.SyntaxKind.CommaToken)
      return assertable(node.right);
    if (
      kind === ts.SyntaxKind.BarBarToken ||
      kind === ts.SyntaxKind.QuestionQuestionToken ||
      kind === ts.SyntaxKind.AmpersandAmpersandToken
    )
      return [...assertable(node.left), ...assertable(node.right)];
    return BINDS_TIGHTER.has(kind) ? [node] : [];
  }
  if (ts.isConditionalExpression(node)) return [...assertable(node.whenTrue), ...assertable(node.whenFalse)];
  if (
    ts.isArrowFunction(node) ||
    ts.isYieldExpression(node) ||
    ts.isSpreadElement(node) ||
    ts.isOmittedExpression(node)
  )
    return [];
  if (ts.isAsExpression(node)) return assertable(node.expression);
  return [node];
}

/** Whether a bracket here would begin a statement after one that has no semicolon, and so be read as a call. */
function followsOpenStatement(module: Module, node: ts.Node): boolean {
  let statement: ts.Node = node;
  while (statement.parent !== undefined && !ts.isStatement(statement)) statement = statement.parent;
  const { book } = module;
  const begins = book.toOriginal(statement.getStart()) === book.toOriginal(node.getStart());
  if (!ts.isExpressionStatement(statement) || !begins) return false;
  const list = statement.parent as Partial<{ statements: ts.NodeArray<ts.Statement> }>;
  const siblings = list.statements;
  const before = siblings?.[siblings.indexOf(statement) - 1];
  if (before === undefined || book.original.charAt(book.toOriginal(before.end) - 1) === ';') return false;
  const last = lastWithin(before);
  return (
    ts.isExpressionStatement(last) ||
    ts.isVariableStatement(last) ||
    ts.isReturnStatement(last) ||
    ts.isThrowStatement(last) ||
    ts.isDoStatement(last) ||
    ts.isImportEqualsDeclaration(last) ||
    ts.isImportDeclaration(last) ||
    ts.isExportAssignment(last) ||
    ts.isExportDeclaration(last) ||
    ts.isBreakOrContinueStatement(last)
  );
}

/** The statement with which another one ends: `throw e` of `if (a) throw e`. */
const lastWithin = (statement: ts.Statement): ts.Statement => {
  if (ts.isIfStatement(statement)) return lastWithin(statement.elseStatement ?? statement.thenStatement);
  const isAround =
    ts.isForStatement(statement) ||
    ts.isForInStatement(statement) ||
    ts.isForOfStatement(statement) ||
    ts.isWhileStatement(statement) ||
    ts.isLabeledStatement(statement);
  return isAround ? lastWithin(statement.statement) : statement;
};

const span = (module: Module, node: ts.Node): [number, number] => [
  module.book.toOriginal(node.getStart()),
  module.book.toOriginal(node.end),
];

/** `(node as T)`; null where the same or a coarser edit stands there already, or the node cannot carry one. */
export function assertEdit(module: Module, node: ts.Expression, tail: string, weight: number): Edit | null {
  const [start, end] = span(module, node);
  if (start >= end || !isValue(node)) return null;
  const key = `assert:${start}:${end}`;
  const held = module.book.get(key);
  if (held !== undefined && held.weight > weight) return null;
  const bracket = !standsAlone(node);
  const lead = { bracket, separate: bracket && followsOpenStatement(module, node) };
  const edit = wrapEdit(key, [start, end], lead, tail, weight);
  if (module.book.isRefused(edit) || (held !== undefined && textOf(held) === textOf(edit))) return null;
  return edit;
}

/** Whether an assertion needs no bracket where the node stands. */
function standsAlone(node: ts.Expression): boolean {
  const parent = node.parent;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return parent.expression !== node;
  if (ts.isElementAccessExpression(parent)) return parent.argumentExpression === node;
  if (ts.isBinaryExpression(parent))
    return parent.operatorToken.kind === ts.SyntaxKind.EqualsToken && parent.right === node;
  return ts.isVariableDeclaration(parent) || ts.isReturnStatement(parent) || ts.isPropertyAssignment(parent);
}

/** Asserts every branch of an expression to one type; null where one of them cannot carry it. */
export function assertAll(module: Module, node: ts.Expression, tail: string, weight: number): Edit[] | null {
  const parts = assertable(node);
  if (parts.length === 0) return null;
  const edits = parts.map((part) => assertEdit(module, part, tail, weight));
  const made = edits.filter((edit) => edit !== null);
  return made.length === 0 ? null : made;
}

/** `node!` */
export function nonNullEdit(module: Module, node: ts.Expression): Edit[] | null {
  const edits: Edit[] = [];
  for (const part of assertable(node)) {
    if (ts.isBinaryExpression(part) || ts.isPrefixUnaryExpression(part) || ts.isNewExpression(part)) continue;
    if (ts.isObjectLiteralExpression(part) || ts.isLiteralExpression(part) || ts.isFunctionExpression(part))
      continue;
    const [start, end] = span(module, part);
    const key = `nonnull:${start}:${end}`;
    if (start >= end || module.book.get(key) !== undefined || !isValue(part)) continue;
    edits.push({
      key,
      weight: WEIGHT.nonNull,
      insertions: [{ at: end, text: '!', side: 'close', span: end - start - 0.5 }],
    });
  }
  return edits.length === 0 ? null : edits;
}

/** Only names joined by dots, which `typeof` can follow. */
export const isEntityName = (node: ts.Expression): boolean =>
  (ts.isIdentifier(node) && node.text !== 'undefined' && node.text !== 'arguments') ||
  (ts.isPropertyAccessExpression(node) &&
    !ts.isPrivateIdentifier(node.name) &&
    isEntityName(node.expression));
