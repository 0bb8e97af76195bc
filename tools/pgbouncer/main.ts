import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * `npm run test:pgbouncer [-- files]`: the integration tests with a PgBouncer in transaction mode before their PostgreSQL. It
 * is taken from the path or installed from Debian's packages; where neither goes, that is said, and the exit code is 2.
 */
const COULD_NOT_RUN = 2;
/** For each of two calls; without a network they would wait much longer. */
const INSTALL_MS = 60_000;
/** Debian puts it where a person's path does not lead. */
const PLACES = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];

const find = (): string | undefined =>
  PLACES.map((folder) => join(folder, 'pgbouncer')).find((program) => existsSync(program));

/** Why it could not be installed; null: it was. */
const install = (): string | null => {
  if (process.getuid?.() !== 0) return 'only root installs packages';
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', 'pgbouncer']]) {
    const { error, status, stderr } = spawnSync('apt-get', args, {
      env,
      encoding: 'utf8',
      timeout: INSTALL_MS,
    });
    if (error !== undefined) return `apt-get: ${error.message}`;
    if (status !== 0) return `apt-get ${args[0]}: ${stderr.trim().split('\n').at(-1) ?? ''}`;
  }
  return null;
};

const reason = find() === undefined ? install() : null;
const program = find();
if (program === undefined) {
  console.log(
    `NOT RUN: PgBouncer is not on this machine and could not be installed (${reason ?? 'not found'}).`,
  );
  process.exitCode = COULD_NOT_RUN;
} else {
  const version = spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0];
  console.log(`${version}, transaction mode`);
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'int', ...process.argv.slice(2)];
  const env = { ...process.env, TEST_PGBOUNCER: program };
  process.exitCode = spawnSync(process.execPath, args, { env, stdio: 'inherit' }).status ?? 1;
}
