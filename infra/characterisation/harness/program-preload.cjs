/**
 * Comes before a program whose runs are recorded: fixed clock and chance, no network, no other processes, no files but its
 * own. What was refused is told on descriptor 3 when the program ends.
 */
'use strict';

const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');
const { confineWrites } = require('./confine.mjs');
const { FIXED_TIME, freezeClock, putInPlace, seedRandom } = require('./fixed-world.mjs');
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

const deny = createDeny(putInPlace, state);
denyReach(deny);
deny(process, ['kill', 'setuid', 'setgid', 'dlopen'], 'process');
confineWrites(putInPlace, state, root);
freezeClock(putInPlace, state);
seedRandom(putInPlace, state);
syncBuiltinESMExports();
