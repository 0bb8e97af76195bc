import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { shownCalls, staysInside, wordsOf } from './words.ts';

const wordsIn = (text: string) =>
  wordsOf([ts.createSourceFile('cli.js', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS)]);

describe('what can be typed after the name of a program', () => {
  it.each(['/etc/passwd', '--out=/etc', '../up', 'a/../../b', '~/x', 'C:\\x', '-o ~', 'a,/b'])(
    '[TST-01] [SEC-16] passes nothing that names a place outside: %s',
    (word) => {
      expect(staysInside(word)).toBe(false);
      expect(wordsIn(`f(${JSON.stringify(word)})`).words).toEqual([]);
      expect(shownCalls([`\`\`\`\nprog '${word}'\n\`\`\``], 'prog')).toEqual([]);
    },
  );

  it('[TST-01] finds flags in usage text and comparisons, those with values, and options by their members', () => {
    const { flags, words } = wordsIn(`
      'use strict';
      var usage = 'prog [--out <file>] [-v|--verbose] --size=N';
      if (arg === 'build' || arg === '--dry-run') require('./other');
      if (argv.quiet || argv.length) f(options.x);`);
    expect(flags).toEqual([
      { text: '--out', takesValue: true },
      { text: '-v', takesValue: false },
      { text: '--verbose', takesValue: false },
      { text: '--size', takesValue: false },
      { text: '--dry-run', takesValue: false },
      { text: '--quiet', takesValue: false },
      { text: '-x', takesValue: false },
    ]);
    expect(words).toEqual(['build']);
  });

  it('[TST-01] reads calls that documents show, and only those that need no shell', () => {
    const document = [
      '```sh',
      '$ prog --lines "two words" input.txt # counts',
      'echo "one two" | npx prog -c',
      'prog a && rm -rf b',
      'prog $(whoami)',
      'prog > out.txt',
      'cat x | prog',
      'other --flag',
      '```',
    ].join('\n');
    expect(shownCalls([document], 'prog')).toEqual([
      { argv: ['--lines', 'two words', 'input.txt'], stdin: null },
      { argv: ['-c'], stdin: 'one two\n' },
    ]);
  });
});
