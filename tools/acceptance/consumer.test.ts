import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { consume } from './consumer.ts';

const root = mkdtempSync(join(tmpdir(), 'iama-consumer-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const README = "```js\nvar one = require('one');\none();\none('a');\n```\n";
const lay = (name: string, types: string | null): string => {
  const place = join(root, name);
  mkdirSync(place);
  const manifest = { name: 'one', main: 'index.js', ...(types === null ? {} : { types: 'index.d.ts' }) };
  writeFileSync(join(place, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(place, 'index.js'), 'module.exports = (a) => String(a);');
  writeFileSync(join(place, 'README.md'), README);
  if (types !== null) writeFileSync(join(place, 'index.d.ts'), types);
  return place;
};
const NARROW = 'declare function one(a: string): string;\nexport = one;\n';

describe('a strict consumer of a delivery', () => {
  it('[LLM-10] is wronged by types that refuse a documented call', () => {
    const { wrong, calls } = consume(lay('untyped', null), lay('narrow', NARROW));
    expect(calls).toBe(2);
    expect(wrong).toEqual(['a strict consumer: void subject(); TS2554: Expected 1 arguments, but got 0.']);
  });

  it('[LLM-10] is not wronged by what the declarations of the package refused before', () => {
    expect(consume(lay('before', NARROW), lay('after', NARROW)).wrong).toEqual([]);
    const narrower = NARROW.replace('string)', "'b')");
    // The error names the module by its place, which is another one.
    const noClass = 'export declare const x: number;\n';
    const [made, remade] = [lay('made', noClass), lay('remade', noClass)];
    for (const place of [made, remade])
      writeFileSync(join(place, 'index.js'), 'module.exports = class { m() {} }; module.exports.x = 1;');
    expect(consume(made, remade).wrong).toEqual([]);
    expect(consume(lay('wide', NARROW), lay('narrower', narrower)).wrong).toHaveLength(1);
  });

  it('[LLM-10] is asked about a package that prints, whose children print, or that ends the process', () => {
    const prints = lay('prints', null);
    const child = "require('child_process').spawnSync('echo', ['{'], { stdio: 'inherit' });";
    writeFileSync(
      join(prints, 'index.js'),
      `console.log('{');${child} module.exports = (a) => (${child.replace(';', '')}, a);`,
    );
    expect(consume(prints, lay('wide-again', NARROW.replace('a: string)', 'a?: unknown)')))).toEqual({
      wrong: [],
      calls: 2,
    });
    const ends = lay('ends', null);
    writeFileSync(join(ends, 'index.js'), 'module.exports = () => process.exit(0);');
    expect(consume(ends, lay('never', 'declare function one(): never;\nexport = one;\n')).wrong).toEqual([]);
  });
});
