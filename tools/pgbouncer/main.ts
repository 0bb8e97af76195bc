import { spawnSync } from 'node:child_process';
import { debianProgram } from '../debian-program.ts';

/**
 * `npm run test:pgbouncer [-- files]`: the integration tests with a PgBouncer in transaction mode before their PostgreSQL. It
 * is taken from the path or installed from Debian's packages; where neither goes, that is said, and the exit code is 2.
 */
const COULD_NOT_RUN = 2;

const found = debianProgram('pgbouncer');
if (typeof found === 'string') {
  console.log(`NOT RUN: PgBouncer is not on this machine and could not be installed (${found}).`);
  process.exitCode = COULD_NOT_RUN;
} else {
  const { program } = found;
  const version = spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0];
  console.log(`${version}, transaction mode`);
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'int', ...process.argv.slice(2)];
  const env = { ...process.env, TEST_PGBOUNCER: program };
  process.exitCode = spawnSync(process.execPath, args, { env, stdio: 'inherit' }).status ?? 1;
}
