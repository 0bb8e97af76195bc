/** The generated tests in the workspace, and the proof that nobody changed them (TST-02). */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

export const TEST_FOLDER = '.iama/tests';
export const TEST_FILE = `${TEST_FOLDER}/characterisation.test.mjs`;
export const SNAPSHOTS = `${TEST_FOLDER}/snapshots.json`;

/** Path (workspace relative, POSIX) to lower-case hexadecimal SHA-256. */
export type Hashes = Readonly<Record<string, string>>;

export const sha256 = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');

/** The tests, their inputs or their recorded results are not the ones that were locked. */
export class TestsWeakened extends Error {
  readonly code = 'TESTS_WEAKENED';
  readonly paths: readonly string[];

  constructor(paths: readonly string[]) {
    super(`Locked tests were changed, removed or added: ${paths.join(', ')}`);
    this.name = 'TestsWeakened';
    this.paths = paths;
  }
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  // Anything but a plain file (a link that leads elsewhere) counts as well: it has no hash and so matches no lock.
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** Hashes of everything below `.iama/tests`; a workspace without that folder has none. */
export async function hashTests(workspaceRoot: string): Promise<Hashes> {
  let files: readonly string[];
  try {
    files = await filesBelow(path.join(workspaceRoot, TEST_FOLDER));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
  const hashes: [string, string][] = [];
  for (const file of [...files].sort()) {
    hashes.push([path.relative(workspaceRoot, file).split(path.sep).join('/'), sha256(await readFile(file))]);
  }
  return Object.fromEntries(hashes);
}

/** @throws {TestsWeakened} naming every file that differs, is gone, or was added */
export async function requireLocked(workspaceRoot: string, locked: Hashes): Promise<void> {
  const actual = await hashTests(workspaceRoot);
  const paths = new Set([...Object.keys(locked), ...Object.keys(actual)]);
  const changed = [...paths].filter((one) => locked[one] !== actual[one]).sort();
  if (changed.length > 0 || Object.keys(locked).length === 0) throw new TestsWeakened(changed);
}
