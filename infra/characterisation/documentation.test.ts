import { describe, expect, it } from 'vitest';
import { codeBlocks, commentedCalls, inlineCode } from './documentation.ts';

describe('code in documents', () => {
  it('[TST-01] is what fences hold and what is indented, in order', () => {
    const text = [
      'Say `hello(1)`.',
      '',
      '```js',
      'a()',
      '',
      '    inside()',
      '```',
      '',
      '    b()',
      '\tc()',
      'no code',
      '    nor this',
      '~~~',
      'd(`x`)',
      '~~~',
      '```',
      'never closed',
    ].join('\n');
    expect(codeBlocks(text)).toEqual(['a()\n\n    inside()', 'd(`x`)', '    b()\n\tc()']);
    expect(inlineCode(text)).toEqual(['hello(1)']);
  });

  it('[TST-01] is read from comments where it looks like a call', () => {
    const text =
      '/**\n * size("1kb") // => 1024\n *  nothing here\n * (in brackets)\n */\nsize(2);\n  * last(a, b)';
    expect(commentedCalls(text)).toEqual(['size("1kb") // => 1024', 'last(a, b)']);
  });

  it.each([
    ['backticks alone', '`'.repeat(200_000)],
    ['fences that nothing closes', '```\n~~~x '.repeat(40_000)],
    ['asterisks and spaces', ` * ${' '.repeat(8)}`.repeat(20_000)],
    ['empty lines', '\n'.repeat(200_000)],
    ['brackets that nothing closes', ` * f${'('.repeat(200_000)}`],
    ['brackets that nothing opens', ` * f${')'.repeat(200_000)}`],
    ['indents', '\n\n\t'.repeat(60_000)],
  ])('[TST-01] takes time in step with the length: %s', (_, text) => {
    // Of the processor: a busy machine must not make it look slow.
    const before = process.cpuUsage();
    codeBlocks(text);
    inlineCode(text);
    commentedCalls(text);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(1_000);
  });
});
