/** An in-memory TypeScript program over JavaScript sources, used for parsing and for finding what a name refers to. */
import ts from 'typescript';
import type { SourceFile } from '../recipes/recipe.ts';
import { joinPath, resolveFile } from './package-layout.ts';

export type FunctionNode =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.ArrowFunction
  | ts.MethodDeclaration
  | ts.ConstructorDeclaration
  | ts.GetAccessorDeclaration
  | ts.SetAccessorDeclaration;

export type Program = Readonly<{
  file: (path: string) => ts.SourceFile | undefined;
  pathOf: (node: ts.Node) => string;
  /** What an identifier refers to, by scope analysis. */
  symbolOf: (node: ts.Node) => ts.Symbol | undefined;
  /** Path of the module that `request` loads from `fromPath`; null for packages, built-ins and files that are not there. */
  resolve: (fromPath: string, request: string) => string | null;
}>;

const ROOT = '/p/';

export function isFunctionNode(node: ts.Node): node is FunctionNode {
  return ts.isFunctionLike(node) && 'body' in node;
}

export function createProgram(files: readonly SourceFile[], otherPaths: readonly string[]): Program {
  const texts = new Map(files.map((file) => [ROOT + file.path, file.text]));
  const options: ts.CompilerOptions = {
    allowJs: true,
    checkJs: false,
    noLib: true,
    noResolve: true,
    types: [],
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.CommonJS,
    moduleDetection: ts.ModuleDetectionKind.Auto,
  };
  const parsed = new Map<string, ts.SourceFile>();
  const host: ts.CompilerHost = {
    fileExists: (path) => texts.has(path),
    readFile: (path) => texts.get(path),
    getSourceFile: (path) => {
      const text = texts.get(path);
      if (text === undefined) return undefined;
      const known = parsed.get(path);
      if (known !== undefined) return known;
      const made = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true, ts.ScriptKind.JS);
      parsed.set(path, made);
      return made;
    },
    getDefaultLibFileName: () => '/lib.d.ts',
    getCurrentDirectory: () => '/',
    getCanonicalFileName: (path) => path,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
    writeFile: () => undefined,
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  const checker = program.getTypeChecker();
  const known = new Set([...files.map((file) => file.path), ...otherPaths]);
  return {
    file: (path) => program.getSourceFile(ROOT + path),
    pathOf: (node) => node.getSourceFile().fileName.slice(ROOT.length),
    symbolOf: (node) =>
      ts.isShorthandPropertyAssignment(node)
        ? checker.getShorthandAssignmentValueSymbol(node)
        : checker.getSymbolAtLocation(node),
    resolve: (fromPath, request) => {
      if (!request.startsWith('.')) return null;
      const joined = joinPath(fromPath, request);
      return joined === null ? null : resolveFile(joined, known);
    },
  };
}

/** Visits `node` and everything below it. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** Strips parentheses, `as` and `!`, and gives the assigned value of an assignment. */
export function bare(node: ts.Expression): ts.Expression {
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node))
    return bare(node.expression);
  return node;
}

export function isAccess(node: ts.Node): node is ts.PropertyAccessExpression | ts.ElementAccessExpression {
  return ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
}

/** The constant string a property access or element access names, if it is constant. */
export function accessName(node: ts.Node): string | null {
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    return node.argumentExpression.text;
  }
  return null;
}

/** The request of `require('x')` or null. */
export function requireRequest(node: ts.Node): string | null {
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression) || node.expression.text !== 'require')
    return null;
  const [first] = node.arguments;
  return first !== undefined && ts.isStringLiteralLike(first) ? first.text : null;
}
