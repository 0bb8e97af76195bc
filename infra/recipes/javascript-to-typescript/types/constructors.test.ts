import { describe, expect, it, vi } from 'vitest';
import { annotate } from './annotate.ts';
import { annotateText } from './testing.ts';

// The first call parses the compiler's libraries.
vi.setConfig({ testTimeout: 60_000 });

const POINT =
  'function Point (x) {\n  if (!(this instanceof Point)) return new Point(x)\n  this.x = x * 2\n}\nPoint.prototype.twice = function (by) { return this.x * by }\n';

it('[LLM-10] looks at what is spread into a literal as an object', () => {
  const { text, strictErrors } = annotateText(
    'const f = (o) => {\n  const own = JSON.parse(String(o)) === 1 ? o : read(o)\n  return { a: 1, ...own }\n}\nfunction read (x) { return x }\nexport = f\n',
  );
  expect(strictErrors).toEqual([]);
  expect(text).toContain('...(own as object)');
});

describe('constructor functions that leave their module', () => {
  it.each([
    ['by themselves', `export = Point\n${POINT}`, 'export = Point as unknown as PointConstructor'],
    ['in a literal', `${POINT}export = { Point: Point }\n`, 'Point: Point as unknown as PointConstructor'],
    [
      'in the type of a kept surface',
      `${POINT}exports.Point = Point\nexport = exports as {\n  Point: typeof Point;\n}\n`,
      'Point: PointConstructor & typeof Point;',
    ],
    [
      'named beside the export that stays where it is',
      'const Point = module.exports = function (x) {\n  if (!(this instanceof Point)) return new Point(x)\n  this.x = x * 2\n}\nPoint.prototype.twice = function (by) { return this.x * by }\nexport = Point\n',
      'export = Point as unknown as PointConstructor',
    ],
  ])('[LLM-10] can be made with new: %s', (_, source, expected) => {
    const { text, strictErrors } = annotateText(source);
    expect(strictErrors).toEqual([]);
    expect(text).toContain(expected);
    expect(text).toContain('new (x: number): PointInstance;\n  (x: number): PointInstance;');
  });

  it('[LLM-10] can only be called without new where they ask for that, and carry their own properties', () => {
    const { text, strictErrors } = annotateText(
      'export = Point\nPoint.Point = Point\nPoint.origin = 0\nfunction Point (x) { this.x = x * 2 }\nPoint.prototype.twice = function () { return this.x * 2 }\n',
    );
    expect(strictErrors).toEqual([]);
    expect(text).toContain(
      'interface PointConstructor {\n  new (x: number): PointInstance;\n  prototype: PointInstance;\n  Point: PointConstructor;\n  origin: typeof Point.origin;\n}',
    );
  });

  it('[LLM-10] carry what is put on a variable, which TypeScript does not read as properties of the function', () => {
    const { text, strictErrors } = annotateText(
      "var Point = function (x) { this.x = x * Point.BY }\nPoint.BY = 2\nPoint.NAME = 'point'\nPoint.prototype.twice = function () { return this.x * 2 }\nexport = Point\n",
    );
    expect(strictErrors).toEqual([]);
    expect(text).toMatch(/interface PointConstructor \{[^}]*\n {2}BY: number;\n {2}NAME: string;\n\}/);
  });

  it.each([
    ['a constant', 'const Point = function'],
    ['a function', 'function Point'],
  ])('[LLM-10] carry what is put on %s, as soon as all of it is there', (_, head) => {
    const { text, strictErrors } = annotateText(
      `${head} (x) { this.x = x * Point.BY }\nPoint.BY = 2 // twice\nPoint.of = function (x) { return new Point(x) }\nPoint.prototype.twice = function () { return this.x * 2 }\nexport = Point\n`,
    );
    expect(strictErrors).toEqual([]);
    expect(text).toMatch(
      /interface PointConstructor \{[^}]*\n {2}BY: typeof Point.BY;\n {2}of: typeof Point.of;\n\}/,
    );
    expect(text).toContain('Point.BY = 2 // twice\n');
  });

  it('[LLM-10] are told from plain functions, which carry what is put on a variable as well', () => {
    const { text, strictErrors } = annotateText(
      'var trim = function (s) { return s.trim() }\ntrim.PATTERN = /a/\nexport = trim\n',
    );
    expect(strictErrors).toEqual([]);
    expect(text).toContain('export = trim as typeof trim & { PATTERN: RegExp }');
  });

  it('[LLM-10] can be called, and give the same with new, where the function gives an object of its own', () => {
    const { text, strictErrors } = annotateText(
      'const maker = function (seed) {\n  const next = function (by) { return by * 2 }\n  next.seed = seed.trim()\n  return next\n}\nmaker.create = function (seed) { return new maker(seed) }\nexport = maker\n',
    );
    expect(strictErrors).toEqual([]);
    expect(text).toContain(
      'interface MakerConstructor {\n  new (seed: string): ReturnType<typeof maker>;\n  (seed: string): ReturnType<typeof maker>;',
    );
  });

  it.each([
    ['a variable', 'const Point = module.exports = function (x, y) {'],
    ['a function', 'function Point (x, y) {'],
  ])('[LLM-10] can be made as other modules make them: %s', (_, head) => {
    const point = `${head}\n  this.x = x.trim()\n  this.y = y * 2\n}\nPoint.prototype.all = function () { return [this.x, this.y] }\nexport = Point\n`;
    const { files, strictErrors } = annotate({
      files: [
        { path: 'point.ts', text: point },
        {
          path: 'index.ts',
          text: "import Point = require('./point.js')\nexport = function make (long) { return long ? new Point('a', 1) : new Point('b') }\n",
        },
      ],
      dependencies: [],
      moduleSystem: 'COMMONJS',
    });
    expect(strictErrors).toEqual([]);
    const texts = new Map(files.map(({ path, text }) => [path, text]));
    expect(texts.get('point.ts')).toMatch(/new \(x: string, y\?: number(?: \| undefined)?\): PointInstance/);
    expect(texts.get('index.ts')).toContain("new Point('a', 1) : new Point('b')");
  });

  it('[LLM-10] take more arguments than they name where a method hands "arguments" on', () => {
    const { text } = annotateText(
      `export = Point\n${POINT}Point.prototype.all = function (a) { return Math.max.apply(null, arguments) }\nPoint.prototype.one = function (a) { return arguments.length > 0 ? arguments[0] : 0 }\n`,
    );
    expect(text).toMatch(/all\(a\??: \w+, \.\.\.more: unknown\[\]\)/);
    expect(text).not.toMatch(/one\(.*more/);
  });

  it('[LLM-10] is said of a function that a variable holds beside its export', () => {
    const { text } = annotateText(
      'const held = exports.most = function (a) { return Math.max.apply(null, arguments) }\nexport = exports as {\n  most: typeof held;\n}\n',
    );
    expect(text).toMatch(/as \(a\??: \w+, \.\.\.more: unknown\[\]\) => number/);
  });

  it('[LLM-10] is said of exported functions too, in a signature above their comment', () => {
    const { text, strictErrors } = annotateText(
      'export = most\n\n/** The most. */\nfunction most (a) {\n  return Math.max.apply(null, arguments)\n}\n',
    );
    expect(strictErrors).toEqual([]);
    expect(text).toMatch(/function most\(a\??: \w+, \.\.\.more: unknown\[\]\): number\n\/\*\* The most/);
  });
});
