/** What a module exports, found without running it: CommonJS assignments, ESM exports, re-exports through `require`. */
import ts from 'typescript';
import { createAssignedMembers } from './assigned-members.ts';
import { choicesOf, functionReturnedBy, isExportsObject, isModuleExports } from './export-syntax.ts';
import {
  accessName,
  bare,
  type FunctionNode,
  isAccess,
  isFunctionNode,
  type Program,
  requireRequest,
  walk,
} from './program.ts';

export type Shape = {
  /** The function, class or expression that makes the value; null when it is not in these sources. */
  node: ts.Node | null;
  members: Map<string, Shape>;
  /** Which of several values it is shows only when the module runs. */
  uncertain?: boolean;
  /** The call that makes the value, where that is a function which the called one has in its text. */
  maker?: ts.Node;
  /** Of a module: the value is its default export, which is reached by that name as well. */
  isDefault?: boolean;
};

export type ExportReader = Readonly<{
  moduleShape: (path: string) => Shape;
  shapeOf: (expression: ts.Expression) => Shape;
  /** The function or class behind a call target, if it is in these sources. */
  callee: (expression: ts.Expression) => FunctionNode | ts.ClassLikeDeclaration | null;
  /** Methods assigned through `F.prototype.name = function`. */
  prototypeOf: (node: ts.Node) => ReadonlyMap<string, FunctionNode>;
}>;

const UNKNOWN = (): Shape => ({ node: null, members: new Map() });

