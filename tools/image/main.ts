import { spawnSync } from 'node:child_process';
import { debianProgram } from '../debian-program.ts';

/**
 * `npm run test:image`: builds the image of infra/deploy/Dockerfile with buildah and runs what it holds. buildah is taken from
 * the path or installed from Debian's packages; where neither goes, or this process may not mount, that is said, and the exit
 * code is 2.
 */
const COULD_NOT_RUN = 2;

/** Changing the root folder needs mounts of its own. */
const mayMount = (): boolean =>
  process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0;

const found = mayMount() ? debianProgram('buildah') : 'this process may not mount anything';
if (typeof found === 'string') {
  console.log(`NOT RUN: the image is not built, because nothing here can do it (${found}).`);
  process.exitCode = COULD_NOT_RUN;
} else {
  const { program } = found;
  console.log(spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout.trim());
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'image', ...process.argv.slice(2)];
  const env = { ...process.env, TEST_BUILDAH: program };
  process.exitCode = spawnSync(process.execPath, args, { env, stdio: 'inherit' }).status ?? 1;
}
