import { existsSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { ifThere } from '../errno.ts';
import { copyTree } from './copy-tree.ts';
import { secretsOfFile } from './file-secrets.ts';
import { type Manifest, namesIn, parseManifest } from './manifest.ts';

const manifestOf = async (folder: string): Promise<Manifest> =>
  parseManifest((await ifThere(readFile(join(folder, 'package.json'), 'utf8'))) ?? '{}');

/** Names of the packages that the package in a folder needs at run time. */
export const neededBy = async (folder: string): Promise<readonly string[]> => {
  const manifest = await manifestOf(folder);
  return ['dependencies', 'peerDependencies', 'optionalDependencies'].flatMap((field) =>
    namesIn(manifest[field]),
  );
};

/** Where Node would find a package from a folder: the nearest `node_modules/<name>` upwards. */
const find = async (from: string, name: string): Promise<string | null> => {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpath(candidate);
    if (dirname(folder) === folder) return null;
  }
};

/** A package as the one in the folder `source` finds it, for the folder `place` of the shadow. */
export type Wanted = Readonly<{
  source: string;
  place: string;
  name: string;
  /** Goes into `place` itself, and not to the top, where all packages of the project find it. */
  stays: boolean;
}>;

/** Paths below are those of the shadow; what belongs there may be kept elsewhere, and shown there. */
export type Target = Readonly<{
  shadow: string;
  /** Where on the disk to put what is to be found at that path. */
  put: (path: string) => string;
  /** Whether something is there already, which stays. */
  has: (path: string) => boolean;
}>;

/** Copies packages and what they need at run time, laid out so that each finds the version it found before. */
export const copyPackages = async (
  wanted: readonly Wanted[],
  { shadow, put, has }: Target,
): Promise<void> => {
  const placed = new Map<string, string>();
  const queue = [...wanted];

  const visible = (place: string, name: string): string | null => {
    for (let folder = place; folder.startsWith(shadow); folder = dirname(folder)) {
      const found = placed.get(join(folder, 'node_modules', name));
      if (found !== undefined) return found;
    }
    return null;
  };
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const real = await find(next.source, next.name);
    if (real === null) continue;
    const seen = visible(next.place, next.name);
    if (seen === real) continue;
    const isHere = next.stays || seen !== null;
    const place = join(isHere ? next.place : shadow, 'node_modules', next.name);
    if (seen === null && has(place)) continue;
    placed.set(place, real);
    // A linked package is the person's own work, with files that were never published.
    const published = real.split(sep).includes('node_modules');
    await copyTree(real, put(place), {
      skip: new Set(['node_modules', '.git']),
      leaveOut: async (absolute, path) => !published && (await secretsOfFile(absolute, path)).length > 0,
    });
    for (const name of await neededBy(real)) queue.push({ source: real, place, name, stays: false });
  }
};
