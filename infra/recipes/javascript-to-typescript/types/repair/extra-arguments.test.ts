import { expect, it, vi } from 'vitest';
import { annotateText } from '../testing.ts';

// The first call parses the compiler's libraries.
vi.setConfig({ testTimeout: 60_000 });

it.each([
  [
    'chosen by a number',
    "const status = { '304': (res) => { res.code = 304 } }\nexport = function (res, next) { status[304](res, next) }\n",
    '(status[304] as unknown as (...args: unknown[]) => void)(res, next)',
  ],
  [
    'chosen by a text',
    "const status = { 'not-found': (res) => { res.code = 404 } }\nexport = function (res, next) { status['not-found'](res, next) }\n",
    "(status['not-found'] as unknown as (...args: unknown[]) => void)(res, next)",
  ],
])('[LLM-10] a function %s is called with more arguments than it names', (_what, code, expected) => {
  const { text, strictErrors } = annotateText(code);
  expect(strictErrors).toEqual([]);
  expect(text).toContain(expected);
});
