import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commitAll } from '../acceptance/workspace.ts';

/** Small packages, each for one way that a job can go: path to text. */
export type Files = Readonly<Record<string, string>>;

const manifest = (name: string): string =>
  `${JSON.stringify({ name, version: '1.0.0', main: 'index.js' }, null, 2)}\n`;

/** The smallest package that goes through every stage of a job. */
export const CLAMP: Files = {
  'package.json': manifest('clamp'),
  'index.js': `'use strict';

/**
 * Limits a number to a range.
 * @param {number} value
 * @param {number} low
 * @param {number} high
 * @return {number}
 */
module.exports = function clamp(value, low, high) {
  if (typeof value !== 'number') throw new TypeError('value must be a number');
  var limited = value < low ? low : value;
  return limited > high ? high : limited;
};
`,
};

/** The recipe has nothing to do here, and says so. */
export const TYPED: Files = { ...CLAMP, 'tsconfig.json': '{}\n' };

/** What it gives depends on a `var` of its source: the first patch fails its tests, and one without that step passes. */
export const WRITTEN: Files = {
  'package.json': manifest('written'),
  'index.js': `'use strict';

/**
 * Doubles a number, and says how this function is written.
 * @param {number} value
 * @return {string}
 */
module.exports = function written(value) {
  var doubled = value * 2;
  return doubled + (String(written).indexOf('v' + 'ar doubled') > 0 ? ' by var' : ' by another word');
};
`,
};

/** Two files and two functions far enough apart to be two hunks; an inner class, `var` and modules for the recipe. */
export const COUNTER: Files = {
  'package.json': manifest('counter'),
  'twice.js': `'use strict';

/**
 * @param {number} n
 * @return {number}
 */
exports.twice = function twice(n) {
  var doubled = n * 2;
  return doubled;
};
`,
  'index.js': `'use strict';

var twice = require('./twice.js').twice;

/**
 * @param {number} start
 */
function Sum(start) {
  this.value = start;
}

/**
 * @param {number} n
 * @return {void}
 */
Sum.prototype.add = function (n) {
  this.value = this.value + n;
};

/**
 * @return {number}
 */
Sum.prototype.get = function () {
  return this.value;
};

${'// kept\n'.repeat(12)}
/**
 * @param {number} a
 * @param {number} b
 * @return {number}
 */
exports.total = function total(a, b) {
  var sum = new Sum(a);
  sum.add(twice(b));
  return sum.get();
};
`,
};

/** Its own test wants no TypeScript: every patch fails in the same way, whichever step is left out. */
export const STUBBORN: Files = {
  ...COUNTER,
  'test.js': `'use strict';

var typed = require('fs').readdirSync(__dirname).filter(function (name) {
  return /\\.ts$/.test(name);
});
if (typed.length > 0) throw new Error('This package ships JavaScript, but holds ' + typed.join());
`,
};

/** It wants a machine that is set up for it: nothing of it runs here, so there is nothing to record. */
export const UNRUNNABLE: Files = {
  'package.json': manifest('unrunnable'),
  'index.js': `'use strict';

if (!process.env.UNRUNNABLE_HOME) throw new Error('set UNRUNNABLE_HOME first');

/**
 * @param {number} n
 * @return {number}
 */
exports.shifted = function shifted(n) {
  var base = 1;
  return n + base;
};
`,
};

/** Writes the package into a new folder and commits it. */
export const writePackage = (folder: string, files: Files): void => {
  mkdirSync(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  commitAll(folder);
};
