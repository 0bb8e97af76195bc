import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { filesOf } from './workspace.ts';

/** A call of the package that its README shows with literal arguments only; `path` leads from the package to the callee. */
export type DocumentedCall = Readonly<{ path: readonly string[]; args: string; construct: boolean }>;

const CODE = /^(?:js|javascript|jsx|ts|typescript|node)?\s*$/i;

const blocksOf = (markdown: string): string[] =>
  [...markdown.matchAll(/^```([^\n]*)\n([\s\S]*?)^```/gm)].flatMap(([, language = '', code = '']) =>
    CODE.test(language) ? [code] : [],
  );

const camel = (name: string): string =>
  name.replace(/^@[^/]*\//, '').replace(/[-_.](\w)/g, (_, letter: string) => letter.toUpperCase());

const isLiteral = (node: ts.Expression): boolean => {
  if (ts.isParenthesizedExpression(node)) return isLiteral(node.expression);
  if (ts.isPrefixUnaryExpression(node)) return isLiteral(node.operand);
  if (ts.isArrayLiteralExpression(node)) return node.elements.every(isLiteral);
  if (ts.isObjectLiteralExpression(node))
    return node.properties.every((one) => ts.isPropertyAssignment(one) && isLiteral(one.initializer));
  return (
    ts.isStringLiteralLike(node) ||
    ts.isNumericLiteral(node) ||
    ts.isRegularExpressionLiteral(node) ||
    [ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword, ts.SyntaxKind.NullKeyword].includes(node.kind)
  );
};

const requested = (node: ts.Expression): string | null => {
  if (!ts.isCallExpression(node) || node.expression.getText() !== 'require') return null;
  const [first] = node.arguments;
  return first !== undefined && ts.isStringLiteral(first) ? first.text : null;
};

/** Names that stand for the package in its documentation, with the path that each has already gone. */
const namesOf = (sources: readonly ts.SourceFile[], packageName: string): Map<string, readonly string[]> => {
  const names = new Map<string, readonly string[]>([[camel(packageName), []]]);
  const bind = (name: ts.BindingName, path: readonly string[]): void => {
    if (ts.isIdentifier(name)) names.set(name.text, path);
    else if (ts.isObjectBindingPattern(name)) {
      for (const { propertyName, name: local } of name.elements) {
        const key = propertyName ?? local;
        if (ts.isIdentifier(key)) bind(local, [...path, key.text]);
      }
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.initializer !== undefined) {
      const path: string[] = [];
      let value = node.initializer;
      while (ts.isPropertyAccessExpression(value)) {
        path.unshift(value.name.text);
        value = value.expression;
      }
      if (requested(value) === packageName) bind(node.name, path);
    }
    if (
      ts.isImportDeclaration(node) &&
      ts.isStringLiteral(node.moduleSpecifier) &&
      node.moduleSpecifier.text === packageName
    ) {
      const { name, namedBindings } = node.importClause ?? {};
      if (name !== undefined) names.set(name.text, []);
      if (namedBindings !== undefined && ts.isNamedImports(namedBindings))
        for (const one of namedBindings.elements)
          names.set(one.name.text, [(one.propertyName ?? one.name).text]);
    }
    ts.forEachChild(node, visit);
  };
  for (const source of sources) visit(source);
  return names;
};

/** Reads the Markdown files of a package; every call appears once. */
export const documentedCalls = (root: string, packageName: string): DocumentedCall[] => {
  const sources = filesOf(root)
    .filter((path) => /\.(md|markdown)$/i.test(path) && !/history|changelog/i.test(path))
    .flatMap((path) => blocksOf(readFileSync(join(root, path), 'utf8')))
    .map((text, index) => ts.createSourceFile(`${index}.js`, text, ts.ScriptTarget.ESNext, true));
  const names = namesOf(sources, packageName);
  const found = new Map<string, DocumentedCall>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const path: string[] = [];
      let callee: ts.Expression = node.expression;
      while (ts.isPropertyAccessExpression(callee)) {
        path.unshift(callee.name.text);
        callee = callee.expression;
      }
      const base = ts.isIdentifier(callee)
        ? names.get(callee.text)
        : requested(callee) === packageName
          ? []
          : undefined;
      const args = node.arguments ?? [];
      if (base !== undefined && args.every(isLiteral)) {
        const call = {
          path: [...base, ...path],
          args: args.map((one) => one.getText()).join(', '),
          construct: ts.isNewExpression(node),
        };
        found.set(JSON.stringify(call), call);
      }
    }
    ts.forEachChild(node, visit);
  };
  for (const source of sources) visit(source);
  return [...found.values()];
};
