import { constants } from 'node:os';
import { PROGRAMS } from './programs.ts';

/** The first process of a container: `command.ts api|worker|migrate|iama [arguments]`. */

const WRONG_USE = 2;

/**
 * A process that is the first of its container gets no signal that it does not ask for. Before a program listens for itself,
 * and where it never does, this ends it at once.
 */
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal]);
  });

const [name = ''] = process.argv.splice(2, 1);
const program = Object.hasOwn(PROGRAMS, name) ? PROGRAMS[name] : undefined;
if (program === undefined) {
  process.stderr.write(`there is no command "${name}", only ${Object.keys(PROGRAMS).join(', ')}\n`);
  process.exit(WRONG_USE);
}
await import(new URL(program, import.meta.url).href);
