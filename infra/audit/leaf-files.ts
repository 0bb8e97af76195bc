import { mkdir, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HASH_BYTES } from '../event-store/merkle/hashing.ts';
import { ifPresent } from '../postgres/embedded-files.ts';

/**
 * Leaf hashes outside of the database, 32 bytes an event, in order of position. A file holds 65,536 of them; a full one
 * never changes again, so any backup may take it. With them, an auditor can name the very event that was changed, even
 * when all hashes in the database were changed with it.
 */
const PER_FILE = 65_536;
const FILE_BYTES = PER_FILE * HASH_BYTES;

const pathOf = (folder: string, file: number): string =>
  join(folder, `${String(file).padStart(10, '0')}.leaves`);

/** Leaves in the folder. What a crash left of half a hash does not count. */
export const leafCount = async (folder: string): Promise<number> => {
  const names = (await ifPresent(readdir(folder))) ?? [];
  const last = names.filter((name) => /^\d{10}\.leaves$/.test(name)).length - 1;
  if (last < 0) return 0;
  const { size } = await stat(pathOf(folder, last));
  return last * PER_FILE + Math.floor(size / HASH_BYTES);
};

/** Writes leaves `from` (counted from 0) onwards, durably; what stood there is replaced. */
export const writeLeaves = async (folder: string, from: number, hashes: Buffer): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (let at = 0; at < hashes.length; ) {
    const begin = from * HASH_BYTES + at;
    const file = Math.floor(begin / FILE_BYTES);
    const offset = begin % FILE_BYTES;
    const part = hashes.subarray(at, at + FILE_BYTES - offset);
    const handle = await open(pathOf(folder, file), offset === 0 ? 'w' : 'r+', 0o600);
    try {
      await handle.write(part, 0, part.length, offset);
      await handle.sync();
    } finally {
      await handle.close();
    }
    at += part.length;
  }
};

/** Reads up to `count` leaves from `from` (counted from 0); fewer at the end. */
export const readLeaves = async (folder: string, from: number, count: number): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for (let at = from; at < from + count; ) {
    const offset = (at % PER_FILE) * HASH_BYTES;
    const wanted = Math.min(from + count - at, PER_FILE - (at % PER_FILE)) * HASH_BYTES;
    const handle = await ifPresent(open(pathOf(folder, Math.floor(at / PER_FILE)), 'r'));
    if (handle === null) break;
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(wanted), 0, wanted, offset);
      parts.push(buffer.subarray(0, bytesRead - (bytesRead % HASH_BYTES)));
      if (bytesRead < wanted) break;
    } finally {
      await handle.close();
    }
    at += wanted / HASH_BYTES;
  }
  return Buffer.concat(parts);
};
