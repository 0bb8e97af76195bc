import type { PatchEdit } from './edit.ts';
import { findUnique, occurrences, type Splice } from './match.ts';
import { type EditOutcome, type EditOutcomeCode, type EditStrategy, outcomeOf } from './outcome.ts';
import { decodeText, encodeText, lineEndingAt, withLineEnding } from './text.ts';

/** Offsets in UTF-16 units. `documented` is where the comment that documents the symbol begins, else `start`. */
export type SymbolRange = Readonly<{ documented: number; start: number; end: number }>;

export type FileTools = Readonly<{
  /** False only for a file of a known language with a syntax error. */
  parses(path: string, bytes: Uint8Array): boolean;
  /** Every declaration of `name` (`fn`, `Class`, `Class.method`) in the text. */
  symbols(path: string, text: string, name: string): readonly SymbolRange[];
}>;

export type TextEdit = PatchEdit & { op: 'SEARCH_REPLACE' | 'SYMBOL_REPLACE' };

type Placed =
  | Readonly<{ strategy: EditStrategy; splice: Splice }>
  | Readonly<{ problem: EditOutcomeCode; reason?: string }>;

const oneSymbol = (path: string, text: string, name: string, tools: FileTools): SymbolRange | Placed => {
  const ranges = tools.symbols(path, text, name);
  const [range] = ranges;
  if (range === undefined)
    return { problem: 'SYMBOL_NOT_FOUND', reason: `${name} is not declared in the file` };
  return ranges.length === 1
    ? range
    : { problem: 'SYMBOL_NOT_UNIQUE', reason: `${name} is declared ${ranges.length} times` };
};

const wholeSymbol = (text: string, range: SymbolRange, replace: string): Placed => {
  // A replacement that brings its own documentation replaces the old one; otherwise the old one stays.
  const start = /^\s*\/\*\*/u.test(replace) ? range.documented : range.start;
  const replacement = withLineEnding(replace.trim(), lineEndingAt(text, start, range.end));
  return { strategy: 'WHOLE_SYMBOL', splice: { start, end: range.end, replacement } };
};

/** True when the text is one whole declaration of the symbol and nothing else. */
const declaresOnly = (path: string, text: string, name: string, tools: FileTools): boolean => {
  const ranges = tools.symbols(path, text, name);
  const [range] = ranges;
  if (range === undefined || ranges.length !== 1) return false;
  return text.slice(0, range.documented).trim() === '' && /^[\s;]*$/u.test(text.slice(range.end));
};

const placeSearch = (edit: PatchEdit & { op: 'SEARCH_REPLACE' }, text: string, tools: FileTools): Placed => {
  if (edit.search === '') return { problem: 'NOT_UNIQUE', reason: 'an empty text is everywhere' };
  const match = findUnique(text, edit.search, edit.replace);
  if (match.found === 'ONE') return match;
  const problem: Placed =
    match.found === 'NONE'
      ? { problem: 'NOT_FOUND' }
      : { problem: 'NOT_UNIQUE', reason: `the text to replace is in the file ${match.count} times` };
  if (edit.symbol === undefined) return problem;

  const range = oneSymbol(edit.path, text, edit.symbol, tools);
  if (!('start' in range)) return range;
  const scoped = findUnique(text.slice(range.documented, range.end), edit.search, edit.replace);
  if (scoped.found === 'ONE') {
    const { start, end, replacement } = scoped.splice;
    const offset = range.documented;
    return { strategy: 'SCOPED_SYMBOL', splice: { start: start + offset, end: end + offset, replacement } };
  }
  const bothWhole = [edit.search, edit.replace].every((part) =>
    declaresOnly(edit.path, part, edit.symbol ?? '', tools),
  );
  return scoped.found === 'NONE' && bothWhole ? wholeSymbol(text, range, edit.replace) : problem;
};

const placeSymbol = (edit: PatchEdit & { op: 'SYMBOL_REPLACE' }, text: string, tools: FileTools): Placed => {
  const range = oneSymbol(edit.path, text, edit.symbol, tools);
  return 'start' in range ? wholeSymbol(text, range, edit.replace) : range;
};

/** The result is there and the place to change is not: an earlier run did it. */
const alreadyThere = (edit: TextEdit, text: string, tools: FileTools): boolean => {
  const lf = withLineEnding(text, '\n');
  const replace = withLineEnding(edit.replace, '\n');
  if (edit.op === 'SYMBOL_REPLACE') {
    const range = oneSymbol(edit.path, lf, edit.symbol, tools);
    if (!('start' in range)) return false;
    return [range.start, range.documented].some((start) => lf.slice(start, range.end) === replace.trim());
  }
  const search = withLineEnding(edit.search, '\n');
  const results = replace.trim() === '' ? [] : occurrences(lf, replace);
  const [at] = results;
  if (at === undefined || results.length !== 1) return false;
  return occurrences(lf, search).every(
    (start) => start >= at && start + search.length <= at + replace.length,
  );
};

/**
 * Applies one text edit to the bytes of one file. Bytes outside the replaced range stay as they are. `bytes` is null
 * when the file does not change.
 */
export const applyToFile = (
  edit: TextEdit,
  bytes: Uint8Array,
  tools: FileTools,
  { baseMatches }: Readonly<{ baseMatches: boolean }>,
): Readonly<{ outcome: EditOutcome; bytes: Uint8Array | null }> => {
  const unchanged = (code: EditOutcomeCode, reason?: string) => ({
    outcome: outcomeOf(edit, code, null, reason),
    bytes: null,
  });
  const { text, encoding } = decodeText(bytes);
  if (!baseMatches) {
    return unchanged(alreadyThere(edit, text, tools) ? 'ALREADY_APPLIED' : 'BASE_CONFLICT');
  }
  const placed =
    edit.op === 'SEARCH_REPLACE' ? placeSearch(edit, text, tools) : placeSymbol(edit, text, tools);
  if ('problem' in placed) return unchanged(placed.problem, placed.reason);

  const { start, end, replacement } = placed.splice;
  if (text.slice(start, end) === replacement) return unchanged('ALREADY_APPLIED');
  const after = encodeText({ text: text.slice(0, start) + replacement + text.slice(end), encoding });
  if (after === null) return unchanged('NOT_REPRESENTABLE');
  return { outcome: outcomeOf(edit, 'APPLIED', placed.strategy), bytes: after };
};
