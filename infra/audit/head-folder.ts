import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ifPresent } from '../postgres/embedded-files.ts';
import { type HeadKeys, headKeys } from './head-key.ts';
import { type TreeHead, treeHeadSchema } from './tree-head.ts';

/** Where heads go outside of the database: `heads.jsonl`, `keys/<key id>.pem`, `leaves/`. */
export const headsFile = (folder: string): string => join(folder, 'heads.jsonl');
export const leavesFolder = (folder: string): string => join(folder, 'leaves');
const keysFolder = (folder: string): string => join(folder, 'keys');

const TAIL_BYTES = 4_096;

/** The last whole line and where it ends; what a crash left after it does not count. */
const lastLine = async (path: string): Promise<Readonly<{ text: string; end: number }>> => {
  const handle = await ifPresent(open(path, 'r'));
  if (handle === null) return { text: '', end: 0 };
  try {
    const { size } = await handle.stat();
    const from = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - from), 0, size - from, from);
    const tail = buffer.toString('latin1', 0, bytesRead);
    const end = tail.lastIndexOf('\n') + 1;
    const begin = tail.lastIndexOf('\n', end - 2) + 1;
    return { text: buffer.toString('utf8', begin, end), end: from + end };
  } finally {
    await handle.close();
  }
};

/** null: none was published here yet. Throws when the file holds something else. */
export const lastHead = async (folder: string): Promise<TreeHead | null> => {
  const { text } = await lastLine(headsFile(folder));
  return text === '' ? null : treeHeadSchema.parse(JSON.parse(text));
};

/** Adds a head and the public key that signed it, PEM, durably. One process at a time. */
export const addHead = async (folder: string, head: TreeHead, publicKeyPem: string): Promise<void> => {
  await mkdir(keysFolder(folder), { recursive: true, mode: 0o700 });
  await writeFile(join(keysFolder(folder), `${head.key_id}.pem`), publicKeyPem, { mode: 0o644 });
  const { end } = await lastLine(headsFile(folder));
  const handle = await open(headsFile(folder), end === 0 ? 'w' : 'r+', 0o644);
  try {
    await handle.truncate(end);
    await handle.write(`${JSON.stringify(head)}\n`, end);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Keys kept beside the heads. Throws when there is none. */
export const keysOfFolder = async (folder: string): Promise<HeadKeys> => {
  const names = (await ifPresent(readdir(keysFolder(folder)))) ?? [];
  const pems = names.filter((name) => name.endsWith('.pem')).map((name) => join(keysFolder(folder), name));
  return headKeys((await Promise.all(pems.map((path) => readFile(path, 'utf8')))).join('\n'));
};

/** Heads of a file: one JSON object, or one a line. Throws when a line is no head. */
async function* eachHead(path: string): AsyncGenerator<TreeHead> {
  for await (const line of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity }))
    if (line.trim() !== '') yield treeHeadSchema.parse(JSON.parse(line));
}

/** The last head of a file that covers so many events; null where there is none. */
export const headOfSize = async (path: string, size: number): Promise<TreeHead | null> => {
  let found: TreeHead | null = null;
  for await (const head of eachHead(path)) if (head.tree_size === size) found = head;
  return found;
};

/**
 * Heads of a file. Of very many every second is left out until at most `limit` are left; the last always stays. Sorted by size. Throws when a line is
 * no head.
 */
export const readHeads = async (path: string, limit = 4_096): Promise<TreeHead[]> => {
  let heads: TreeHead[] = [];
  let last: TreeHead | null = null;
  let step = 1;
  let seen = 0;
  for await (const head of eachHead(path)) {
    last = head;
    if (seen % step === 0) heads.push(head);
    seen += 1;
    if (heads.length > limit) {
      heads = heads.filter((_, index) => index % 2 === 0);
      step *= 2;
    }
  }
  if (last === null) throw new Error(`${path} holds no tree head`);
  if (heads.at(-1) !== last) heads.push(last);
  return heads.sort((a, b) => a.tree_size - b.tree_size);
};
