import { describe, expect, it, vi } from 'vitest';
import { annotateText } from './testing.ts';

// The first call parses the compiler's libraries.
vi.setConfig({ testTimeout: 60_000 });

const walk = (last: string, comment = ''): string =>
  `${comment}function get (obj, path) {\n  const parts = path.split('/')\n  for (let i = 0; i < parts.length; i++) {\n    if (!(parts[i] in obj)) return null\n    obj = obj[parts[i]]\n  }\n  return ${last}\n}\nexport = get\n`;

describe('what is given back after a walk into an object', () => {
  it.each(['obj', '(obj)', 'parts.length > 1 ? obj : null', 'obj || null'])(
    '[LLM-10] can be anything: %s',
    (last) => {
      const { text, strictErrors } = annotateText(walk(last));
      expect(strictErrors).toEqual([]);
      expect(text).toMatch(/function get \(obj: .*, path: string\): unknown \{/);
    },
  );

  it('[LLM-10] can be anything where a variable walks', () => {
    const { text, strictErrors } = annotateText(
      'export = function get (o, path) {\n  let at = o\n  path.split(".").forEach(function (key) { if (key in at) at = at[key] })\n  return at\n}\n',
    );
    expect(strictErrors).toEqual([]);
    expect(text).not.toMatch(/\): (?:Record|object|\{)/);
  });

  it.each([
    ['{ value: obj, depth: parts.length }', '{ value: obj as unknown, depth: parts.length }'],
    ['[obj]', '[(obj as unknown)]'],
    ['{ obj }', '{ obj } as { obj: unknown }'],
    [
      '{ obj, depth: parts.length, "a-b": [obj] }',
      '{ obj, depth: parts.length, "a-b": [(obj as unknown)] } as { obj: unknown; depth: number; "a-b": unknown }',
    ],
    ['{ ...{ a: 1 }, obj }', '{ ...{ a: 1 }, obj } as unknown'],
    ["{ all: ['x', [obj]] }", "{ all: ['x', [(obj as unknown)]] }"],
  ])('[LLM-10] can be anything as a part: %s', (last, text) => {
    const result = annotateText(walk(last));
    expect(result.strictErrors).toEqual([]);
    expect(result.text).toContain(`return ${text}`);
  });

  it('[LLM-10] can be anything under a name that it gets after the walk, and is what came under one from before', () => {
    const found = annotateText(
      walk('found').replace('  return found', '  const found = obj\n  return found'),
    );
    expect(found.strictErrors).toEqual([]);
    expect(found.text).toContain('path: string): unknown {');
    const root = annotateText(walk('root').replace('  for', '  const root = obj\n  for'));
    expect(root.strictErrors).toEqual([]);
    expect(root.text).not.toContain('path: string): unknown {');
  });

  const WALK = 'function (o, k) { for (const p of k.split(".")) { o = o[p] } return o }';

  it.each([
    ['is put on a function', `let f = function (s) { return s.trim() }\nf.get = ${WALK}\nexport = f\n`],
    ['is put on an object', `const api = {}\napi.get = ${WALK}\nexport = api\n`],
    [
      'is called by another',
      `const get = ${WALK}\nexport = { get, top: function (o) { return get(o, 'a') } }\n`,
    ],
    ['waits', `export = async ${WALK}\n`],
  ])('[LLM-10] can be anything where the function %s', (_, code) => {
    const { text, strictErrors } = annotateText(code);
    expect(strictErrors).toEqual([]);
    expect(text).toMatch(/k: string\): (?:unknown|Promise<unknown>) \{/);
    expect(text).not.toMatch(/(?:=>|\):) (?:Promise<)?object/);
  });

  it('[LLM-10] is not what its comment says of the kind of object', () => {
    const { text, strictErrors } = annotateText(
      walk('obj', '/**\n * @param {Object} obj\n * @param {string} path\n * @returns {*}\n */\n'),
    );
    expect(strictErrors).toEqual([]);
    expect(text).toContain('path: string): unknown {');
  });

  it('[LLM-10] has its own type where the walk is over what is known', () => {
    const { text, strictErrors } = annotateText(
      'export = function last (text) {\n  text = text.trim()\n  for (let i = 0; i < 3; i++) text = text.slice(1)\n  return text\n}\n',
    );
    expect(strictErrors).toEqual([]);
    expect(text).toContain('(text: string): string {');
  });
});
