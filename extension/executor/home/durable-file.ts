import { randomBytes } from 'node:crypto';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isTokenAlive, processToken } from '../native-runner/processes.ts';

/** Makes the names in a folder survive a power cut. */
export const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Writes a new file and waits until it is on the disk. Fails where the file exists. */
export const writeNewFile = async (path: string, data: string | Uint8Array, mode: number): Promise<void> => {
  const handle = await open(path, 'wx', mode);
  try {
    await handle.writeFile(data);
    // The mode given to open is narrowed by the umask.
    await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** A name for what becomes the file `path`; it tells which process is at it. */
export const beside = (path: string): string =>
  `${path}.${processToken()}.${randomBytes(6).toString('hex')}.tmp`;

/** Whether a file was to become another, and its process has ended before it did. */
export const isLeftOver = (name: string): boolean => {
  const owner = /\.(\d+\.\d*)\.[\da-f]{12}\.tmp$/u.exec(name)?.[1];
  return owner !== undefined && !isTokenAlive(owner);
};

/** Replaces a file whole: readers see the old or the new content, also after a crash. */
export const writeDurably = async (path: string, data: string | Uint8Array, mode: number): Promise<void> => {
  const temporary = beside(path);
  await writeNewFile(temporary, data, mode);
  await rename(temporary, path);
  await syncFolder(dirname(path));
};
