import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { pathOfPart } from './package-requests.ts';
import { planTests } from './plan.ts';
import { project } from './testing/characterise.ts';

const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'iama-package-requests-')));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const FILES = ['index.js', 'lib/trim.js', 'lib/deep/pad.js', 'lib/private/own.js'];

/** Where Node finds a part of a package with these exports; null: nowhere. */
function foundByNode(part: string, exports: unknown): string | null {
  const folder = mkdtempSync(path.join(root, 'case-'));
  const home = path.join(folder, 'node_modules/texts');
  for (const file of FILES) {
    mkdirSync(path.dirname(path.join(home, file)), { recursive: true });
    writeFileSync(path.join(home, file), '');
  }
  writeFileSync(path.join(home, 'package.json'), JSON.stringify({ name: 'texts', exports }));
  try {
    const found = createRequire(path.join(folder, 'reader.js')).resolve(`texts/${part}`);
    return path.relative(home, found).split(path.sep).join('/');
  } catch {
    return null;
  }
}

it.each<readonly [string, string, unknown]>([
  ['that is not exported', 'lib/trim', './index.js'],
  ['of no such name', 'pad', { '.': './index.js', './trim': './lib/trim.js' }],
  ['that is kept back', 'private/own', { './*': './lib/*.js', './private/*': null }],
  ['for others than Node', 'trim', { './trim': { browser: './lib/trim.js' } }],
  ['in no map of paths', 'trim', { require: './index.js', default: './index.js' }],
])('[TST-01] a part %s leads nowhere, as Node has it', (_what, part, exports) => {
  expect(foundByNode(part, exports)).toBeNull();
  expect(pathOfPart(part, exports)).toBeNull();
});

it.each<readonly [string, string, unknown]>([
  ['a name', 'trim', { './trim': './lib/trim.js' }],
  [
    'a condition',
    'trim',
    { './trim': { browser: './index.js', require: './lib/trim.js', default: './index.js' } },
  ],
  [
    'conditions in conditions',
    'trim',
    { './trim': { node: { types: './t.d.ts', default: './lib/trim.js' } } },
  ],
  ['the first of several', 'trim', { './trim': ['./lib/trim.js', './index.js'] }],
  ['a pattern', 'deep/pad', { './*': './lib/*.js' }],
  ['the longest pattern', 'deep/pad', { './*': './*.js', './deep/*': './lib/deep/*.js' }],
  ['a pattern with an end', 'deep/pad.js', { './*.js': './lib/*.js' }],
])('[TST-01] a part leads by %s to the file that Node finds', (_how, part, exports) => {
  expect(foundByNode(part, exports)).not.toBeNull();
  expect(pathOfPart(part, exports)).toBe(foundByNode(part, exports));
});

const TRIM = 'module.exports = function trim(text, mark) { return text.split(mark).join(""); };\n';

/** The calls that are planned because documents with these code blocks show them. */
function shown(blocks: readonly string[], more: object = {}): string {
  const files = project({
    'package.json': JSON.stringify({ name: 'texts', ...more }),
    'index.js': 'exports.count = (text) => text.length;\n',
    'lib/trim.js': TRIM,
    'README.md': blocks.map((block) => `\`\`\`js\n${block}\n\`\`\`\n`).join('\ntext\n\n'),
  });
  const { files: made } = planTests({ files, targets: [], dependencies: [] });
  return made.find(({ path: name }) => name === '.iama/tests/cases.mjs')?.text ?? '';
}

it.each<readonly [string, readonly string[], object]>([
  ['a file', ["const cut = require('texts/lib/trim')\ncut('s-h-o-w-n', '-')"], {}],
  ['a file at once', ["require('texts/lib/trim')('s-h-o-w-n', '-')"], {}],
  ['a file in another block', ["const cut = require('texts/lib/trim')", "cut('s-h-o-w-n', '-')"], {}],
  [
    'what is exported by another name',
    ["import cut from 'texts/cut'\ncut('s-h-o-w-n', '-')"],
    { exports: { '.': './index.js', './cut': './lib/trim.js' } },
  ],
])('[TST-01] documents are heard where they ask for %s of the package', (_what, blocks, more) => {
  const isHeard = /module: "lib\/trim\.js", path: \[\], category: 'examples'/;
  expect(shown(blocks, more)).toMatch(isHeard);
  const elsewhere = blocks.map((block) => block.replaceAll('texts/', 'others/'));
  expect(shown(elsewhere, more)).not.toMatch(isHeard);
});
