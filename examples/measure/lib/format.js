'use strict';

var units = require('./units');

module.exports = format;

/**
 * @param {number} value in base units
 * @param {{unit?: string, digits?: number}} [options]
 * @return {string}
 */
function format(value, options) {
  var unit = (options && options.unit) || 'm';
  var factor = units.factorOf(unit);
  if (factor === null) {
    throw new RangeError('unknown unit ' + unit);
  }
  var result = value / factor;
  if (options && options.digits !== undefined) {
    return result.toFixed(options.digits) + ' ' + unit;
  }
  return result + ' ' + unit;
}
