import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXIT } from './exit-codes.ts';

const page = readFileSync(new URL('../../../docs/reference/command-line.md', import.meta.url), 'utf8');
const folder = new URL('./', import.meta.url);
const sources = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'));

describe('the page about the command line', () => {
  it('[EXE-07] names every code that a command can end with', () => {
    const made = sources.flatMap((text) =>
      [...text.matchAll(/new CommandEnd\(\s*EXIT\.[A-Z_]+,\s*'(?<code>[A-Z_]+)'/gu)].map(
        ({ groups }) => groups?.['code'] ?? '',
      ),
    );
    expect(made.length).toBeGreaterThan(20);
    expect(made.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  });

  it('[EXE-07] names every exit code', () => {
    expect(Object.values(EXIT).filter((code) => !page.includes(`\n| ${code} |`))).toEqual([]);
  });
});