export function createExportReader(program: Program): ExportReader {
  const modules = new Map<string, Shape>();
  const bySymbol = new Map<ts.Symbol, Shape>();
  const { index, laterFunctionOf, valuesOf, methodsOf } = createAssignedMembers(program);

  function declarationOf(symbol: ts.Symbol): ts.Declaration | undefined {
    return symbol.declarations?.find(
      (one) =>
        ts.isFunctionDeclaration(one) ||
        ts.isClassDeclaration(one) ||
        ts.isVariableDeclaration(one) ||
        ts.isBindingElement(one) ||
        ts.isImportSpecifier(one) ||
        ts.isImportClause(one) ||
        ts.isNamespaceImport(one) ||
        ts.isFunctionExpression(one) ||
        ts.isClassExpression(one),
    );
  }

  function symbolShape(symbol: ts.Symbol): Shape {
    const known = bySymbol.get(symbol);
    if (known !== undefined) return known;
    const shape = UNKNOWN();
    bySymbol.set(symbol, shape);
    const declaration = declarationOf(symbol);
    if (declaration === undefined) return shape;
    index(declaration.getSourceFile());
    const found = declarationShape(declaration);
    shape.node = found.node;
    shape.members = new Map(found.members);
    if (found.maker !== undefined) shape.maker = found.maker;
    if (found.uncertain === true) shape.uncertain = true;
    for (const [path, value] of valuesOf(symbol)) {
      const [name = '', inner] = path;
      const outer = inner === undefined ? shape : shape.members.get(name);
      if (name !== 'prototype') outer?.members.set(inner ?? name, shapeOf(value));
    }
    return shape;
  }

  function declarationShape(declaration: ts.Declaration): Shape {
    if (
      ts.isFunctionDeclaration(declaration) ||
      ts.isClassLike(declaration) ||
      ts.isFunctionExpression(declaration)
    ) {
      return { node: declaration, members: staticsOf(declaration) };
    }
    if (ts.isVariableDeclaration(declaration)) {
      if (declaration.initializer !== undefined && ts.isIdentifier(declaration.name))
        return shapeOf(declaration.initializer);
      const symbol = ts.isIdentifier(declaration.name) ? program.symbolOf(declaration.name) : undefined;
      const later = symbol === undefined ? undefined : laterFunctionOf(symbol);
      return later === undefined ? UNKNOWN() : { ...shapeOf(later), uncertain: true };
    }
    if (ts.isBindingElement(declaration)) {
      const pattern = declaration.parent;
      const holder = pattern.parent;
      const key = declaration.propertyName ?? declaration.name;
      if (
        !ts.isObjectBindingPattern(pattern) ||
        !ts.isVariableDeclaration(holder) ||
        holder.initializer === undefined
      )
        return UNKNOWN();
      return ts.isIdentifier(key)
        ? (shapeOf(holder.initializer).members.get(key.text) ?? UNKNOWN())
        : UNKNOWN();
    }
    return importShape(declaration);
  }

  function importShape(declaration: ts.Declaration): Shape {
    let node: ts.Node = declaration;
    while (!ts.isImportDeclaration(node)) {
      if (node.parent === undefined) return UNKNOWN();
      node = node.parent;
    }
    if (!ts.isStringLiteral(node.moduleSpecifier)) return UNKNOWN();
    const path = program.resolve(program.pathOf(node), node.moduleSpecifier.text);
    if (path === null) return UNKNOWN();
    const shape = moduleShape(path);
    if (ts.isNamespaceImport(declaration)) return shape;
    const name = ts.isImportSpecifier(declaration)
      ? (declaration.propertyName ?? declaration.name).text
      : 'default';
    return shape.members.get(name) ?? (name === 'default' ? shape : UNKNOWN());
  }

  function staticsOf(node: ts.Node): Map<string, Shape> {
    const members = new Map<string, Shape>();
    if (!ts.isClassLike(node)) return members;
    for (const member of node.members) {
      const isStatic =
        ts.canHaveModifiers(member) &&
        ts.getModifiers(member)?.some((one) => one.kind === ts.SyntaxKind.StaticKeyword);
      if (isStatic !== true || member.name === undefined || !ts.isIdentifier(member.name)) continue;
      if (ts.isPropertyDeclaration(member) && member.initializer !== undefined) {
        members.set(member.name.text, shapeOf(member.initializer));
      } else {
        members.set(member.name.text, { node: member, members: new Map() });
      }
    }
    return members;
  }

  function objectShape(literal: ts.ObjectLiteralExpression): Shape {
    const members = new Map<string, Shape>();
    for (const property of literal.properties) {
      if (ts.isSpreadAssignment(property)) {
        for (const [name, shape] of shapeOf(property.expression).members) members.set(name, shape);
        continue;
      }
      const name = property.name;
      if (!(ts.isIdentifier(name) || ts.isStringLiteral(name))) continue;
      if (ts.isShorthandPropertyAssignment(property)) {
        const symbol = program.symbolOf(property);
        members.set(name.text, symbol === undefined ? UNKNOWN() : symbolShape(symbol));
      } else if (ts.isPropertyAssignment(property)) {
        members.set(name.text, shapeOf(property.initializer));
      } else {
        members.set(name.text, { node: property, members: new Map() });
      }
    }
    return { node: literal, members };
  }

  function shapeOf(expression: ts.Expression): Shape {
    const node = bare(expression);
    const request = requireRequest(node);
    if (request !== null) {
      const path = program.resolve(program.pathOf(node), request);
      // Data has no code behind it, but it is in these sources.
      if (path?.endsWith('.json') === true) return { node, members: new Map() };
      return path === null ? UNKNOWN() : moduleShape(path);
    }
    if (ts.isIdentifier(node)) {
      const symbol = program.symbolOf(node);
      return symbol === undefined ? UNKNOWN() : symbolShape(symbol);
    }
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken)
      return shapeOf(node.right);
    if (ts.isObjectLiteralExpression(node)) return objectShape(node);
    const choice = choicesOf(node);
    if (choice.length > 0) {
      const shapes = choice.map(shapeOf);
      const shape =
        shapes.find((one) => one.node !== null && isFunctionNode(one.node)) ?? shapes[0] ?? UNKNOWN();
      return choice.length > 1 ? { ...shape, uncertain: true } : shape;
    }
    const made = ts.isCallExpression(node) ? returnedFunction(node.expression) : null;
    if (made !== null) return { node: made, members: new Map(), uncertain: true, maker: node };
    if (isExportsObject(node)) return moduleShape(program.pathOf(node));
    const name = accessName(node);
    if (name !== null && isAccess(node)) return shapeOf(node.expression).members.get(name) ?? UNKNOWN();
    return { node, members: staticsOf(node) };
  }

  /** Of a function that makes others, as one that wraps what it is given; each call makes another one. */
  function returnedFunction(callee: ts.Expression): FunctionNode | null {
    const target = bare(callee);
    const { node } = ts.isIdentifier(target) ? shapeOf(target) : UNKNOWN();
    return node !== null && isFunctionNode(node) ? functionReturnedBy(node) : null;
  }

  function moduleShape(path: string): Shape {
    const known = modules.get(path);
    if (known !== undefined) return known;
    const shape = UNKNOWN();
    modules.set(path, shape);
    const source = program.file(path);
    if (source === undefined) return shape;
    index(source);
    walk(source, (node) => {
      if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return;
      const name = accessName(node.left);
      if (isModuleExports(node.left)) {
        const value = shapeOf(node.right);
        if (value === shape) return;
        shape.node = value.node;
        shape.uncertain = value.uncertain === true;
        if (value.maker !== undefined) shape.maker = value.maker;
        for (const [key, member] of value.members) shape.members.set(key, member);
      } else if (name !== null && isAccess(node.left) && isExportsObject(node.left.expression)) {
        shape.members.set(name, shapeOf(node.right));
      }
    });
    for (const statement of source.statements) readEsmExport(statement, shape, path);
    return shape;
  }

  function readEsmExport(statement: ts.Statement, shape: Shape, path: string): void {
    if (ts.isExportAssignment(statement)) {
      setDefault(shape, shapeOf(statement.expression));
    } else if (ts.isExportDeclaration(statement)) {
      const request = statement.moduleSpecifier;
      const from =
        request !== undefined && ts.isStringLiteral(request) ? program.resolve(path, request.text) : null;
      const source = from === null ? null : moduleShape(from);
      if (statement.exportClause === undefined) {
        for (const [name, member] of source?.members ?? [])
          if (name !== 'default') shape.members.set(name, member);
      } else if (ts.isNamedExports(statement.exportClause)) {
        for (const element of statement.exportClause.elements) {
          const local = element.propertyName ?? element.name;
          const value =
            source !== null
              ? source.members.get(local.text)
              : ts.isIdentifier(local)
                ? shapeOf(local)
                : undefined;
          const resolved = value ?? UNKNOWN();
          if (element.name.text === 'default') setDefault(shape, resolved);
          else shape.members.set(element.name.text, resolved);
        }
      }
    } else if (
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some((one) => one.kind === ts.SyntaxKind.ExportKeyword)
    ) {
      const isDefault =
        ts.getModifiers(statement)?.some((one) => one.kind === ts.SyntaxKind.DefaultKeyword) === true;
      if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
        const value = { node: statement, members: staticsOf(statement) };
        if (isDefault) setDefault(shape, value);
        else if (statement.name !== undefined) shape.members.set(statement.name.text, value);
      } else if (ts.isVariableStatement(statement)) {
        for (const declaration of statement.declarationList.declarations) {
          if (ts.isIdentifier(declaration.name) && declaration.initializer !== undefined) {
            shape.members.set(declaration.name.text, shapeOf(declaration.initializer));
          }
        }
      }
    }
  }

  /** The harness sees a callable default export as the module itself, with the named exports as its members. */
  function setDefault(shape: Shape, value: Shape): void {
    shape.node = value.node;
    shape.isDefault = true;
    shape.uncertain = value.uncertain === true;
    for (const [name, member] of value.members) if (!shape.members.has(name)) shape.members.set(name, member);
  }

  return {
    moduleShape,
    shapeOf,
    callee: (expression) => {
      const { node } = shapeOf(expression);
      return node !== null && (isFunctionNode(node) || ts.isClassLike(node)) ? node : null;
    },
    prototypeOf: (node) => {
      const named = ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) ? node.name : undefined;
      const holder =
        ts.isFunctionExpression(node) && ts.isVariableDeclaration(node.parent) ? node.parent.name : undefined;
      const symbols = [named, holder].map((one) => (one === undefined ? undefined : program.symbolOf(one)));
      index(node.getSourceFile());
      return new Map(symbols.flatMap((symbol) => (symbol === undefined ? [] : [...methodsOf(symbol)])));
    },
  };
}
