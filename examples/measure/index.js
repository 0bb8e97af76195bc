'use strict';

/**
 * measure
 * A small library of the old school: CommonJS, `var`, prototypes.
 */

var parse = require('./lib/parse');
var format = require('./lib/format');
var Sum = require('./lib/sum');

module.exports = measure;
module.exports.parse = parse;
module.exports.format = format;
module.exports.Sum = Sum;

/**
 * Parses a text to base units, or formats a number of base units.
 *
 * @param {string|number} value
 * @param {{unit?: string, digits?: number}} [options]
 * @return {string|number|null}
 */
function measure(value, options) {
  if (typeof value === 'string') {
    return parse(value);
  }
  if (typeof value === 'number') {
    return format(value, options);
  }
  throw new TypeError('value must be a string or a number, got ' + typeof value);
}
