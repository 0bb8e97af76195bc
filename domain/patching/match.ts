import { lineEndingAt, withLineEnding } from './text.ts';

/**
 * Finding the one place that an edit means (EXE-06). Each step of the ladder answers with a place, with "not found", or
 * with "more than one": an ambiguous edit is never applied.
 */
export type MatchStrategy = 'EXACT' | 'NORMALISED' | 'UNIFORM_INDENT';
export type Splice = Readonly<{ start: number; end: number; replacement: string }>;
export type Match =
  | Readonly<{ found: 'ONE'; strategy: MatchStrategy; splice: Splice }>
  | Readonly<{ found: 'NONE' }>
  | Readonly<{ found: 'MANY'; count: number }>;

const NONE: Match = { found: 'NONE' };

/** Every start of `needle`, overlapping ones too: `aa` is ambiguous in `aaa`. */
export const occurrences = (text: string, needle: string): number[] => {
  const found: number[] = [];
  for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + 1)) found.push(at);
  return found;
};

const exact = (text: string, search: string, replace: string): Match => {
  const starts = occurrences(text, search);
  const [start] = starts;
  if (start === undefined) return NONE;
  if (starts.length > 1) return { found: 'MANY', count: starts.length };
  const end = start + search.length;
  // A search that spans lines was written with the file's own line endings; a shorter one says nothing about them.
  const replacement = /[\r\n]/u.test(search)
    ? replace
    : withLineEnding(replace, lineEndingAt(text, start, end));
  return { found: 'ONE', strategy: 'EXACT', splice: { start, end, replacement } };
};

/** One line ending, one base character with its marks, or one run of conjoining jamo: what NFC may change as a whole. */
const CLUSTER = /\r\n|[\u1100-\u11ff]+\p{M}*|[^\p{M}]\p{M}*|\p{M}+/gsu;

type Normalised = Readonly<{ text: string; boundary: ReadonlyMap<number, number> }>;

/** LF and NFC, with the original offset of every cluster boundary. */
const normalise = (text: string): Normalised => {
  const boundary = new Map<number, number>();
  let out = '';
  let offset = 0;
  for (const [cluster] of text.matchAll(CLUSTER)) {
    boundary.set(out.length, offset);
    out += cluster === '\r\n' || cluster === '\r' ? '\n' : cluster.normalize('NFC');
    offset += cluster.length;
  }
  boundary.set(out.length, offset);
  return { text: out, boundary };
};

const normalised = (text: string, search: string, replace: string): Match => {
  const haystack = normalise(text);
  const needle = normalise(search).text;
  const splices = occurrences(haystack.text, needle).flatMap((at) => {
    const start = haystack.boundary.get(at);
    const end = haystack.boundary.get(at + needle.length);
    return start === undefined || end === undefined ? [] : [{ start, end }];
  });
  const [place] = splices;
  if (place === undefined) return NONE;
  if (splices.length > 1) return { found: 'MANY', count: splices.length };
  const replacement = withLineEnding(replace, lineEndingAt(text, place.start, place.end));
  return { found: 'ONE', strategy: 'NORMALISED', splice: { ...place, replacement } };
};

type Line = Readonly<{ content: string; start: number; end: number }>;

const linesOf = (text: string): Line[] => {
  const lines: Line[] = [];
  let start = 0;
  for (const ending of text.matchAll(/\r\n|\n|\r/gu)) {
    lines.push({ content: text.slice(start, ending.index), start, end: ending.index });
    start = ending.index + ending[0].length;
  }
  lines.push({ content: text.slice(start), start, end: text.length });
  return lines;
};

const isBlank = (line: string): boolean => line.trim() === '';

const commonIndent = (lines: readonly string[]): string => {
  const indents = lines.filter((line) => !isBlank(line)).map((line) => /^[ \t]*/u.exec(line)?.[0] ?? '');
  return indents.reduce((common, indent) => {
    let length = 0;
    while (length < common.length && common[length] === indent[length]) length++;
    return common.slice(0, length);
  }, indents[0] ?? '');
};

const dedent = (lines: readonly string[], indent: string): string[] | null =>
  lines.every((line) => isBlank(line) || line.startsWith(indent))
    ? lines.map((line) => (isBlank(line) ? '' : line.slice(indent.length)))
    : null;

const dropFinalNewline = (text: string): string => text.replace(/(?:\r\n|\n|\r)$/u, '');

/** Whole lines that differ from the search by one and the same indentation on every line that is not blank. */
const uniformIndent = (text: string, search: string, replace: string): Match => {
  const bothEnd = /[\r\n]$/u.test(search) === /[\r\n]$/u.test(replace);
  if (!bothEnd || isBlank(search)) return NONE;
  const wanted = dropFinalNewline(search).split(/\r\n|\n|\r/u);
  const searchIndent = commonIndent(wanted);
  const bare = dedent(wanted, searchIndent);
  const bareReplacement = dedent(dropFinalNewline(replace).split(/\r\n|\n|\r/u), searchIndent);
  if (bare === null || bareReplacement === null) return NONE;

  const lines = linesOf(text);
  const places: Array<Readonly<{ start: number; end: number; indent: string }>> = [];
  for (let at = 0; at + bare.length <= lines.length; at++) {
    const window = lines.slice(at, at + bare.length);
    const indent = commonIndent(window.map((line) => line.content));
    const candidate = dedent(
      window.map((line) => line.content),
      indent,
    );
    const [first, last] = [window[0], window.at(-1)];
    if (first && last && candidate?.every((line, index) => line === bare[index])) {
      places.push({ start: first.start, end: last.end, indent });
    }
  }
  const [place] = places;
  if (place === undefined) return NONE;
  if (places.length > 1) return { found: 'MANY', count: places.length };
  const replacement = bareReplacement
    .map((line) => (line === '' ? '' : place.indent + line))
    .join(lineEndingAt(text, place.start, place.end));
  return {
    found: 'ONE',
    strategy: 'UNIFORM_INDENT',
    splice: { start: place.start, end: place.end, replacement },
  };
};

/** The first rung that finds something decides; a rung that finds several stops the ladder. */
export const findUnique = (text: string, search: string, replace: string): Match => {
  for (const rung of [exact, normalised, uniformIndent]) {
    const match = rung(text, search, replace);
    if (match.found !== 'NONE') return match;
  }
  return NONE;
};
