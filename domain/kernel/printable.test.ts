import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable, printableLine } from './printable.ts';

/** Written apart from the source: what a terminal obeys, by code point. */
const isObeyed = (code: number): boolean =>
  (code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) ||
  (code >= 0x7f && code <= 0x9f) ||
  (code >= 0x202a && code <= 0x202e) ||
  (code >= 0x2066 && code <= 0x2069);

const text = fc.string({
  unit: fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom('\u001b[2J', '\r', '\n', '\r\n', '\u009b', '\u202e', '\t', 'é', '日', '🙂'),
  ),
});

describe('text of others on a terminal', () => {
  it('[EXE-07] shows what would move the cursor, erase or recolour lines, or turn the writing round', () => {
    expect(printable('\u001b[2Jgone')).toBe('\\u001b[2Jgone');
    expect(printable('failed\r00:17  Accepted.')).toBe('failed\\u000d00:17  Accepted.');
    expect(printable('\u009b31m')).toBe('\\u009b31m');
    expect(printable('if (a) /* \u202e } */')).toBe('if (a) /* \\u202e } */');
    expect(printableLine('new\nline.js\u2028x')).toBe('new\\u000aline.js\\u2028x');
  });

  it('[EXE-07] leaves lines, tabs and letters of every writing as they are', () => {
    const kept = "a\tb\r\nünï/日本.js 🙂 שלום 'q'\n";
    expect(printable(kept)).toBe(kept);
  });

  it('[EXE-07] never passes on what a terminal obeys, whatever the text', () => {
    fc.assert(
      fc.property(text, (any) => {
        const shown = printable(any);
        expect([...shown].some((character) => isObeyed(character.codePointAt(0) ?? 0))).toBe(false);
        expect(shown).not.toMatch(/\r(?!\n|$)/);
        expect(printableLine(any)).not.toMatch(/[\r\n\u2028\u2029]/);
      }),
    );
  });

  it('[EXE-07] leaves a line of JSON the same JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), text, (value, any) => {
        const json = JSON.stringify({ value, any });
        expect(JSON.parse(printable(json))).toEqual(JSON.parse(json));
      }),
    );
  });
});
