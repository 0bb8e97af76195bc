import { describe, expect, it } from 'vitest';
import { arrayText, literalProperties, saysAny, splitUnion, unionText } from './type-text.ts';

describe('type texts', () => {
  it.each([
    ['string | number', ['string', 'number']],
    ['{ a: string | null } | null', ['{ a: string | null }', 'null']],
    ['(a: number | string) => void', ['(a: number | string) => void']],
    ["'a|b' | number", ["'a|b'", 'number']],
    ['Record<string, A | B> | C', ['Record<string, A | B>', 'C']],
  ])('[LLM-10] splits %s', (text, parts) => {
    expect(splitUnion(text)).toEqual(parts);
  });

  it.each([
    [["'a'", 'string'], 'string'],
    [['undefined', 'string', 'null'], 'string | null | undefined'],
    [['unknown', 'string'], 'unknown'],
    [['true', 'false'], 'boolean'],
    [['() => void', 'string'], '(() => void) | string'],
    [['{ a: string }', '{ a: string; b: number }'], '{ a: string; b?: number }'],
    [['{ a: string }', '{ a: number }'], '{ a: string | number }'],
    [['{ f(x: string): void }', '{ a: number }'], '{ f?(x: string): void; a?: number }'],
    [
      ['{ on(a: string, b: (c?: number) => void): void }', '{ a: number }'],
      '{ on?(a: string, b: (c?: number) => void): void; a?: number }',
    ],
    [['SemVer & { version: unknown }', 'string'], 'SemVer | string'],
    [['{ a: string } & { b: number }'], '{ a: string; b: number }'],
    [['A & { a: string; } & A & { a: string }'], 'A & { a: string }'],
    [
      ['{ a: string; b: 1 } & A & { c: string; d: 2 }', '{ c: 3 }'],
      '{ a: string; b: 1 } & A & { c: string; d: 2 } | { c: 3 }',
    ],
    [['(a: A & A) => (A & A)'], '(a: A & A) => (A & A)'],
  ])('[LLM-10] joins %j', (members, text) => {
    expect(unionText(members)).toBe(text);
  });

  it('[LLM-10] reads the properties of a written object type, not those of one with an index', () => {
    expect(literalProperties('{ a?: string; f(x: number): void }')?.map((one) => one.name)).toEqual([
      'a',
      'f',
    ]);
    expect(literalProperties('{ [key: string]: number }')).toBeNull();
    expect(literalProperties('{ a: string; b: A } & B & { c: string; d: D }')).toBeNull();
  });

  it('[LLM-10] brackets what an array would misread', () => {
    expect([arrayText('string'), arrayText('string | number'), arrayText('() => void')]).toEqual([
      'string[]',
      '(string | number)[]',
      '(() => void)[]',
    ]);
  });

  it('[LLM-10] finds any as a type, not as a text or a name', () => {
    expect([saysAny('any[]'), saysAny("'any'"), saysAny('{ any: string }'), saysAny('Company')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
