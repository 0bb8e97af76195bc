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

/** Something for each optional step of the recipe: an inner class, `var`, and modules that load each other. */
export const COUNTER: Files = {
  'package.json': manifest('counter'),
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

/** It needs a machine that is set up for it, so nothing of it can be run here. */
export const BROKEN: Files = {
  'package.json': manifest('broken'),
  'index.js': `'use strict';

if (!process.env.BROKEN_HOME) throw new Error('set BROKEN_HOME first');

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

/** It exports nothing: what it does shows when it is started and asked. */
export const GREETER: Files = {
  'package.json': `${JSON.stringify({ name: 'greeter', version: '1.0.0', private: true, scripts: { start: 'node server.js' } }, null, 2)}\n`,
  'server.js': `'use strict';

var http = require('http');

var asked = 0;
var server = http.createServer(function (req, res) {
  asked = asked + 1;
  if (req.method !== 'GET') {
    res.writeHead(405, { Allow: 'GET' });
    res.end();
    return;
  }
  if (req.url === '/count') {
    res.end(String(asked));
    return;
  }
  res.end('hello');
});
server.listen(process.env.PORT || 3000);
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
