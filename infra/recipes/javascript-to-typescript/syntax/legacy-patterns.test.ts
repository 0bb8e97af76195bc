import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runJavaScript } from '../testing/evaluate.ts';
import { parsed } from '../testing/parsed.ts';
import { withoutLegacyPatterns } from './legacy-patterns.ts';

describe('patterns that ask for a group that they do not have', () => {
  it.each([
    ['a group that is there', '/(a)\\1/.test("aa")'],
    ['a named group', '/(?<n>a)\\1/.test("aa")'],
    ['an escape of an escape', '/\\\\1/.test("1")'],
    ['a digit of a class', '/[\\1]/.test("a")'],
    ['a shadowed constructor', 'function f(RegExp) { return /\\1/ }'],
    ['no pattern', '"\\1".length / 1'],
  ])('[LLM-10] leaves %s as it is', (_, source) => {
    expect(withoutLegacyPatterns(parsed(source))).toBe(source);
  });

  it('[LLM-10] are made by the constructor, with the same source and flags', () => {
    const source =
      'log(String("a\\u0001b".replace(/\\1/g, "\'")), /(?:a)\\2\'/.source, /(?<!a)\\1\\//i.flags)';
    const text = withoutLegacyPatterns(parsed(source));
    expect(text).toContain("new RegExp('\\\\1', 'g')");
    expect(text).not.toContain('/\\1/');
    expect(runJavaScript(text)).toEqual(runJavaScript(source));
  });

  it('[LLM-10] stay apart from a word that they stand at', () => {
    const source =
      'function f(s) { switch (true) { case/^a\\1$/.test(s): return/b\\2/.test("b\u0002") } } log(f("a\u0001"), typeof/\\3/)';
    const text = withoutLegacyPatterns(parsed(source));
    expect(text).toContain("return new RegExp('b\\\\2')");
    expect(runJavaScript(text)).toEqual(runJavaScript(source));
  });

  it('[LLM-10] match the same, whatever they are made of', () => {
    const part = fc.constantFrom(
      '\\1',
      '\\2',
      '\\12',
      '(a)',
      '(?:b)',
      '(?<n>c)',
      '[\\1(]',
      '\\(',
      '\\\\',
      "'",
      'a',
      '(?=d)',
    );
    fc.assert(
      fc.property(fc.uniqueArray(part, { minLength: 1, maxLength: 6 }), fc.string(), (parts, subject) => {
        const source = `var r = /${parts.join('')}/g; log(r.source, r.flags, ${JSON.stringify(`${subject}\u0001\u0002\n`)}.replace(r, 'x'))`;
        expect(runJavaScript(withoutLegacyPatterns(parsed(source)))).toEqual(runJavaScript(source));
      }),
    );
  });
});
