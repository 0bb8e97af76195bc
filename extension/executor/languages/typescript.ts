import { extname } from 'node:path/posix';
import ts from 'typescript';
import type { FileTools, SymbolRange } from '../../../domain/patching/apply-to-file.ts';
import type { LineRange } from '../../../domain/patching/delivery.ts';
import type { SymbolsOf } from '../../../domain/patching/symbols.ts';
import { decodeText } from '../../../domain/patching/text.ts';

const SCRIPTS = new Set(['.js', '.cjs', '.mjs', '.jsx', '.ts', '.cts', '.mts', '.tsx']);
/** JSON files in which comments are allowed. */
const JSON_WITH_COMMENTS = /(?:^|\/)(?:[tj]sconfig[^/]*\.json|\.eslintrc\.json|[^/]*\.jsonc)$/u;

const scriptParses = (path: string, text: string): boolean => {
  const { diagnostics = [] } = ts.transpileModule(text, {
    fileName: path,
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.ESNext,
      jsx: ts.JsxEmit.Preserve,
      allowJs: true,
    },
  });
  return !diagnostics.some(({ category }) => category === ts.DiagnosticCategory.Error);
};

const jsonParses = (path: string, text: string): boolean => {
  if (JSON_WITH_COMMENTS.test(path)) return ts.parseConfigFileTextToJson(path, text).error === undefined;
  try {
    JSON.parse(text.replace(/^\ufeff/u, ''));
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
};

const nameOfMember = (name: ts.PropertyName | ts.BindingName | undefined): string | null =>
  name && (ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isPrivateIdentifier(name))
    ? name.text
    : null;

/** `a.b.c` as its parts; null for anything computed. */
const chain = (node: ts.Expression): string[] | null => {
  if (ts.isIdentifier(node)) return [node.text];
  if (!ts.isPropertyAccessExpression(node)) return null;
  const owner = chain(node.expression);
  return owner === null ? null : [...owner, node.name.text];
};

/** `Name.prototype.method` and `exports.fn` declare `Name.method` and `fn`. */
const assignedName = (left: ts.Expression): string | null => {
  const parts = chain(left);
  if (parts === null || parts.length < 2) return null;
  const named = parts[0] === 'module' && parts[1] === 'exports' ? parts.slice(2) : parts;
  const own = named[0] === 'exports' ? named.slice(1) : named;
  return own.filter((part) => part !== 'prototype').join('.') || null;
};

const declaredNames = (statement: ts.Node): string[] => {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => nameOfMember(name) ?? []);
  }
  if (
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement)
  ) {
    return statement.name ? [statement.name.text] : [];
  }
  if (ts.isExpressionStatement(statement) && ts.isBinaryExpression(statement.expression)) {
    const { left, operatorToken } = statement.expression;
    const name = operatorToken.kind === ts.SyntaxKind.EqualsToken ? assignedName(left) : null;
    return name === null ? [] : [name];
  }
  return [];
};

const findSymbols = (path: string, text: string, wanted: string): readonly SymbolRange[] => {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const found: SymbolRange[] = [];
  const add = (node: ts.Node): void => {
    found.push({ documented: node.getStart(source, true), start: node.getStart(source), end: node.getEnd() });
  };
  const visit = (node: ts.Node): void => {
    if (declaredNames(node).includes(wanted)) add(node);
    if (ts.isClassLike(node) && node.name) {
      for (const member of node.members) {
        const name = ts.isConstructorDeclaration(member) ? 'constructor' : nameOfMember(member.name);
        if (`${node.name.text}.${name}` === wanted) add(member);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
};

/** Every declaration at the top of a file, and every named member of its classes, with the lines that it takes. */
export const declaredSymbols: SymbolsOf = (path, text) => {
  const found = new Map<string, LineRange[]>();
  if (!SCRIPTS.has(extname(path))) return found;
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const lineOf = (position: number): number => source.getLineAndCharacterOfPosition(position).line;
  const add = (name: string, node: ts.Node): void => {
    const range: LineRange = [lineOf(node.getStart(source, true)), lineOf(node.getEnd()) + 1];
    found.set(name, [...(found.get(name) ?? []), range]);
  };
  for (const statement of source.statements) {
    for (const name of declaredNames(statement)) add(name, statement);
    if (!ts.isClassDeclaration(statement) || statement.name === undefined) continue;
    for (const member of statement.members) {
      const name = ts.isConstructorDeclaration(member) ? 'constructor' : nameOfMember(member.name);
      if (name !== null) add(`${statement.name.text}.${name}`, member);
    }
  }
  return found;
};

/** What the patch engine asks about JavaScript, TypeScript and JSON. Other files count as parsing and have no symbols. */
export const languageTools: FileTools = {
  parses: (path, bytes) => {
    const { text, encoding } = decodeText(bytes);
    if (SCRIPTS.has(extname(path))) return encoding === 'UTF-8' && scriptParses(path, text);
    return extname(path) === '.json' ? jsonParses(path, text) : true;
  },
  symbols: (path, text, name) => (SCRIPTS.has(extname(path)) ? findSymbols(path, text, name) : []),
};
