import ts from 'typescript';
import { type Bound, boundNames } from '../../../characterisation/bound-names.ts';
import { codeBlocks, usualName } from '../../../characterisation/documentation.ts';
import { ENTRY, requestedOf } from '../../../characterisation/package-requests.ts';
import { walk } from '../../../characterisation/program.ts';
import type { SourceFile } from '../../recipe.ts';

/** The package that documents are about. In code, `subject` stands for it: for an ES module, for all that it exports. */
export type Subject = Readonly<{
  packageName: string;
  isModule: boolean;
  /** The file that `package/part` loads, from the root and as it is emitted; null where it loads none that is converted. */
  partFile?: (part: string) => string | null;
}>;

/** What a request of the package loads: the whole of it, a file of it, or null where it asks for something else. */
export const requested = ({ packageName, partFile }: Subject, request: string): string | null =>
  requestedOf(packageName, request, (part) => partFile?.(part) ?? null);

/** What stands for a part of the package; for the whole of an ES module, what it exports as `default`. */
export const partText = ({ isModule }: Subject, path: readonly string[]): string =>
  isModule && path.length === 0 ? 'subject.default' : ['subject', ...path].join('.');

/** The code blocks of the documents that a reader may take for how the package is used, parsed. */
export const documentedSources = (documents: readonly SourceFile[]): ts.SourceFile[] =>
  documents
    .filter(({ path }) => /\.(?:md|markdown)$/i.test(path) && !/history|change/i.test(path))
    .flatMap(({ text }) => codeBlocks(text))
    .map((text, index) => {
      const path = `${index}.js`;
      return parsed(path, withEndedLines(parsed(path, text)));
    });

const parsed = (path: string, text: string): ts.SourceFile =>
  ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true, ts.ScriptKind.JS);

/**
 * The text with a semicolon after each call whose result would be called, or asked for a member, by the bracket that begins a
 * later line: who writes documents without semicolons means two statements, and shows the result of the first between them.
 */
const withEndedLines = (block: ts.SourceFile): string => {
  const ends: number[] = [];
  walk(block, (node) => {
    if (!ts.isCallExpression(node) && !ts.isElementAccessExpression(node)) return;
    if (!ts.isCallExpression(node.expression)) return;
    const { pos } = ts.isCallExpression(node) ? node.arguments : node.argumentExpression;
    if (block.text.slice(node.expression.end, pos).includes('\n')) ends.push(node.expression.end);
  });
  return ends
    .sort((a, b) => b - a)
    .reduce((text, end) => `${text.slice(0, end)};${text.slice(end)}`, block.text);
};

/** Names that stand for the package, or a part of it, anywhere in its documents. */
export const documentedNames = (blocks: readonly ts.SourceFile[], subject: Subject): Map<string, Bound> => {
  const target = (request: string): string | null => requested(subject, request);
  const names = new Map<string, Bound>([[usualName(subject.packageName), { module: ENTRY, path: [] }]]);
  for (const block of blocks) for (const [name, bound] of boundNames(block, target)) names.set(name, bound);
  return names;
};
