/** What is typed after the name of a program that is a server, and what lies in its folder then. */
import { unique } from '../order.ts';
import { type GivenFile, givenFiles } from '../programs/runs.ts';
import { type ProgramWords, type ShownCall, shownCalls } from '../programs/words.ts';

/** How a program is started. */
export type Typed = Readonly<{
  /** What its requests are sent to. */
  argv: readonly string[];
  /** What it is started with besides, each with a few requests. */
  others: readonly (readonly string[])[];
  files: readonly GivenFile[];
  /** Paths at which it may serve what is in the files. */
  pages: readonly string[];
}>;

export const NOTHING_TYPED: Typed = { argv: [], others: [], files: [], pages: [] };

/** Each starts the server once more. */
const MAX_OTHERS = 28;
const PLACES = ['.', 'input.txt', 'data.json', 'missing.txt'];
const VALUES = ['1', 'abc', '.', 'data.json'];
/** What a usage text writes for what is to be filled in. */
const IS_FILLED_IN = /^[[<(]|[\])>]$|\.\.\.$/;
/** A run of a server is ended; these end it by themselves. */
const ENDS = /^(?:-h|-v|-V|--help|--version)$/;

const membersOf = ({ name, text }: GivenFile): readonly string[] => {
  if (!name.endsWith('.json')) return [];
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
};

function pagesOf(files: readonly GivenFile[], argv: readonly string[]): readonly string[] {
  const served = files.filter(({ name }) => argv.includes(name));
  const members = served.flatMap(membersOf).filter((name) => /^\w+$/.test(name));
  return unique([
    ...members.slice(0, 4).flatMap((name) => [`/${name}`, `/${name}/1`]),
    ...files.map(({ name }) => `/${name}`),
  ]);
}

/** With and without what the documents show beside, which the server may not start without. */
const withFlags = ({ flags }: ProgramWords, argv: readonly string[]): readonly (readonly string[])[] =>
  flags
    .filter(({ text }) => !ENDS.test(text) && !argv.includes(text))
    .flatMap(({ text, takesValue }) => [
      [...argv, text],
      ...(takesValue ? VALUES.slice(0, 2).map((value) => [...argv, text, value]) : []),
    ]);

/**
 * @param name what a person types
 * @param documents of the package
 */
export function typedAfter(name: string, words: ProgramWords, documents: readonly string[]): Typed {
  const shown: readonly ShownCall[] = shownCalls(documents, name).filter(
    ({ argv }) => !argv.some((word) => IS_FILLED_IN.test(word) || ENDS.test(word)),
  );
  const argv = shown.some((one) => one.argv.length === 0) ? [] : (shown[0]?.argv ?? []);
  const files = givenFiles(shown, documents);
  const all = [
    ...shown.map((one) => one.argv),
    ...(argv.length === 0 ? PLACES.map((place) => [place]) : [[]]),
    ...withFlags(words, argv),
  ];
  const keys = new Set([JSON.stringify(argv)]);
  const others = all.filter((one) => !keys.has(JSON.stringify(one)) && keys.add(JSON.stringify(one)));
  return { argv, others: others.slice(0, MAX_OTHERS), files, pages: pagesOf(files, argv) };
}
