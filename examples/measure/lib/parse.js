'use strict';

var units = require('./units');

var PATTERN = /^\s*([-+]?\d+(?:\.\d+)?)\s*([a-z]+)?\s*$/i;

module.exports = parse;

/**
 * Base units of a text such as `2 km`; null when it is no measure.
 * @param {string} text
 * @return {number|null}
 */
function parse(text) {
  if (typeof text !== 'string' || text.length > 100) {
    return null;
  }
  var match = PATTERN.exec(text);
  if (!match) {
    return null;
  }
  var factor = match[2] ? units.factorOf(match[2].toLowerCase()) : 1;
  if (factor === null) {
    return null;
  }
  return parseFloat(match[1]) * factor;
}
