/** Which runs of a program are tried: what its documents show, then one thing at a time, then combinations, in a fixed order. */
import { sequence, unique } from '../order.ts';
import { type ChosenRun, chosenRuns } from './choose.ts';
import { type Flag, type ProgramWords, type ShownCall, staysInside } from './words.ts';

type Typed = Readonly<{ argv: readonly string[]; stdin: string }>;

export type ProgramRun = ChosenRun<Typed>;

/** A file that lies in the folder of every run. */
export type GivenFile = Readonly<{ name: string; text: string }>;

const MAX_FLAGS = 24;
const MAX_WORDS = 16;
const MAX_NAMED_FILES = 6;
const PER_PROGRAM = 120;
/** Of a document, so much after the name of a file is looked through for its text. */
const MAX_SHOWN = 4_000;

const TEXT = 'one two three\n4 5.5 six\n\n  Über naïve, "quoted"\nlast line\n';
const JSON_TEXT = '{"name":"sample","list":[1,2.5,"three",null,true],"nested":{"a":1}}\n';
const INPUTS = ['', TEXT, JSON_TEXT, 'word', '42\n-7\n0\n'];
const VALUES = ['1', '0', '-1', '3.5', 'abc', 'input.txt', ''];
const FILES = ['input.txt', 'data.json', 'empty.txt', 'missing.txt', '-'];

const TEXTS: Readonly<Record<string, string>> = {
  json: JSON_TEXT,
  js: 'var answer = 42;\nmodule.exports = answer;\n',
  csv: 'a,b,c\n1,2,3\n4,"five, six",7\n',
  md: '# Title\n\nSome *text* with `code`.\n\n- one\n- two\n',
  html: '<p class="a">text &amp; more</p>\n',
  empty: '',
};

/** What a document shows as the text of a file: the JSON text in the code block after its name. */
function shownText(name: string, documents: readonly string[]): string | null {
  if (!name.endsWith('.json')) return null;
  for (const text of documents) {
    for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
      const [, block] = /^[\s\S]{0,200}?\n```\w*\n([\s\S]*?)\n```/.exec(text.slice(at, at + MAX_SHOWN)) ?? [];
      if (block !== undefined && isJsonObject(block)) return `${block}\n`;
    }
  }
  return null;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** The files of the standard matrix, and those that the documents name. */
export function givenFiles(
  shown: readonly ShownCall[],
  documents: readonly string[] = [],
): readonly GivenFile[] {
  const named = shown
    .flatMap(({ argv }) => argv)
    .filter((word) => /^[\w-][\w.-]*\.\w{1,5}$/.test(word) && staysInside(word));
  const textOf = (name: string): string => TEXTS[name.split('.').at(-1) ?? ''] ?? TEXT;
  return [
    { name: 'input.txt', text: TEXT },
    { name: 'data.json', text: JSON_TEXT },
    { name: 'empty.txt', text: '' },
    ...unique(named)
      .filter((name) => !FILES.includes(name))
      .slice(0, MAX_NAMED_FILES)
      .map((name) => ({ name, text: shownText(name, documents) ?? textOf(name) })),
  ];
}

const typed = (argv: readonly string[], stdin = ''): Typed => ({ argv, stdin });

/** One flag alone, with input, with values of different kinds, and with files. */
function withFlag({ text, takesValue }: Flag, values: readonly string[]): readonly Typed[] {
  const few = values.slice(0, takesValue ? 4 : 1);
  return [
    typed([text]),
    typed([text], TEXT),
    typed([text, 'input.txt']),
    ...few.flatMap((value) => [
      typed([text, value], TEXT),
      ...(takesValue ? [typed(['input.txt', text, value])] : []),
      ...(takesValue && text.startsWith('--') ? [typed([`${text}=${value}`], TEXT)] : []),
    ]),
  ];
}

function* combinations(name: string, { flags }: ProgramWords, values: readonly string[]): Generator<Typed> {
  const next = sequence(`${name}/runs`);
  const pick = <Item>(from: readonly Item[]): Item | undefined => from[next() % Math.max(1, from.length)];
  for (;;) {
    const argv: string[] = [];
    for (let count = next() % 3; count >= 0; count -= 1) {
      const flag = pick(flags);
      if (flag !== undefined) argv.push(flag.text);
      if (flag?.takesValue === true || next() % 3 === 0) argv.push(pick(values) ?? '');
    }
    for (let count = next() % 3; count > 0; count -= 1)
      argv.splice(next() % (argv.length + 1), 0, (next() % 2 === 0 ? pick(FILES) : pick(values)) ?? '');
    yield typed(argv, pick(INPUTS));
  }
}

const shell = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word));

export const callText = (name: string, { argv, stdin }: Typed): string =>
  [name, ...argv.map(shell), ...(stdin === '' ? [] : ['<', JSON.stringify(stdin)])].join(' ').slice(0, 160);

export function planRuns(
  name: string,
  words: ProgramWords,
  shown: readonly ShownCall[],
): readonly ProgramRun[] {
  const flags = words.flags.slice(0, MAX_FLAGS);
  const own = words.words.slice(0, MAX_WORDS);
  const values = unique([...own.slice(0, 8), ...VALUES, ...own]);
  const always: readonly Typed[] = [
    ...INPUTS.map((stdin) => typed([], stdin)),
    ...FILES.map((file) => typed([file], TEXT)),
    typed(['input.txt', 'data.json']),
    typed(['--no-such-option']),
    typed(['--help']),
    typed(['--version']),
  ];
  const planned: readonly Typed[] = [
    ...flags.flatMap((flag) => withFlag(flag, values)),
    ...own.flatMap((word) => [typed([word], TEXT), typed([word, 'input.txt'])]),
    ...VALUES.flatMap((value, at) => [typed([value]), ...(at < 3 ? [typed([value, '2', 'abc'])] : [])]),
  ];
  return chosenRuns(name, {
    room: PER_PROGRAM,
    shown: shown.map(({ argv, stdin }) => typed(argv, stdin ?? '')),
    always,
    planned,
    more: combinations(name, { ...words, flags }, values),
    keyOf: ({ argv, stdin }) => JSON.stringify([argv, stdin]),
    callOf: (one) => callText(name, one),
  }).map(({ id, ...run }) => ({ id: `program:${name}:${id}`, ...run }));
}
