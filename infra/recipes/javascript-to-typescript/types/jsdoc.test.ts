import { describe, expect, it, vi } from 'vitest';
import { annotateText } from './testing.ts';

// The first call parses the compiler's libraries.
vi.setConfig({ testTimeout: 60_000 });

describe('types from comments', () => {
  it.each([
    ['{string} a', 'a: string'],
    ['{String|Number} a', 'a: string | number'],
    ['{string} [a]', 'a?: string'],
    ['{number} [a=2]', 'a?: number'],
    ['{?string} a', 'a: string | null'],
    ['{string=} a', 'a?: string'],
    ['{Array<string>} a', 'a: (string)[]'],
    ['{string[]} a', 'a: string[]'],
    ['{Object.<string, number>} a', 'a: Record<string, number>'],
    ['{function(string): number} a', 'a: (arg0: string) => number'],
    ['{Error} a', 'a: Error'],
    ['{{ x: number, y?: string }} a', 'a: { x: number; y?: string }'],
  ])('[LLM-10] reads @param %s', (tag, expected) => {
    const { text, strictErrors } = annotateText(
      `/**\n * @param ${tag}\n */\nfunction f (a) { return a }\nexport = f\n`,
    );
    expect(text).toContain(`function f (${expected})`);
    expect(strictErrors).toEqual([]);
  });

  it('[LLM-10] drops a comment that the body contradicts and says so', () => {
    const { text, left, strictErrors } = annotateText(
      '/**\n * @param {number} s\n */\nfunction up (s) { return s.toUpperCase().trim() }\nexport = up\n',
    );
    expect(text).toContain('function up (s: string)');
    expect(left).toEqual([expect.objectContaining({ code: 'JSDOC_CONTRADICTED', path: 'index.ts' })]);
    expect(strictErrors).toEqual([]);
  });

  it('[LLM-10] keeps what a comment allows beside what the body happens to use', () => {
    const { text } = annotateText(
      '/**\n * @param {string|Buffer} s\n */\nfunction low (s) { return s.toLowerCase() }\nexport = low\n',
    );
    expect(text).toContain('function low (s: string | Buffer)');
  });

  it('[LLM-10] widens a comment by the kinds that the body lets through', () => {
    const { text } = annotateText(
      "/**\n * @param {string} v\n */\nfunction f (v) { if (typeof v === 'number') return v; return parseFloat(v) }\nexport = f\n",
    );
    expect(text).toContain('f (v: string | number)');
  });

  it('[LLM-10] joins documented options with those that the body reads, each of them optional', () => {
    const { text, strictErrors } = annotateText(
      '/**\n * @param {object} [o]\n * @param {number} [o.size]\n */\nfunction f (o) { return o ? [o.size, o.name] : null }\nexport = f\n',
    );
    expect(text).toContain('o?: { size?: number; name?: unknown }');
    expect(strictErrors).toEqual([]);
  });

  it('[LLM-10] takes the result from the comment where TypeScript finds any', () => {
    const { text } = annotateText(
      '/** @returns {string} */\nfunction f () { return JSON.parse("1") }\nexport = f\n',
    );
    expect(text).toContain('function f (): string {');
  });
});
