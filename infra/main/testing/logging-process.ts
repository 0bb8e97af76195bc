import { untilStopped } from '../lifetime.ts';
import { createLogger } from '../logger.ts';

/** Logs as much while it works and while it stops as standard output takes only with a reader. Argument: how it ends. */
const LINES = 2_000;
const logger = createLogger('info', 'test');
const log = (phase: string): void => {
  for (let line = 0; line < LINES; line += 1) logger.info({ phase, line }, 'x'.repeat(100));
};
const end = process.argv[2];
untilStopped(logger, async () => {
  log('stopping');
  if (end === 'stop-fails') throw new Error('a part did not stop');
});
log('working');
if (end === 'exit') process.exit(3);
process.stderr.write('ready\n');
if (end === 'crash')
  setTimeout(() => {
    throw new Error('nobody caught this');
  }, 100);
else setInterval(() => undefined, 1_000);
