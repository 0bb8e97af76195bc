/** What a function and everything it calls in these sources contain: its literals, and how much it branches. */
import ts from 'typescript';
import { constantNumber } from './constants.ts';
import type { ExportReader } from './exports.ts';
import { unique } from './order.ts';
import type { PackageLayout } from './package-layout.ts';
import { type Program, requireRequest } from './program.ts';

export type Reach = Readonly<{
  /** Functions, classes and values that are reached. */
  nodes: ReadonlySet<ts.Node>;
  branches: number;
  regexes: readonly string[];
  numbers: readonly number[];
  strings: readonly string[];
}>;

const MAX_FUNCTIONS = 200;

const BRANCHES = new Set<ts.SyntaxKind>([
  ts.SyntaxKind.IfStatement,
  ts.SyntaxKind.ConditionalExpression,
  ts.SyntaxKind.CaseClause,
  ts.SyntaxKind.ForStatement,
  ts.SyntaxKind.WhileStatement,
  ts.SyntaxKind.DoStatement,
  ts.SyntaxKind.ForOfStatement,
  ts.SyntaxKind.ForInStatement,
  ts.SyntaxKind.CatchClause,
]);
const LOGICAL = new Set<ts.SyntaxKind>([
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);

export function reachOf(
  start: ts.Node,
  program: Program,
  reader: ExportReader,
  layout: PackageLayout,
): Reach {
  const seen = new Set<ts.Node>();
  const regexes: string[] = [];
  const numbers: number[] = [];
  const strings: string[] = [];
  let branches = 0;
  const queue: ts.Node[] = [start];

  function addJson(value: unknown): void {
    if (typeof value === 'string') strings.push(value);
    else if (typeof value === 'number') numbers.push(value);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        if (strings.length > 400) return;
        strings.push(key);
        if (/^\d+$/.test(key)) numbers.push(Number(key));
        addJson(item);
      }
    }
  }

  function follow(node: ts.Identifier): void {
    const symbol = program.symbolOf(node);
    for (const declaration of symbol?.declarations ?? []) {
      if (ts.isFunctionDeclaration(declaration) || ts.isClassLike(declaration)) queue.push(declaration);
      else if (ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined) {
        const request = requireRequest(declaration.initializer);
        const path = request === null ? null : program.resolve(program.pathOf(declaration), request);
        if (path?.endsWith('.json') === true) addJson(layout.json.get(path));
        queue.push(declaration.initializer);
        const value = constantNumber(declaration.initializer, program);
        if (value !== null) numbers.push(value);
      }
    }
    const { node: target } = reader.shapeOf(node);
    if (target !== null) queue.push(target);
  }

  function visit(node: ts.Node): void {
    if (BRANCHES.has(node.kind)) branches += 1;
    if (ts.isBinaryExpression(node) && LOGICAL.has(node.operatorToken.kind)) branches += 1;
    if (ts.isRegularExpressionLiteral(node)) regexes.push(node.text);
    else if (ts.isStringLiteralLike(node) && !isRequest(node)) strings.push(node.text);
    else if (
      ts.isExpression(node) &&
      (ts.isNumericLiteral(node) ||
        ts.isBinaryExpression(node) ||
        ts.isPrefixUnaryExpression(node) ||
        ts.isCallExpression(node))
    ) {
      const value = constantNumber(node, program);
      if (value !== null) numbers.push(value);
    }
    if (ts.isPropertyAccessExpression(node)) {
      const { node: target } = reader.shapeOf(node);
      if (target !== null) queue.push(target);
    }
    if (ts.isIdentifier(node)) {
      if (isReference(node)) follow(node);
      else if (ts.isPropertyAssignment(node.parent) && node.parent.name === node) strings.push(node.text);
      return;
    }
    ts.forEachChild(node, visit);
  }

  while (queue.length > 0 && seen.size < MAX_FUNCTIONS) {
    const next = queue.shift();
    if (next === undefined || seen.has(next) || ts.isSourceFile(next)) continue;
    seen.add(next);
    visit(next);
  }
  return {
    nodes: seen,
    branches,
    regexes: unique(regexes),
    numbers: unique(numbers).filter(Number.isFinite),
    strings: unique(strings).filter((one) => one.length > 0 && one.length <= 60),
  };
}

function isRequest(node: ts.Node): boolean {
  return requireRequest(node.parent) !== null;
}

function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  return !ts.isParameter(parent) && !ts.isFunctionLike(parent);
}
