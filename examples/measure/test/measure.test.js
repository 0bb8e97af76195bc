'use strict';

var assert = require('node:assert');
var test = require('node:test');
var measure = require('..');

test('parses lengths and weights', function () {
  assert.strictEqual(measure('2 km'), 2000);
  assert.strictEqual(measure('1.5kg'), 1500);
  assert.strictEqual(measure('nonsense'), null);
});

test('formats', function () {
  assert.strictEqual(measure(2500, { unit: 'km', digits: 1 }), '2.5 km');
  assert.throws(function () {
    measure.format(1, { unit: 'league' });
  }, RangeError);
});

test('sums up', function () {
  var sum = new measure.Sum('m');
  sum.add('2 km').add('30 cm');
  assert.strictEqual(String(sum), '2000.3 m');
});
