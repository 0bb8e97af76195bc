import { expect, it, vi } from 'vitest';
import { annotateText } from '../testing.ts';

// The first call parses the compiler's libraries.
vi.setConfig({ testTimeout: 60_000 });

it('[LLM-10] keeps a rest parameter a list where it is given one of its values', () => {
  const source =
    'function sum (list) { return list.length }\nexport = function (...args) { const first = args[0]; if (first === undefined || first === null) { return first } if (first.length > 1) { args = first } return sum(args) }\n';
  const { text, strictErrors } = annotateText(source);
  expect(strictErrors).toEqual([]);
  expect(text).not.toMatch(/\.\.\.args: [^)]*\|/u);
});
