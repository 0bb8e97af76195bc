import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { observedCalls } from './differential.ts';
import { strictCopy } from './strict-copy.ts';

const root = mkdtempSync(join(tmpdir(), 'iama-strict-copy-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let made = 0;
const folder = (files: Readonly<Record<string, string>>): string => {
  made += 1;
  const place = join(root, String(made), 'subject');
  mkdirSync(place, { recursive: true });
  const all = { 'package.json': '{ "name": "subject" }', ...files };
  for (const [path, text] of Object.entries(all)) writeFileSync(join(place, path), text);
  return place;
};
const linesOf = (place: string): string[] => {
  const plan = join(root, `${made}.plan.json`);
  writeFileSync(plan, JSON.stringify({ seed: 1, calls: 40, modules: ['index.js'], corpus: ['left'] }));
  return observedCalls(place, plan);
};

const SLOPPY = 'module.exports = function (a, b) { a.x = 1; return typeof b; };';

it('[TST-01] takes for accepted what the original does in strict mode, and for wrong whatever differs besides', () => {
  const original = folder({ 'index.js': SLOPPY, 'other.js': 'exports.a = 1;' });
  const delivered = folder({ 'index.ts': '', 'index.js': `"use strict";\n${SLOPPY}` });
  const strict = strictCopy(original, delivered);
  expect(linesOf(original)).not.toEqual(linesOf(delivered));
  expect(linesOf(strict)).toEqual(linesOf(delivered));
  const wrong = folder({ 'index.js': `"use strict";\n${SLOPPY.replace('typeof b', 'b')}` });
  expect(linesOf(strict)).not.toEqual(linesOf(wrong));
});

it('[TST-01] changes no file that the delivery left alone, and not the original', () => {
  const original = folder({ 'index.js': SLOPPY, 'other.js': 'exports.a = 1;' });
  const strict = strictCopy(original, folder({ 'index.ts': '', 'index.js': '' }));
  expect(readFileSync(join(strict, 'other.js'), 'utf8')).toBe('exports.a = 1;');
  expect(readFileSync(join(strict, 'index.js'), 'utf8')).toBe(`'use strict';${SLOPPY}`);
  expect(readFileSync(join(original, 'index.js'), 'utf8')).toBe(SLOPPY);
});
