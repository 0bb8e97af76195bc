/** Values that the text of a program fixes: folded numbers, strings, and expressions that need nothing from outside. */
import ts from 'typescript';
import { bare, type Program } from './program.ts';

const MATH: Readonly<Record<string, (...args: number[]) => number>> = {
  pow: Math.pow,
  floor: Math.floor,
  ceil: Math.ceil,
  round: Math.round,
  abs: Math.abs,
  max: Math.max,
  min: Math.min,
};

const BINARY: ReadonlyMap<ts.SyntaxKind, (a: number, b: number) => number> = new Map([
  [ts.SyntaxKind.PlusToken, (a, b) => a + b],
  [ts.SyntaxKind.MinusToken, (a, b) => a - b],
  [ts.SyntaxKind.AsteriskToken, (a, b) => a * b],
  [ts.SyntaxKind.SlashToken, (a, b) => a / b],
  [ts.SyntaxKind.PercentToken, (a, b) => a % b],
  [ts.SyntaxKind.AsteriskAsteriskToken, (a, b) => a ** b],
  [ts.SyntaxKind.LessThanLessThanToken, (a, b) => a << b],
  [ts.SyntaxKind.BarToken, (a, b) => a | b],
]);

/** The number an expression always has (`s * 60` with `var s = 1000`), or null. */
export function constantNumber(expression: ts.Expression, program: Program, depth = 0): number | null {
  const node = bare(expression);
  if (depth > 8) return null;
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) {
    const value = constantNumber(node.operand, program, depth + 1);
    return value === null ? null : -value;
  }
  if (ts.isBinaryExpression(node)) {
    const fold = BINARY.get(node.operatorToken.kind);
    const left = fold === undefined ? null : constantNumber(node.left, program, depth + 1);
    const right = left === null ? null : constantNumber(node.right, program, depth + 1);
    return fold === undefined || left === null || right === null ? null : fold(left, right);
  }
  if (
    ts.isPropertyAccessExpression(node) &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === 'Number'
  ) {
    const value: unknown = Reflect.get(Number, node.name.text);
    return typeof value === 'number' ? value : null;
  }
  if (ts.isPropertyAccessExpression(node)) return constantMember(node, program, depth);
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { expression: owner, name } = node.expression;
    const fold = ts.isIdentifier(owner) && owner.text === 'Math' ? MATH[name.text] : undefined;
    const args = node.arguments.map((one) => constantNumber(one, program, depth + 1));
    return fold === undefined || args.some((one) => one === null) ? null : fold(...args.map(Number));
  }
  if (ts.isIdentifier(node)) {
    const declaration = program.symbolOf(node)?.valueDeclaration;
    if (
      declaration !== undefined &&
      ts.isVariableDeclaration(declaration) &&
      declaration.initializer !== undefined
    ) {
      return constantNumber(declaration.initializer, program, depth + 1);
    }
  }
  return null;
}

function constantMember(node: ts.PropertyAccessExpression, program: Program, depth: number): number | null {
  if (!ts.isIdentifier(node.expression)) return null;
  const declaration = program.symbolOf(node.expression)?.valueDeclaration;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration)) return null;
  const value = declaration.initializer;
  if (value === undefined || !ts.isObjectLiteralExpression(value)) return null;
  for (const property of value.properties) {
    if (
      ts.isPropertyAssignment(property) &&
      ts.isIdentifier(property.name) &&
      property.name.text === node.name.text
    ) {
      return constantNumber(property.initializer, program, depth + 1);
    }
  }
  return null;
}

const SAFE_GLOBALS = new Set([
  'undefined',
  'NaN',
  'Infinity',
  'Number',
  'String',
  'Boolean',
  'Math',
  'JSON',
  'Object',
  'Array',
  'Date',
  'RegExp',
  'Symbol',
  'Map',
  'Set',
  'BigInt',
  'Error',
  'TypeError',
  'RangeError',
  'parseInt',
  'parseFloat',
  'isNaN',
  'isFinite',
  'encodeURIComponent',
  'decodeURIComponent',
  'encodeURI',
  'decodeURI',
  'escape',
  'unescape',
  'Buffer',
  'Uint8Array',
]);

/** How a free name of an example may be written here: null when it may not. */
export type NameResolver = (name: ts.Identifier) => string | null;

