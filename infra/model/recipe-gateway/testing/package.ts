import type { ContextFile, JobContext } from '../../../../processors/refactoring/model-router.port.ts';
import type { RecipeQuestion } from '../question.ts';

const INDEX = `'use strict';

var units = require('./lib/units');

/**
 * Doubles a length.
 * @param {number} length
 * @returns {number}
 */
exports.double = function (length) {
  var result = length * 2;
  return result > units.MAX ? units.MAX : result;
};

function Mark(at) {
  this.at = at;
}
Mark.prototype.text = function () {
  return this.at + units.NAME;
};

exports.mark = function (at) {
  return new Mark(at).text();
};

function Ruler(length) {
  this.length = length;
}
Ruler.prototype.describe = function () {
  return this.length + units.NAME;
};
exports.Ruler = Ruler;
`;

const UNITS = `'use strict';
exports.MAX = 100;
exports.NAME = 'cm';
`;

/** A small CommonJS package. */
export const packageFiles: readonly ContextFile[] = [
  { path: 'index.js', text: INDEX },
  { path: 'lib/units.js', text: UNITS },
  {
    path: 'package.json',
    text: `${JSON.stringify({ name: 'ruler', version: '1.0.0', main: 'index.js' }, null, 2)}\n`,
  },
];

export const contextOf = (files: readonly ContextFile[] = packageFiles): JobContext => ({
  schema: 'iama.context/1',
  files,
  targets: [],
  dependencies: [],
});

export const question = (
  stage: RecipeQuestion['stage'],
  overrides: Partial<RecipeQuestion> = {},
): RecipeQuestion => ({
  stage,
  goal: 'JAVASCRIPT_TO_TYPESCRIPT',
  strategy: 'STANDARD',
  context: contextOf(),
  inputs: {},
  ...overrides,
});
