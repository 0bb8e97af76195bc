import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Small packages in the style of the registry's old ones: path to text. */
export type Files = Readonly<Record<string, string>>;

const manifest = (name: string, more: Readonly<Record<string, unknown>> = {}): string =>
  `${JSON.stringify({ name, version: '1.0.0', main: 'index.js', ...more }, null, 2)}\n`;

/** One function, nothing that could go wrong. */
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

/** Something for every optional step of the recipe: a constructor function, \`var\`, and modules that load each other. */
export const COUNTER: Files = {
  'package.json': manifest('counter'),
  'index.js': `'use strict';

var twice = require('./twice.js').twice;

/**
 * @param {number} start
 */
function Counter(start) {
  this.value = start;
}

/**
 * @param {number} step
 * @return {number}
 */
Counter.prototype.next = function next(step) {
  var sum = this.value + twice(step);
  this.value = sum;
  return sum;
};

exports.Counter = Counter;
`,
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
};

/** One function that can be recorded and one that gives another result each time. */
export const FLAKY: Files = {
  'package.json': manifest('flaky'),
  'index.js': `'use strict';

var os = require('os');

/**
 * @param {number} n
 * @return {number}
 */
exports.twice = function twice(n) {
  return n * 2;
};

/**
 * @param {number} n
 * @return {number}
 */
exports.jitter = function jitter(n) {
  return n + os.uptime() + process.memoryUsage().heapUsed;
};
`,
};

/** Its dependency is not installed, so nothing of it can be run here. */
export const BROKEN: Files = {
  'package.json': manifest('broken', { dependencies: { 'not-installed-here': '^1.0.0' } }),
  'index.js': `'use strict';

var helper = require('not-installed-here');

/**
 * @param {number} n
 * @return {number}
 */
exports.shifted = function shifted(n) {
  var base = helper ? 1 : 2;
  return n + base;
};
`,
};

export const git = (folder: string, ...args: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(
    'git',
    ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'commit.gpgsign=false', ...args],
    {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', HOME: folder },
    },
  );
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  return stdout;
};

/** Writes the package and commits it. */
export const writePackage = (folder: string, files: Files): string => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  git(folder, 'init', '-q');
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', 'start');
  return folder;
};

/** Every file outside of .git, path to text: byte-exact is a comparison of two of these. */
export const contentsOf = (folder: string): Files =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !path.startsWith(join(folder, '.git')))
      .sort()
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'latin1')]),
  );