const NODE_KINDS = new Set<ts.SyntaxKind>([
  ts.SyntaxKind.StringLiteral,
  ts.SyntaxKind.NumericLiteral,
  ts.SyntaxKind.BigIntLiteral,
  ts.SyntaxKind.RegularExpressionLiteral,
  ts.SyntaxKind.NoSubstitutionTemplateLiteral,
  ts.SyntaxKind.TrueKeyword,
  ts.SyntaxKind.FalseKeyword,
  ts.SyntaxKind.NullKeyword,
  ts.SyntaxKind.ArrayLiteralExpression,
  ts.SyntaxKind.ObjectLiteralExpression,
  ts.SyntaxKind.PropertyAssignment,
  ts.SyntaxKind.ParenthesizedExpression,
  ts.SyntaxKind.PrefixUnaryExpression,
  ts.SyntaxKind.BinaryExpression,
  ts.SyntaxKind.ConditionalExpression,
  ts.SyntaxKind.CallExpression,
  ts.SyntaxKind.NewExpression,
  ts.SyntaxKind.PropertyAccessExpression,
  ts.SyntaxKind.FunctionExpression,
  ts.SyntaxKind.ArrowFunction,
  ts.SyntaxKind.Parameter,
  ts.SyntaxKind.Block,
  ts.SyntaxKind.ReturnStatement,
  ts.SyntaxKind.IfStatement,
  ts.SyntaxKind.ExpressionStatement,
  ts.SyntaxKind.TemplateExpression,
  ts.SyntaxKind.TemplateHead,
  ts.SyntaxKind.TemplateSpan,
  ts.SyntaxKind.TemplateMiddle,
  ts.SyntaxKind.TemplateTail,
  ts.SyntaxKind.TypeOfExpression,
  ts.SyntaxKind.ShorthandPropertyAssignment,
  ts.SyntaxKind.SpreadElement,
  ts.SyntaxKind.VoidExpression,
]);

const MAX_EXPRESSION = 1_500;

/**
 * The expression as text that stands on its own, or null when it needs anything that is not known to be harmless:
 * literals, arithmetic, standard constructors, small functions of their own parameters, and what `resolve` allows.
 */
export function closedExpression(expression: ts.Expression, resolve: NameResolver): string | null {
  const source = expression.getSourceFile().text;
  const edits: { start: number; end: number; text: string }[] = [];
  const locals = new Set<string>();
  let ok = true;

  function visit(node: ts.Node): void {
    if (!ok) return;
    if (ts.isIdentifier(node)) {
      name(node);
      return;
    }
    if (isFromOutside(node, expression)) {
      ok = false;
      return;
    }
    const plain = sloppyLiteral(node);
    if (plain !== null) edits.push({ start: node.getStart(), end: node.end, text: plain });
    if (ts.isToken(node) && !NODE_KINDS.has(node.kind)) return;
    if (!NODE_KINDS.has(node.kind)) {
      ok = false;
      return;
    }
    if (ts.isParameter(node) && ts.isIdentifier(node.name)) locals.add(node.name.text);
    if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind) && !ts.isIdentifier(node.left))
      ok = false;
    if (
      ts.isPropertyAccessExpression(node) &&
      ['constructor', '__proto__', 'prototype'].includes(node.name.text)
    )
      ok = false;
    ts.forEachChild(node, visit);
  }

  function name(node: ts.Identifier): void {
    const parent = node.parent;
    if (ts.isPropertyAccessExpression(parent) && parent.name === node) return;
    if (ts.isPropertyAssignment(parent) && parent.name === node) return;
    if (ts.isParameter(parent) || ts.isFunctionExpression(parent)) return;
    if (locals.has(node.text) || SAFE_GLOBALS.has(node.text)) return;
    const text = resolve(node);
    if (text === null) {
      ok = false;
      return;
    }
    const replaced = ts.isShorthandPropertyAssignment(parent) ? `${node.text}: ${text}` : text;
    edits.push({ start: node.getStart(), end: node.end, text: replaced });
  }

  visit(expression);
  if (!ok) return null;
  let text = '';
  let at = expression.getStart();
  for (const edit of edits.sort((a, b) => a.start - b.start)) {
    text += source.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  text += source.slice(at, expression.end);
  return text.length > MAX_EXPRESSION ? null : text;
}

/** Whether what it stands for is not in the expression: all that is global for `this`, which is never the same; a module for `import`. */
function isFromOutside(node: ts.Node, whole: ts.Expression): boolean {
  if (node.kind === ts.SyntaxKind.ImportKeyword || node.kind === ts.SyntaxKind.SuperKeyword) return true;
  if (node.kind !== ts.SyntaxKind.ThisKeyword) return false;
  for (let at = node; at !== whole; at = at.parent) if (ts.isFunctionExpression(at)) return false;
  return !ts.isFunctionExpression(whole);
}

/** What `010` and `'\33'` mean, written so that strict code may hold it; null for everything else. */
function sloppyLiteral(node: ts.Node): string | null {
  if (ts.isNumericLiteral(node)) return /^0\d/.test(node.getText()) ? node.text : null;
  return ts.isStringLiteral(node) && /\\\d/.test(node.getText()) ? stringLiteral(node.text) : null;
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** The text as a JavaScript string literal in single quotes. */
export function stringLiteral(value: string): string {
  const inner = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
}

/** The value of a string literal expression text, or null. */
export function literalString(expression: string): string | null {
  if (!/^['"`]/.test(expression)) return null;
  const source = ts.createSourceFile(
    'x.js',
    `(${expression})`,
    ts.ScriptTarget.ESNext,
    false,
    ts.ScriptKind.JS,
  );
  const [statement] = source.statements;
  if (
    statement === undefined ||
    !ts.isExpressionStatement(statement) ||
    !ts.isParenthesizedExpression(statement.expression)
  )
    return null;
  const inner = statement.expression.expression;
  return ts.isStringLiteralLike(inner) ? inner.text : null;
}
