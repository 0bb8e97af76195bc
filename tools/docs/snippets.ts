import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

export type Problem = Readonly<{ file: string; line: number; message: string }>;
export type Page = Readonly<{ file: string; text: string }>;

const FENCE = /^```(\w+)[^\n]*\n([\s\S]*?)^```/gm;

/** Fenced blocks of one language, with the line their code starts at. */
export const blocks = (page: Page, language: string): { line: number; code: string }[] =>
  [...page.text.matchAll(FENCE)]
    .filter(([, name]) => name === language)
    .map((match) => ({
      line: page.text.slice(0, match.index).split('\n').length + 1,
      code: match[2] ?? '',
    }));

/** Type-checks every `ts` block as a module at the root of the repository, with its strict settings. */
export const checkTypeScript = (pages: readonly Page[], root: string): Problem[] => {
  const sources = new Map<string, { page: string; line: number; code: string }>();
  for (const page of pages) {
    for (const { line, code } of blocks(page, 'ts')) {
      sources.set(join(root, `__snippet_${sources.size}.ts`), { page: page.file, line, code });
    }
  }
  if (sources.size === 0) return [];
  const configPath = join(root, 'tsconfig.json');
  const config = ts.parseJsonConfigFileContent(
    ts.readConfigFile(configPath, ts.sys.readFile).config,
    ts.sys,
    root,
  );
  const host = ts.createCompilerHost(config.options);
  const { readFile, fileExists, getSourceFile } = host;
  host.fileExists = (name) => sources.has(name) || fileExists(name);
  host.readFile = (name) => sources.get(name)?.code ?? readFile(name);
  host.getSourceFile = (name, options, ...rest) => {
    const snippet = sources.get(name);
    return snippet === undefined
      ? getSourceFile(name, options, ...rest)
      : ts.createSourceFile(name, `${snippet.code}\nexport {};\n`, options);
  };
  const program = ts.createProgram([...sources.keys()], config.options, host);
  return [...sources].flatMap(([name, { page, line }]) => {
    const file = program.getSourceFile(name);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      (found) => ({
        file: page,
        line: line + (file?.getLineAndCharacterOfPosition(found.start ?? 0).line ?? 0),
        message: ts.flattenDiagnosticMessageText(found.messageText, ' '),
      }),
    );
  });
};

const lineOf = (text: string, index: number): number => text.slice(0, index).split('\n').length;

const RECORDING = /<!-- ([a-z]+):begin -->([\s\S]*?)<!-- \1:end -->/g;

/** Recorded output speaks of the project that was worked on, whose scripts are not ours. Lines keep their numbers. */
const withoutRecordings = (text: string): string =>
  text.replaceAll(RECORDING, (recorded) => recorded.replaceAll(/[^\n]/g, ' '));

/** Every `npm run NAME` in a page must be a script, every `npm test|start` too. */
export const checkCommands = (pages: readonly Page[], scripts: ReadonlySet<string>): Problem[] =>
  pages.flatMap((page) =>
    [...withoutRecordings(page.text).matchAll(/\bnpm (?:run (?:--silent )?)?([a-z][a-z:-]*)/g)]
      .filter(([whole, name]) => whole.startsWith('npm run') || name === 'test' || name === 'start')
      .filter(([, name]) => name !== undefined && !scripts.has(name))
      .map((match) => ({
        file: page.file,
        line: lineOf(page.text, match.index),
        message: `there is no npm script "${match[1]}"`,
      })),
  );

/** Every relative link must lead to a file that exists. */
export const checkLinks = (
  pages: readonly Page[],
  root: string,
  exists: (path: string) => boolean,
): Problem[] =>
  pages.flatMap((page) =>
    [...page.text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
      .filter(([, target]) => target !== undefined && !/^[a-z]+:/.test(target))
      .filter(([, target]) => !exists(resolve(root, dirname(page.file), target ?? '')))
      .map((match) => ({
        file: page.file,
        line: lineOf(page.text, match.index),
        message: `broken link to ${match[1]}`,
      })),
  );

/** Decisions are named by their number, which two of them must not share. */
export const checkDecisions = (pages: readonly Page[]): Problem[] => {
  const numberOf = ({ file }: Page): string | undefined => /^docs\/decisions\/(\d{4})-/.exec(file)?.[1];
  const taken = new Set<string>();
  return pages.flatMap((page) => {
    const number = numberOf(page);
    if (number === undefined) return [];
    if (taken.has(number))
      return [{ file: page.file, line: 1, message: `there is another decision ${number}` }];
    taken.add(number);
    return [];
  });
};

const ROOMS =
  'bench|commands|docs|domain|examples|extension|infra|migrations|processors|projections|read-api|tools|web';
const PATH = new RegExp(`\`((?:${ROOMS})/[\\w./-]+)\``, 'g');

/** Every file or folder of ours that a page names in backticks must exist; a pattern with a star is none. */
export const checkPaths = (
  pages: readonly Page[],
  root: string,
  exists: (path: string) => boolean,
): Problem[] =>
  pages.flatMap((page) =>
    [...page.text.matchAll(PATH)]
      .filter(([, path]) => !exists(join(root, path ?? '')))
      .map((match) => ({
        file: page.file,
        line: lineOf(page.text, match.index),
        message: `there is no ${match[1]}`,
      })),
  );

/** What stands between `<!-- NAME:begin -->` and `<!-- NAME:end -->` is the output of a real run; it must not be missing. */
export const checkRecordings = (pages: readonly Page[]): Problem[] =>
  pages.flatMap((page) =>
    [...page.text.matchAll(RECORDING)]
      .filter(([, , recorded]) => (recorded ?? '').trim() === '')
      .map((match) => ({
        file: page.file,
        line: lineOf(page.text, match.index),
        message: `the recorded output "${match[1]}" is missing`,
      })),
  );
