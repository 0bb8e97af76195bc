/** What can be typed after the name of a program, read from its sources and from what its documents show. */
import ts from 'typescript';
import { codeBlocks } from '../documentation.ts';
import { unique } from '../order.ts';
import { requireRequest, walk } from '../program.ts';

export type Flag = Readonly<{ text: string; takesValue: boolean }>;

export type ProgramWords = Readonly<{
  flags: readonly Flag[];
  /** Commands and values: short texts that the code holds. */
  words: readonly string[];
}>;

/** A call as a document shows it. */
export type ShownCall = Readonly<{ argv: readonly string[]; stdin: string | null }>;

const FLAG = /(?<![\w-])(--?[A-Za-z][\w-]*)(?:(?:=| +)(<[^>\n]+>|\[[^\]\n]+\]|[A-Z][A-Z_]+\b))?/g;
const WORD = /^[\w@+,.:%-][\w@+,.:/ %-]{0,23}$/;
/** Objects whose members are options that were typed: `argv.verbose` is `--verbose`. */
const OPTIONS = /^(?:argv|args|opts|options|flags|program)$/;
const NOT_OPTIONS = new Set([
  'length',
  'slice',
  'forEach',
  'map',
  'filter',
  'indexOf',
  'shift',
  'push',
  'join',
  '_',
]);

/** Names no place outside of the folder of a run, whatever the program does with it. */
export const staysInside = (word: string): boolean => !/(?:^|[=:,\s])[/~\\]|\.\.|\0|^[A-Za-z]:/.test(word);

/** Whether a text names what is loaded. */
export const isRequest = (node: ts.Node): boolean =>
  requireRequest(node.parent) !== null ||
  ts.isImportDeclaration(node.parent) ||
  ts.isExportDeclaration(node.parent);

function textsOf(source: ts.SourceFile): readonly string[] {
  const texts: string[] = [];
  const members: string[] = [];
  walk(source, (node) => {
    if (ts.isStringLiteralLike(node) && !isRequest(node) && node.text !== 'use strict') texts.push(node.text);
    else if (ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node))
      texts.push(node.text);
    else if (
      ts.isPropertyAccessExpression(node) &&
      ts.isIdentifier(node.expression) &&
      OPTIONS.test(node.expression.text) &&
      !NOT_OPTIONS.has(node.name.text)
    )
      members.push(`${node.name.text.length === 1 ? '-' : '--'}${node.name.text}`);
  });
  return [...texts, ...members];
}

export function wordsOf(sources: readonly ts.SourceFile[]): ProgramWords {
  const texts = sources.flatMap(textsOf);
  const flags = new Map<string, boolean>();
  for (const text of texts)
    for (const [, flag = '', value] of text.matchAll(FLAG))
      flags.set(flag, (flags.get(flag) ?? false) || value !== undefined);
  return {
    flags: [...flags].map(([text, takesValue]) => ({ text, takesValue })),
    words: unique(texts.map((text) => text.trim())).filter(
      (text) => WORD.test(text) && staysInside(text) && !text.startsWith('-'),
    ),
  };
}

/** The words of a command line; null where a shell would do more with it than split it. */
function split(command: string): readonly string[] | null {
  if (/[;&<>`$\\(){}*]/.test(command)) return null;
  const parts = command.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  return parts.map((part) =>
    part.replace(/"([^"]*)"|'([^']*)'/g, (_, double = '', single = '') => double + single),
  );
}

function callIn(line: string, name: string): ShownCall | null {
  const [before, after, ...more] = line.replace(/^\s*[$>%#]\s+/, '').split('|');
  if (before === undefined || more.length > 0) return null;
  const given = after === undefined ? null : split(before.trim());
  const typed = split((after ?? before).replace(/\s#.*$/, '').trim());
  if (typed === null) return null;
  const start = typed[0] === 'npx' ? 1 : 0;
  if (typed[start] !== name) return null;
  const argv = typed.slice(start + 1);
  if (!argv.every(staysInside)) return null;
  if (after === undefined) return { argv, stdin: null };
  return given?.[0] === 'echo' ? { argv, stdin: `${given.slice(1).join(' ')}\n` } : null;
}

/** Calls of the program in the code blocks of documents. */
export const shownCalls = (documents: readonly string[], name: string): readonly ShownCall[] =>
  documents
    .flatMap(codeBlocks)
    .flatMap((block) => block.split('\n'))
    .map((line) => callIn(line, name))
    .filter((call) => call !== null);
