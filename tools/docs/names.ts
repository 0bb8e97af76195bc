import type { Command } from 'commander';
import type { Page, Problem } from './snippets.ts';

type Span = Readonly<{ file: string; line: number; text: string }>;

const FENCED = /^```[^\n]*\n([\s\S]*?)^```/gm;
const INLINE = /`([^`\n]+)`/g;

/** Everything that a page sets as code: each line of a fenced block, each inline piece. */
const codeOf = ({ file, text }: Page): Span[] => {
  const spans = (source: string, from: number): Span[] =>
    source.split('\n').map((each, index) => ({ file, line: from + index, text: each }));
  const lineAt = (index: number): number => text.slice(0, index).split('\n').length;
  const blocks = [...text.matchAll(FENCED)].flatMap((match) =>
    spans(match[1] ?? '', lineAt(match.index) + 1),
  );
  const prose = text.replaceAll(FENCED, (block) => block.replaceAll(/[^\n]/g, ' '));
  return [
    ...blocks,
    ...[...prose.matchAll(INLINE)].map((match) => ({
      file,
      line: lineAt(match.index),
      text: match[1] ?? '',
    })),
  ];
};

const problemAt = ({ file, line }: Span, message: string): Problem => ({ file, line, message });

const optionsIn = (words: readonly string[]): string[] =>
  words.flatMap((word) => /^(--[a-z][a-z-]*)/.exec(word)?.[1] ?? []);

/** Every `iama ...` set as code must be a command of the program, with options that it has. */
export const checkCommandLines = (pages: readonly Page[], program: Command): Problem[] => {
  const check = (span: Span, typed: string): Problem[] => {
    const words = typed.split(/\s+/).filter((word) => word !== '');
    let command = program;
    let depth = 0;
    while (command.commands.length > 0 && /^[a-z]/.test(words[depth] ?? '')) {
      const next = command.commands.find((each) => each.name() === words[depth]);
      if (next === undefined) {
        if (words[depth] === 'help') return [];
        return [problemAt(span, `there is no command "iama ${words.slice(0, depth + 1).join(' ')}"`)];
      }
      command = next;
      depth += 1;
    }
    const known = new Set(['--help', '--version', ...command.options.flatMap(({ long }) => long ?? [])]);
    return optionsIn(words.slice(depth))
      .filter((option) => !known.has(option))
      .map((option) =>
        problemAt(span, `"iama ${words.slice(0, depth).join(' ')}" takes no option ${option}`),
      );
  };
  return pages
    .flatMap(codeOf)
    .flatMap((span) =>
      [...span.text.matchAll(/(?<![\w./-])iama ([a-z][^|;&#>]*)/g)].flatMap(([, typed = '']) =>
        check(span, typed),
      ),
    );
};

const leaves = (command: Command, path: string): string[] =>
  command.commands.length === 0
    ? [path]
    : command.commands.flatMap((each) => leaves(each, `${path} ${each.name()}`));

/** Every command of the program must be named by a page. */
export const checkCommandsTold = (pages: readonly Page[], program: Command, file: string): Problem[] => {
  const told = pages.flatMap(codeOf).map(({ text }) => text);
  return leaves(program, 'iama')
    .filter((path) => !told.some((text) => `${text} `.includes(`${path} `)))
    .map((path) => ({ file, line: 1, message: `no page names the command "${path}"` }));
};

/** Every option of every command must be set as code by a page that names the command too. */
export const checkOptionsTold = (pages: readonly Page[], program: Command, file: string): Problem[] => {
  const told = pages.map((page) => codeOf(page).map(({ text }) => `${text} `));
  const names = (texts: readonly string[], words: string): boolean =>
    texts.some((text) => new RegExp(`${words}(?![\\w-])`).test(text));
  const untold = (command: Command, path: string): Problem[] => [
    ...command.options
      .flatMap(({ long }) => long ?? [])
      .filter((long) => !told.some((texts) => names(texts, path) && names(texts, long)))
      .map((long) => ({ file, line: 1, message: `no page that names "${path}" tells of ${long}` })),
    ...command.commands.flatMap((each) => untold(each, `${path} ${each.name()}`)),
  ];
  return untold(program, 'iama');
};

/** Every variable of the environment that these sources read must stand in a page. */
export const checkVariablesTold = (pages: readonly Page[], sources: readonly Page[]): Problem[] => {
  const told = new Set(pages.flatMap(({ text }) => text.match(/\b[A-Z][A-Z0-9_]+\b/g) ?? []));
  return sources.flatMap(({ file, text }) =>
    [...text.matchAll(/\benv(?:ironment)?\['([A-Z][A-Z0-9_]+)'\]/g)]
      .filter(([, name = '']) => !told.has(name))
      .map((match) => ({
        file,
        line: text.slice(0, match.index).split('\n').length,
        message: `no page names the variable ${match[1]}`,
      })),
  );
};

/** Every npm script must be named by a page. */
export const checkScriptsTold = (pages: readonly Page[], scripts: readonly string[]): Problem[] => {
  const told = pages.flatMap(codeOf).map(({ text }) => `${text} `);
  const isTold = (name: string): boolean =>
    told.some((text) => new RegExp(`npm (?:run (?:--silent )?)?${name}[^\\w:-]`).test(text));
  return scripts
    .filter((name) => !isTold(name))
    .map((name) => ({ file: 'package.json', line: 1, message: `no page names "npm run ${name}"` }));
};

/** Options behind `npm run NAME --` must be words of the program that the script starts. */
export const checkScriptOptions = (
  pages: readonly Page[],
  sourceOf: (script: string) => string | null,
): Problem[] =>
  pages.flatMap(codeOf).flatMap((span) =>
    [...span.text.matchAll(/npm run (?:--silent )?([a-z][a-z:-]*) -- ([^|;&#>]*)/g)].flatMap(
      ([, script = '', typed = '']) => {
        const source = sourceOf(script);
        if (source === null) return [];
        return optionsIn(typed.split(/\s+/))
          .filter((option) => !new RegExp(`--${option.slice(2)}\\b|\\b${option.slice(2)}'?:`).test(source))
          .map((option) => problemAt(span, `"npm run ${script}" takes no option ${option}`));
      },
    ),
  );

/** Codes (`JOB_NOT_FOUND`), variables, tables (`usage_ledger`) and events (`JobRefused`): what a reader will search for. */
const NAME = /^(?:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[a-z][a-z0-9]*(?:_[a-z0-9]+)+|(?:[A-Z][a-z]+){2,})$/;

/** Every such name that stands alone in a piece of code must occur in the sources; `FILE_` is put before an errno there. */
export const checkNames = (pages: readonly Page[], sources: string): Problem[] => {
  const words = new Set(sources.match(/\w+/g) ?? []);
  return pages
    .flatMap(codeOf)
    .filter(({ text }) => NAME.test(text) && !words.has(text) && !words.has(text.replace(/^FILE_/, '')))
    .map((span) => problemAt(span, `no source knows ${span.text}`));
};

/** Every code with which these sources refuse something must stand in a page. */
export const checkCodesTold = (pages: readonly Page[], sources: readonly Page[]): Problem[] => {
  const told = new Set(pages.flatMap(({ text }) => text.match(/\b[A-Z][A-Z0-9_]+\b/g) ?? []));
  return sources.flatMap(({ file, text }) =>
    [...text.matchAll(/new Rejection\(\s*'([A-Z][A-Z0-9_]+)'/g)]
      .filter(([, code = '']) => !told.has(code))
      .map((match) => ({
        file,
        line: text.slice(0, match.index).split('\n').length,
        message: `no page explains ${match[1]}`,
      })),
  );
};
