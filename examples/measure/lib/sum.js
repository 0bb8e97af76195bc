'use strict';

var parse = require('./parse');
var format = require('./format');

/**
 * Adds measures up.
 * @param {string} unit
 */
function Sum(unit) {
  this.unit = unit;
  this.parts = [];
}

Sum.prototype.add = function (text) {
  var value = parse(text);
  if (value === null) {
    throw new TypeError('not a measure: ' + text);
  }
  this.parts.push(value);
  return this;
};

Sum.prototype.total = function () {
  var total = 0;
  for (var i = 0; i < this.parts.length; i++) {
    total += this.parts[i];
  }
  return total;
};

Sum.prototype.toString = function () {
  return format(this.total(), { unit: this.unit });
};

module.exports = Sum;
