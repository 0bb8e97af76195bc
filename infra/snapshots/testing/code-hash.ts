import { createHash } from 'node:crypto';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';

/** The text of a source file, by its path from the root of the project. */
export type ReadSource = (file: string) => string;

const parse = (file: string, text: string): ts.SourceFile =>
  ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true);

/** What runs: without types and without comments, as Node runs it. */
const runnable = (file: string, text: string): ts.SourceFile => {
  const { ESNext } = ts.ModuleKind;
  const compilerOptions: ts.CompilerOptions = {
    module: ESNext,
    target: ts.ScriptTarget.ESNext,
    verbatimModuleSyntax: true,
    removeComments: true,
  };
  const { outputText } = ts.transpileModule(text, { fileName: file, compilerOptions });
  return parse(file.replace(/\.ts$/, '.js'), outputText);
};

/** Quotes are formatting, what stands between them is not. */
const tokenOf = (node: ts.Node, source: ts.SourceFile): string =>
  ts.isStringLiteral(node) ? JSON.stringify(node.text) : node.getText(source);

const isFormatting = (node: ts.Node, parent: ts.Node): boolean =>
  node.kind === ts.SyntaxKind.SemicolonToken ||
  // The comma behind the last of a list comes and goes with the breaks of lines.
  (node.kind === ts.SyntaxKind.CommaToken &&
    parent.kind === ts.SyntaxKind.SyntaxList &&
    parent.getChildren().at(-1) === node);

/** The syntax tree as nested lists of tokens, so that nothing of the layout is left. */
const treeOf = (node: ts.Node, source: ts.SourceFile): unknown => {
  const children = node.getChildren(source);
  if (children.length === 0) return [tokenOf(node, source)];
  return children.filter((child) => !isFormatting(child, node)).map((child) => treeOf(child, source));
};

const importsOf = (source: ts.SourceFile): readonly string[] =>
  source.statements.flatMap((statement) =>
    (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) &&
    statement.moduleSpecifier !== undefined &&
    ts.isStringLiteral(statement.moduleSpecifier)
      ? [normalize(join(dirname(source.fileName), statement.moduleSpecifier.text))]
      : [],
  );

/** These files and all that they import to run, by their paths, sorted: the domain imports no package. */
const programOf = (roots: readonly string[], read: ReadSource): ReadonlyMap<string, ts.SourceFile> => {
  const found = new Set(roots);
  const program = new Map<string, ts.SourceFile>();
  for (const file of found) {
    const source = runnable(file, read(file));
    program.set(file, source);
    for (const imported of importsOf(source)) found.add(imported);
  }
  return new Map([...program].toSorted(([a], [b]) => (a < b ? -1 : 1)));
};

/**
 * SHA-256 of the code that these files run, with all that they import: types, comments and formatting are no part of it.
 * `files`: which that are.
 */
export const codeHash = (
  roots: readonly string[],
  read: ReadSource,
): Readonly<{ hash: string; files: readonly string[] }> => {
  const program = programOf(roots, read);
  const hash = createHash('sha256');
  for (const [file, source] of program) hash.update(`${JSON.stringify([file, treeOf(source, source)])}\n`);
  return { hash: hash.digest('hex'), files: [...program.keys()] };
};
