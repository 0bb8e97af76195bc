/** Members that a file gives to a name by assignment: `X.parse = value`, `X.prototype.go = function`. */
import ts from 'typescript';
import {
  accessName,
  bare,
  type FunctionNode,
  isAccess,
  isFunctionNode,
  type Program,
  walk,
} from './program.ts';

export type AssignedMembers = Readonly<{
  /** Reads a file once; nothing is known of the names of a file before. */
  index: (source: ts.SourceFile) => void;
  /** Values assigned to members of the name, in the order of the text. */
  valuesOf: (symbol: ts.Symbol) => readonly (readonly [path: readonly string[], value: ts.Expression])[];
  methodsOf: (symbol: ts.Symbol) => ReadonlyMap<string, FunctionNode>;
  /** The first function that a variable is given after its declaration. */
  laterFunctionOf: (symbol: ts.Symbol) => ts.Expression | undefined;
}>;

export function createAssignedMembers(program: Program): AssignedMembers {
  const expandos = new Map<ts.Symbol, [readonly string[], ts.Expression][]>();
  const prototypes = new Map<ts.Symbol, Map<string, FunctionNode>>();
  const variables = new Map<ts.Symbol, ts.Expression>();
  const indexed = new Set<string>();

  /** Notes `X.name = value` and `X.prototype.name = function` for every identifier X of the file. */
  function index(source: ts.SourceFile): void {
    const path = program.pathOf(source);
    if (indexed.has(path)) return;
    indexed.add(path);
    walk(source, (node) => {
      if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return;
      noteVariable(node);
      const name = accessName(node.left);
      if (name === null || !isAccess(node.left)) return;
      const owner = node.left.expression;
      if (ts.isIdentifier(owner)) {
        const symbol = program.symbolOf(owner);
        if (symbol === undefined) return;
        if (name === 'prototype' && ts.isObjectLiteralExpression(node.right))
          addPrototype(symbol, node.right);
        const list = expandos.get(symbol) ?? [];
        list.push([[name], node.right]);
        expandos.set(symbol, list);
      } else if (isAccess(owner) && ts.isIdentifier(owner.expression) && accessName(owner) !== 'prototype') {
        const symbol = program.symbolOf(owner.expression);
        const outer = accessName(owner);
        if (symbol === undefined || outer === null) return;
        expandos.set(symbol, [...(expandos.get(symbol) ?? []), [[outer, name], node.right]]);
      } else if (accessName(owner) === 'prototype' && isAccess(owner) && ts.isIdentifier(owner.expression)) {
        const symbol = program.symbolOf(owner.expression);
        const method = functionOf(bare(node.right));
        if (symbol !== undefined && method !== undefined) methodsOf(symbol).set(name, method);
      }
    });
  }

  function noteVariable({ left, right }: ts.BinaryExpression): void {
    const symbol = ts.isIdentifier(left) && isFunctionNode(bare(right)) ? program.symbolOf(left) : undefined;
    if (symbol !== undefined && !variables.has(symbol)) variables.set(symbol, right);
  }

  /** A function, or the declared one that a name stands for. */
  function functionOf(node: ts.Node): FunctionNode | undefined {
    if (isFunctionNode(node)) return node;
    return ts.isIdentifier(node)
      ? program.symbolOf(node)?.declarations?.find(ts.isFunctionDeclaration)
      : undefined;
  }

  function methodsOf(symbol: ts.Symbol): Map<string, FunctionNode> {
    const known = prototypes.get(symbol) ?? new Map<string, FunctionNode>();
    prototypes.set(symbol, known);
    return known;
  }

  function addPrototype(symbol: ts.Symbol, literal: ts.ObjectLiteralExpression): void {
    for (const property of literal.properties) {
      if (
        property.name === undefined ||
        !(ts.isIdentifier(property.name) || ts.isStringLiteral(property.name))
      )
        continue;
      if (ts.isMethodDeclaration(property)) methodsOf(symbol).set(property.name.text, property);
      if (ts.isPropertyAssignment(property) && isFunctionNode(property.initializer)) {
        methodsOf(symbol).set(property.name.text, property.initializer);
      }
    }
  }

  return {
    index,
    valuesOf: (symbol) => expandos.get(symbol) ?? [],
    methodsOf,
    laterFunctionOf: (symbol) => variables.get(symbol),
  };
}
