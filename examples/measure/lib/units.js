'use strict';

var lengths = { mm: 0.001, cm: 0.01, m: 1, km: 1000, ft: 0.3048, mi: 1609.344 };
var weights = { mg: 0.001, g: 1, kg: 1000, lb: 453.59237 };

/**
 * Factor to the base unit of a kind, or null for an unknown unit.
 * @param {string} unit
 */
exports.factorOf = function factorOf(unit) {
  if (Object.prototype.hasOwnProperty.call(lengths, unit)) return lengths[unit];
  if (Object.prototype.hasOwnProperty.call(weights, unit)) return weights[unit];
  return null;
};

exports.names = function names() {
  var all = [];
  for (var length in lengths) all.push(length);
  for (var weight in weights) all.push(weight);
  return all;
};
