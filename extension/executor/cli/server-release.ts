import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { ifThere } from '../errno.ts';
import type { Home } from '../home/home.ts';
import { isTokenAlive } from '../native-runner/processes.ts';

/** What the server on this machine was started with, beside its address. */
const RELEASE = ['server', 'version.json'] as const;

/** What the server is made of, in the folder of the installation. */
const PARTS = [
  'commands',
  'domain',
  'infra',
  'migrations',
  'package-lock.json',
  'processors',
  'projections',
  'read-api',
];
const isOfTests = (path: string): boolean => path.endsWith('.test.ts') || path.includes('/testing/');

const releaseSchema = z.object({
  /** Two installations understand each other when this is the same: it names the API that the client was made for. */
  api: z.string(),
  /** Sizes and times of the files of the server: the same again, and none of them has to be read. */
  stamp: z.string(),
  /** SHA-256 of these files. */
  code: z.string(),
});
type Release = z.infer<typeof releaseSchema>;

const apiVersion = async (): Promise<string> => {
  const checks = new URL('../api/generated/zod.gen.ts', import.meta.url);
  const operations = new URL('../api/generated/operations.gen.ts', import.meta.url);
  const hash = createHash('sha256');
  for (const file of [checks, operations]) hash.update(await readFile(file));
  return hash.digest('hex');
};

/** The files that the server of this entry is made of; a part that is not there has none. */
const filesOf = async (root: string): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const part of PARTS) {
    const path = join(root, part);
    const entry = await ifThere(stat(path));
    if (entry?.isFile()) found.push(path);
    if (!entry?.isDirectory()) continue;
    for (const each of await readdir(path, { recursive: true, withFileTypes: true }))
      if (each.isFile()) found.push(join(each.parentPath, each.name));
  }
  return found.filter((path) => !isOfTests(path)).toSorted();
};

const rootOf = (entry: string): string => join(dirname(entry), '..', '..');

const stampOf = async (entry: string): Promise<string> => {
  const hash = createHash('sha256');
  const files = await filesOf(rootOf(entry));
  for (const [index, each] of (await Promise.all(files.map((path) => stat(path)))).entries())
    hash.update(`${files[index]} ${each.size} ${each.mtimeMs}\n`);
  return hash.digest('hex');
};

const codeOf = async (entry: string): Promise<string> => {
  const hash = createHash('sha256');
  const root = rootOf(entry);
  for (const path of await filesOf(root))
    hash.update(`${relative(root, path)}\0`).update(await readFile(path));
  return hash.digest('hex');
};

/** Notes what a server is started with that this entry starts. */
export const noteRelease = async (home: Home, entry: string): Promise<void> => {
  const [api, stamp, code] = [await apiVersion(), await stampOf(entry), await codeOf(entry)];
  await home.writeJson({ api, stamp, code } satisfies Release, ...RELEASE);
};

/**
 * How the running server differs from the one that this entry starts: by its API, whereby this command does not understand it; by its
 * code alone, because it was started before an update; null: in nothing.
 */
export const otherRelease = async (home: Home, entry: string): Promise<'API' | 'CODE' | null> => {
  const stored = await home.readJson(...RELEASE);
  const api = await apiVersion();
  if (!z.looseObject({ api: z.literal(api) }).safeParse(stored).success) return 'API';
  const known = releaseSchema.safeParse(stored);
  if (!known.success) return 'CODE';
  const stamp = await stampOf(entry);
  if (known.data.stamp === stamp) return null;
  if (known.data.code !== (await codeOf(entry))) return 'CODE';
  await home.writeJson({ ...known.data, stamp }, ...RELEASE);
  return null;
};

/** Whether a living command of this machine follows a job, and would stand still while the server is replaced. */
export const isJobFollowed = async (home: Home): Promise<boolean> => {
  const names = (await ifThere(readdir(home.path('jobs')))) ?? [];
  for (const name of names.filter((each) => each.endsWith('.lock'))) {
    const holder = await ifThere(readFile(home.path('jobs', name), 'utf8'));
    if (holder !== null && isTokenAlive(holder)) return true;
  }
  return false;
};
