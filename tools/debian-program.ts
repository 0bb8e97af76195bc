import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** For each of two calls; without a network they would wait much longer. */
const INSTALL_MS = 120_000;
/** Debian puts some where a person's path does not lead. */
const PLACES = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];

const find = (name: string): string | undefined =>
  PLACES.map((folder) => join(folder, name)).find((program) => existsSync(program));

/** Why it could not be installed; null: it was. */
const install = (name: string): string | null => {
  if (process.getuid?.() !== 0) return 'only root installs packages';
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', name]]) {
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

/** A program of this name, from the path or installed from Debian's package of that name; a text says why it is not to be had. */
export const debianProgram = (name: string): Readonly<{ program: string }> | string => {
  const reason = find(name) === undefined ? install(name) : null;
  const program = find(name);
  return program === undefined ? (reason ?? 'not found') : { program };
};
