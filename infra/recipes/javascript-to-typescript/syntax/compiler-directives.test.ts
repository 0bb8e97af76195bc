import { describe, expect, it } from 'vitest';
import { parsed } from '../testing/parsed.ts';
import { withoutCompilerDirectives } from './compiler-directives.ts';

const texts = (text: string): ReturnType<typeof withoutCompilerDirectives> =>
  withoutCompilerDirectives(parsed(text, 'module'));

describe('comments that tell TypeScript to overlook errors', () => {
  it.each([
    ['alone on a line', 'f()\n  // @ts-ignore\nf()\n', 'f()\nf()\n'],
    ['with a reason', '// @ts-expect-error: no index.\nf()\n', '// no index.\nf()\n'],
    ['after code', 'f() // @ts-ignore\nf()\n', 'f() \nf()\n'],
    ['in a block comment', 'f(/* @ts-ignore */a)\n', 'f( a)\n'],
    ['by a longer word', '// @ts-ignore-next-line why\nf() // @ts-ignored\n', '// why\nf() \n'],
    ['for the whole file, in capitals', '// @TS-NoCheck\nf()\n', 'f()\n'],
    ['at the end of a longer comment', '/* Why.\n * @ts-ignore */\nf()\n', '/* Why.\n * */\nf()\n'],
    ['for the whole file', '#!/usr/bin/env node\n// @ts-nocheck\nf()\n', '#!/usr/bin/env node\nf()\n'],
    ['with a break of two characters', '// @ts-nocheck\r\nf()\r\n', 'f()\r\n'],
  ])('[LLM-10] are taken out: %s', (_, before, after) => {
    expect(texts(before).text).toBe(after);
  });

  it.each([
    "f('// @ts-ignore')\n",
    'f(`\n// @ts-nocheck\n`)\n',
    '// see @ts-ignore\nf()\n',
    '/*\n * Why.\n * @ts-ignore\n */\nf()\n',
    '// @ts-check\nf()\n',
    'f()\n',
  ])('[LLM-10] are not what only looks like one: %s', (text) => {
    expect(texts(text)).toEqual({ text, lines: [] });
  });

  it('[LLM-10] are told by their lines', () => {
    expect(texts('f()\n// @ts-ignore\nf()\n// @ts-expect-error\nf()\n').lines).toEqual([2, 4]);
  });
});
