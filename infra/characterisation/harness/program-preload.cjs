/**
 * Comes before a program whose runs are recorded: fixed clock and chance, no network, no other processes, no files but its
 * own. What was refused is told on descriptor 3 when the program ends.
 */
'use strict';

const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');
const { confineWrites } = require('./confine.mjs');
const { FIXED_TIME, freezeClock, seedRandom } = require('./fixed-world.mjs');
const { createDeny, denyReach } = require('./reach.mjs');

const REFUSALS = 3;
const root = process.env.IAMA_PROGRAM_ROOT;
delete process.env.IAMA_PROGRAM_ROOT;

const { writeSync } = fs;
const state = {
  unsafe: {
    push: (label) => writeSync(REFUSALS, `${label}\n`),
  },
  now: FIXED_TIME,
  seed: 1,
};

function replace(target, key, value) {
  const descriptor = Object.getOwnPropertyDescriptor(target, key);
  if (descriptor === undefined || (!descriptor.configurable && !descriptor.writable)) return;
  Object.defineProperty(target, key, {
    ...('value' in descriptor
      ? descriptor
      : { configurable: true, enumerable: descriptor.enumerable, writable: true }),
    value,
  });
}

const deny = createDeny(replace, state);
denyReach(deny);
deny(process, ['kill', 'setuid', 'setgid', 'dlopen'], 'process');
confineWrites(replace, state, root);
freezeClock(replace, state);
seedRandom(replace, state);
syncBuiltinESMExports();
