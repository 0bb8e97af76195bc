import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { EditBook, plainEdit } from './edit-book.ts';
import { erasedJavaScript, rollBackRuntimeEdits } from './erasure.ts';
import { annotateText } from './testing.ts';
import { openWork } from './work.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Statements that between them ask for every kind of edit, with and without semicolons. */
const STATEMENTS = [
  'const m = {}',
  "m['k' + a] = b",
  'let l = []',
  'l.push(a.trim())',
  "const e = new Error('x');",
  'e.code = 7',
  'if (!b) b = {}',
  'l.kind = 1;',
  'const g = x => x * 2',
  'g(b.size)',
  'const r = /(a)(b)/.exec(a)\n  const s = r[1] + r.index',
  "if (typeof a !== 'string') throw new TypeError('no')",
  'try { g(1) } catch (err) { e.cause2 = err.message }',
  'for (const k in b) { m[k] = b[k] }',
  'function inner () { return this.z + arguments.length }',
  'inner.seen = true',
  'var t = typeof b; if (t === "number") { l = b.toFixed(2) }',
  ';[].concat(b.names).forEach(function (n) { m[n] = n })',
];

describe('only types are added', () => {
  it('[LLM-10] leaves the emitted JavaScript as it was, whatever the statements', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...STATEMENTS), { minLength: 2, maxLength: 9 }),
        fc.constantFrom('\n  ', ';\n  '),
        (statements, separator) => {
          const source = `function f (a, b) {\n  ${statements.join(separator)}\n}\nexport = f\n`;
          const { text, left } = annotateText(source);
          expect(erasedJavaScript(text, 'COMMONJS')).toBe(erasedJavaScript(source, 'COMMONJS'));
          expect(left.filter((one) => one.code === 'NOT_ERASABLE')).toEqual([]);
        },
      ),
      { numRuns: 12, seed: 20261120 },
    );
  });

  it('[LLM-10] keeps an assertion after which the compiler breaks its lines elsewhere', () => {
    const literal = (first: string): string => `f({}, a,\n  { first: ${first}\n  , last: a\n  })\n`;
    expect(erasedJavaScript(literal('(a as { b: 1 }).b'), 'COMMONJS')).toBe(
      erasedJavaScript(literal('a.b'), 'COMMONJS'),
    );
    expect(erasedJavaScript(literal('`a  b`'), 'COMMONJS')).not.toBe(
      erasedJavaScript(literal('`a b`'), 'COMMONJS'),
    );
    expect(erasedJavaScript(literal('(a, b)'), 'COMMONJS')).not.toBe(
      erasedJavaScript(literal('a, b'), 'COMMONJS'),
    );
  });

  it('[LLM-10] takes back an edit that would change what runs, and says so', () => {
    const text = 'const a = 1\nexport = a\n';
    const work = openWork({
      files: [{ path: 'index.ts', text }],
      dependencies: [],
      moduleSystem: 'COMMONJS',
    });
    const book = work.books.get('index.ts');
    expect(book).toBeInstanceOf(EditBook);
    book?.put(plainEdit('type:7', 7, ': number'));
    book?.put(plainEdit('planted', 11, ' + 1'));
    work.flush();
    rollBackRuntimeEdits(work);
    work.project.dispose();
    expect(book?.text).toBe('const a: number = 1\nexport = a\n');
    expect(work.left).toEqual([expect.objectContaining({ code: 'NOT_ERASABLE', path: 'index.ts' })]);
  });

  it('[LLM-10] brackets around a lone arrow parameter are no difference', () => {
    expect(erasedJavaScript('export const f = (x: number) => x', 'ESM')).toBe(
      erasedJavaScript('export const f = x => x', 'ESM'),
    );
  });

  it('[LLM-10] sees a changed operator', () => {
    expect(erasedJavaScript('export const f = 1 + 2', 'ESM')).not.toBe(
      erasedJavaScript('export const f = 1 - 2', 'ESM'),
    );
  });
});
