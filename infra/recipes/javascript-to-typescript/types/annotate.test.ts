import { describe, expect, it, vi } from 'vitest';
import { annotate } from './annotate.ts';
import { countPositions } from './count.ts';
import { openProject, ROOT } from './host.ts';
import { annotateText } from './testing.ts';

vi.setConfig({ testTimeout: 60_000 });

const positions = (text: string): { annotated: number; any: number } => {
  const project = openProject([{ path: 'index.ts', text }], 'module');
  const program = project.program();
  const source = program.getSourceFile(`${ROOT}/index.ts`);
  const counted = countPositions(program.getTypeChecker(), source === undefined ? [] : [source]);
  project.dispose();
  return counted;
};

describe('counting', () => {
  it.each([
    ['export function f (a: string, b: number): void {}', 3, 0],
    ['export const a: any = 1', 1, 1],
    ['export const a: Record<string, any[]> = {}', 1, 1],
    ['export const a = (1 as any).b', 2, 2],
    ['export function f (a) { return a }', 2, 2],
    ['export function f (s: string) { return JSON.parse(s) }', 2, 1],
    ['export function f (s: string) { return JSON.parse(s) as unknown }', 1, 0],
    ['export interface I { a: string; b: any }', 2, 1],
    ['export const f = (o: { a: string; b: number }) => o', 1, 0],
    ["export const s = 'any'", 0, 0],
  ])('[LLM-10] %s', (text, annotated, any) => {
    expect(positions(text)).toEqual({ annotated, any });
  });
});

describe('annotate', () => {
  it('[LLM-10] gives the same result for the same input', () => {
    const source = 'const m = {}\nexport = function (k, v) { m[k.trim()] = v; return m }\n';
    expect(annotateText(source)).toEqual(annotateText(source));
  });

  it('[LLM-10] types ES modules across files', () => {
    const { files, strictErrors } = annotate({
      files: [
        { path: 'lib/pad.ts', text: 'export default function pad (s, n) { return s.padStart(n) }\n' },
        { path: 'index.ts', text: "import pad from './lib/pad.js'\nexport const three = (x) => pad(x, 3)\n" },
      ],
      dependencies: [],
      moduleSystem: 'ESM',
    });
    expect(files.map((file) => file.text)).toEqual([
      'export default function pad (s: string, n: number): string { return s.padStart(n) }\n',
      "import pad from './lib/pad.js'\nexport const three = (x: string): string => pad(x, 3)\n",
    ]);
    expect(strictErrors).toEqual([]);
  });

  it('[LLM-10] uses the types that a dependency brings', () => {
    const { files, strictErrors } = annotate({
      files: [
        {
          path: 'index.ts',
          text: "import twice = require('twice')\nexport = function (x) { return twice(x) }\n",
        },
      ],
      dependencies: [
        { path: 'node_modules/twice/package.json', text: '{"name":"twice","types":"index.d.ts"}' },
        {
          path: 'node_modules/twice/index.d.ts',
          text: 'declare function twice(n: number): number\nexport = twice\n',
        },
      ],
      moduleSystem: 'COMMONJS',
    });
    expect(files).toHaveLength(1);
    expect(files[0]?.text).toContain('function (x: number): number');
    expect(strictErrors).toEqual([]);
  });

  it('[LLM-10] reads nothing from the disk but the compiler and the Node types', () => {
    const { strictErrors } = annotateText("import z = require('zod')\nexport = z.anything\n");
    expect(strictErrors).toEqual([]);
    const project = openProject([{ path: 'a.ts', text: "import '/etc/hostname.js'\nexport {}\n" }], 'module');
    const program = project.program();
    const outside = program
      .getSourceFiles()
      .map((file) => file.fileName)
      .filter((name) => !/\/node_modules\/|^\/project\//.test(name));
    project.dispose();
    expect(outside).toEqual([]);
  });

  it('[LLM-10] tells an error of a comment, which no name of the code is at fault for', () => {
    const { strictErrors } = annotateText('// @ts-expect-error\nexport = 1\n');
    expect(strictErrors.map(({ code }) => code)).toEqual(['TS2578']);
  });

  it('[LLM-10] types the parts that a parameter is taken apart into', () => {
    const { strictErrors, anyPositions } = annotateText(
      'const add = (chunk, { contents, length: before }, length) => { contents.set(chunk, before); return before * 1 + length * 1 }\nexport const all = { add }\n',
      'ESM',
    );
    expect(strictErrors).toEqual([]);
    expect(anyPositions).toBe(0);
  });

  it('[LLM-10] never lets the value of a set accessor be left out, which TypeScript forbids', () => {
    const { strictErrors, text } = annotateText(
      "export class Box {\n  #size = 1\n  set size(to) {\n    if (!(typeof to === 'number' && to >= 1)) throw new TypeError('no: ' + to + ' (' + typeof to + ')')\n    this.#size = to\n  }\n  half() { return this.#size / 2 }\n}\n",
      'ESM',
    );
    expect(strictErrors).toEqual([]);
    expect(text).toMatch(/set size\(to: /);
  });

  it('[LLM-10] keeps annotations that are there and passes data files through', () => {
    const { files, strictErrors } = annotate({
      files: [
        { path: 'codes.json', text: '{"a":1}' },
        {
          path: 'index.ts',
          text: "import codes = require('./codes.json')\nexport = function (k: 'a') { return codes[k] }\n",
        },
      ],
      dependencies: [],
      moduleSystem: 'COMMONJS',
    });
    expect(files[0]).toEqual({ path: 'codes.json', text: '{"a":1}' });
    expect(files[1]?.text).toContain("function (k: 'a'): number");
    expect(strictErrors).toEqual([]);
  });
});
