import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commitAll } from '../acceptance/workspace.ts';

/** The smallest package that goes through every stage of a job. */
export const writeProject = (target: string): void => {
  mkdirSync(target, { recursive: true });
  writeFileSync(
    join(target, 'package.json'),
    `${JSON.stringify({ name: 'clamp', version: '1.0.0', main: 'index.js', files: ['index.js'] }, null, 2)}\n`,
  );
  writeFileSync(
    join(target, 'index.js'),
    [
      "'use strict';",
      '',
      '/**',
      ' * Limits a number to a range.',
      ' * @param {number} value',
      ' * @param {number} low',
      ' * @param {number} high',
      ' * @return {number}',
      ' */',
      'module.exports = function clamp(value, low, high) {',
      "  if (typeof value !== 'number') throw new TypeError('value must be a number');",
      '  var limited = value < low ? low : value;',
      '  return limited > high ? high : limited;',
      '};',
      '',
    ].join('\n'),
  );
  commitAll(target);
};
