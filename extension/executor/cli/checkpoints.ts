import { readdir, rm, stat } from 'node:fs/promises';
import { ifThere } from '../errno.ts';
import type { Home } from '../home/home.ts';

/** How long a copy of a folder without version control is kept, as long as a delivery. */
export const CHECKPOINT_DAYS = 14;
const DAY_MS = 86_400_000;

/** Removes the copies of folders that are older. Returns how many. */
export const sweepCheckpoints = async (home: Home, now: Date): Promise<number> => {
  const names = (await ifThere(readdir(home.path('checkpoints')))) ?? [];
  let removed = 0;
  for (const name of names) {
    const folder = home.path('checkpoints', name);
    if (now.getTime() - (await stat(folder)).mtimeMs < CHECKPOINT_DAYS * DAY_MS) continue;
    await rm(folder, { recursive: true, force: true });
    removed++;
  }
  return removed;
};
