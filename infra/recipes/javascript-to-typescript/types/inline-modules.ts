import ts from 'typescript';
import type { SourceFile } from '../../recipe.ts';
import { applyEdits, type Edit } from '../syntax/edits.ts';
import { UNTYPED_MODULES } from './infer-modules.ts';
import type { Work } from './work.ts';

export type Inlined = Readonly<{
  /** Texts that differ from those of the work, by path. */
  texts: ReadonlyMap<string, string>;
  /** What is left of the declarations; null where nothing is. */
  untyped: string | null;
}>;

/**
 * Puts the type of what a CommonJS module takes from a package without types beside the `require` itself. A declaration of
 * the package lies in this project only: a consumer whose compiler comes upon the source would be told that there is none,
 * and one that was sent along would stand before the package's own types in every project that uses this one.
 */
export function inlineUntyped(work: Work): Inlined {
  const untyped = work.untyped();
  const nothing: Inlined = { texts: new Map(), untyped };
  if (untyped === null) return nothing;
  const files = [...work.books].map(([path, book]) => ({ path, text: book.text }));
  const imported = new Set(files.flatMap(importedAsModules));
  const blocks = blocksOf(untyped).filter(
    ({ value, specifier }) => value !== null && !imported.has(specifier),
  );
  const types = new Map(blocks.map(({ specifier, value }) => [specifier, value ?? 'unknown']));
  const texts = new Map(
    files.flatMap(({ path, text }) => {
      const written = withTypes(text, types);
      return written === text ? [] : [[path, written] as const];
    }),
  );
  if (texts.size === 0) return nothing;
  const left = blocksOf(untyped).filter(({ specifier }) => !types.has(specifier));
  const rest = left.length === 0 ? null : left.map(({ text }) => `${text}\n`).join('\n');
  const before = work.errors(work.look()).length;
  for (const [path, text] of texts) work.project.write(path, text);
  work.project.write(UNTYPED_MODULES, rest ?? 'export {};\n');
  if (work.errors(work.look()).length <= before) return { texts, untyped: rest };
  for (const { path, text } of files) if (texts.has(path)) work.project.write(path, text);
  work.project.write(UNTYPED_MODULES, untyped);
  return nothing;
}

const parse = (text: string): ts.SourceFile =>
  ts.createSourceFile('module.ts', text, ts.ScriptTarget.ESNext, true);

/** Packages that a file imports as an ES module does: there is no place for a type beside that. */
const importedAsModules = ({ text }: SourceFile): string[] =>
  parse(text).statements.flatMap((one) =>
    ts.isImportDeclaration(one) && ts.isStringLiteral(one.moduleSpecifier) ? [one.moduleSpecifier.text] : [],
  );

/** `declare module 'x' { const value: T; export = value; }`, with T where that is all of it. */
const blocksOf = (untyped: string): { specifier: string; text: string; value: string | null }[] =>
  parse(untyped).statements.flatMap((one) => {
    if (!ts.isModuleDeclaration(one) || one.body === undefined || !ts.isModuleBlock(one.body)) return [];
    const [first, second] = one.body.statements;
    const declared =
      first !== undefined && ts.isVariableStatement(first)
        ? first.declarationList.declarations[0]?.type?.getText()
        : undefined;
    const isWhole = second !== undefined && ts.isExportAssignment(second) && second.isExportEquals === true;
    return [{ specifier: one.name.text, text: one.getText(), value: isWhole ? (declared ?? null) : null }];
  });

function withTypes(text: string, types: ReadonlyMap<string, string>): string {
  const edits: Edit[] = [];
  for (const one of parse(text).statements) {
    if (!ts.isImportEqualsDeclaration(one) || !ts.isExternalModuleReference(one.moduleReference)) continue;
    const { expression } = one.moduleReference;
    const type = ts.isStringLiteral(expression) ? types.get(expression.text) : undefined;
    if (type === undefined) continue;
    const begin = one.getStart();
    edits.push({ start: begin, end: begin + 'import'.length, text: 'const' });
    edits.push({ start: one.moduleReference.end, end: one.moduleReference.end, text: ` as ${type}` });
  }
  return applyEdits(text, edits);
}
