/**
 * Comes before a program whose runs are recorded: fixed clock, chance and machine, no network, no other processes, no files but its
 * own. What was refused is told on descriptor 3; where a server may listen, its port on descriptor 4.
 */
'use strict';

const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');
const path = require('node:path');
const { confineWrites } = require('./confine.mjs');
const {
  clearMemory,
  FIXED_TIME,
  fixMachine,
  freezeClock,
  putInPlace,
  seedBytes,
  seedRandom,
} = require('./fixed-world.mjs');
const { createDeny, denyReach } = require('./reach.mjs');

const REFUSALS = 3;
const PORTS = 4;
const root = process.env.IAMA_PROGRAM_ROOT;
delete process.env.IAMA_PROGRAM_ROOT;
/** Loaded before anything is refused, and only where it is needed. */
const serving = process.env.IAMA_PROGRAM_SERVES === undefined ? null : require('./serve.mjs');
delete process.env.IAMA_PROGRAM_SERVES;

const { rmSync, writeSync } = fs;

/** Who recorded may be killed, and what was started for it must not stay, nor the folder of its runs. */
const LOOK_MS = 1_000;
const { pid, ppid } = process;
const kill = process.kill.bind(process);
const runs = path.dirname(root);
const RUNS = /[\\/]iama-programs-\w+$/;
setInterval(() => {
  try {
    kill(ppid, 0);
  } catch (error) {
    if (error.code !== 'ESRCH') return;
    if (RUNS.test(runs)) rmSync(runs, { recursive: true, force: true });
    kill(pid, 'SIGKILL');
  }
}, LOOK_MS).unref();

const state = {
  unsafe: {
    push: (label) => writeSync(REFUSALS, `${label}\n`),
  },
  now: FIXED_TIME,
  seed: 1,
  bytes: 1,
};

const deny = createDeny(putInPlace, state);
denyReach(deny);
serving?.allowServing(putInPlace, state, PORTS);
deny(process, ['kill', 'setuid', 'setgid', 'dlopen'], 'process');
confineWrites(putInPlace, state, root);
freezeClock(putInPlace, state);
seedRandom(putInPlace, state);
seedBytes(putInPlace, state);
clearMemory(putInPlace);
fixMachine(putInPlace);
syncBuiltinESMExports();
