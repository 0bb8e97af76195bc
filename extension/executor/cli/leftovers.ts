import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ifThere } from '../errno.ts';
import { isLeftOver } from '../home/durable-file.ts';
import type { Home } from '../home/home.ts';

/** How long a copy of a folder without version control is kept, as long as a delivery. */
export const CHECKPOINT_DAYS = 14;
const DAY_MS = 86_400_000;

/** What is of no use any more when the server has forgotten the sources: copies of folders, names of parts, open requests. */
const AS_LONG_AS_SOURCES = ['checkpoints', 'sent', 'requests'];
/** Where files are written whole. Below `server` the server cleans up itself. */
const WRITTEN = ['.', 'jobs', 'sent', 'requests', 'server'];

const namesIn = async (folder: string): Promise<readonly string[]> => (await ifThere(readdir(folder))) ?? [];

const sweepOld = async (folder: string, now: Date): Promise<void> => {
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    const found = await ifThere(stat(path));
    if (found !== null && now.getTime() - found.mtimeMs >= CHECKPOINT_DAYS * DAY_MS)
      await rm(path, { recursive: true, force: true });
  }
};

const sweepHalfWritten = async (folder: string, names: readonly string[]): Promise<void> => {
  for (const name of names.filter(isLeftOver)) await rm(join(folder, name), { force: true });
};

/** Removes from the person's folder what is too old to be of use, and files that a killed process had not finished. */
export const sweepLeftovers = async (home: Home, now: Date): Promise<void> => {
  for (const name of AS_LONG_AS_SOURCES) await sweepOld(home.path(name), now);
  for (const name of WRITTEN) await sweepHalfWritten(home.path(name), await namesIn(home.path(name)));
  const journals = await ifThere(readdir(home.path('journal'), { recursive: true }));
  await sweepHalfWritten(home.path('journal'), journals ?? []);
};
