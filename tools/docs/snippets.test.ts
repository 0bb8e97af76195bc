import { describe, expect, it } from 'vitest';
import {
  checkCommands,
  checkDecisions,
  checkLinks,
  checkPaths,
  checkRecordings,
  checkTypeScript,
} from './snippets.ts';

const page = (text: string) => [{ file: 'docs/page.md', text }];

describe('docs check', () => {
  it('finds a snippet that does not compile, at its line', () => {
    const text = '# A\n\n```ts\nconst fine = 1;\nconst broken: string = fine;\n```\n';
    const found = checkTypeScript(page(text), process.cwd());
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ file: 'docs/page.md', line: 5 });
    expect(found[0]?.message).toContain("not assignable to type 'string'");
  });

  it('resolves what snippets import from the repository', () => {
    const good = "```ts\nimport { never } from './domain/kernel/never.ts';\nexport const x = never;\n```\n";
    expect(checkTypeScript(page(good), process.cwd())).toEqual([]);
    const gone = "```ts\nimport { gone } from './domain/kernel/gone.ts';\nexport const x = gone;\n```\n";
    expect(checkTypeScript(page(gone), process.cwd())).toHaveLength(1);
  });

  it('finds npm commands and links that lead nowhere', () => {
    const text = 'Run `npm run demo` or `npm test`; see [a](gone.md) and [b](https://example.org/x).\n';
    expect(checkCommands(page(text), new Set(['test']))).toMatchObject([{ line: 1 }]);
    expect(checkLinks(page(text), '/r', (path) => path !== '/r/docs/gone.md')).toHaveLength(1);
    expect(checkLinks(page(text), '/r', () => true)).toEqual([]);
  });

  it('holds no scripts of a project that a recording tells of against ours, and those behind it still', () => {
    const text = '<!-- demo:begin -->\nnpm run build writes it\n<!-- demo:end -->\nnpm run gone\n';
    expect(checkCommands(page(text), new Set(['test']))).toEqual([
      { file: 'docs/page.md', line: 4, message: 'there is no npm script "gone"' },
    ]);
  });

  it('finds files and folders that are not there, and takes no pattern for one', () => {
    const text =
      'See `infra/gone.ts` and\n`domain/kernel/`, `infra/x-*.ts`, `not/ours.ts`, `tools/docs/check.ts`.\n';
    const there = ['/r/domain/kernel/', '/r/tools/docs/check.ts'];
    expect(checkPaths(page(text), '/r', (path) => there.includes(path))).toEqual([
      { file: 'docs/page.md', line: 1, message: 'there is no infra/gone.ts' },
    ]);
  });

  it('finds two decisions of one number', () => {
    const decision = (name: string) => ({ file: `docs/decisions/${name}.md`, text: '' });
    const pages = [decision('0054-one'), decision('0054-other'), decision('0055-third'), ...page('')];
    expect(checkDecisions(pages)).toEqual([
      { file: 'docs/decisions/0054-other.md', line: 1, message: 'there is another decision 0054' },
    ]);
  });

  it('finds a recording that nobody made', () => {
    const recorded = (output: string) => page(`<!-- demo:begin -->\n${output}\n<!-- demo:end -->\n`);
    expect(checkRecordings(recorded(''))).toHaveLength(1);
    expect(checkRecordings(recorded('$ iama run measure'))).toEqual([]);
  });
});
