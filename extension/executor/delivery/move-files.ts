import { lstat, mkdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncFolder, writeNewFile } from '../home/durable-file.ts';
import type { Home } from '../home/home.ts';
import { sha256 } from '../workspace/collect.ts';
import { insideProblem } from '../workspace/inside.ts';
import { type Journal, type JournalEntry, readImage } from './journal.ts';

/** Called after every step that changes the disk; a test ends the process there. */
export type Probe = (step: string) => void;

/** The tree is not in the state that the move starts from, or it cannot be written. `files` are workspace paths. */
export class MoveRefused extends Error {
  readonly code: 'BASE_CONFLICT' | 'APPLY_FAILED';
  readonly files: readonly string[];

  constructor(code: MoveRefused['code'], files: readonly string[], message: string) {
    super(message);
    this.name = 'MoveRefused';
    this.code = code;
    this.files = files;
  }
}

export type FileState = Readonly<{ bytes: Uint8Array; sha256: string; mode: number }>;

/** Null where nothing is. A path that leaves the workspace is refused. */
export const stateOf = async (workspace: string, path: string): Promise<FileState | null> => {
  const problem = await insideProblem(workspace, path);
  if (problem !== null) throw new MoveRefused('APPLY_FAILED', [path], `${path}: ${problem.reason}.`);
  const absolute = join(workspace, path);
  try {
    const [{ mode }, bytes] = [await lstat(absolute), await readFile(absolute)];
    return { bytes, sha256: sha256(bytes), mode: mode & 0o7777 };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
};

/** Without the name of the file, which may be as long as a name can be. */
const temporaryName = ({ executionId }: Journal, absolute: string, index: number): string =>
  join(dirname(absolute), `.iama-${executionId}-${index}.tmp`);

/** Whether a path is that of a file which is being written, and not one of the person's. */
export const isTemporary = (path: string): boolean => /^\.iama-.+\.tmp$/u.test(basename(path));

type Side = 'before' | 'after';
const other = (side: Side): Side => (side === 'before' ? 'after' : 'before');
const modeOn = (entry: JournalEntry, side: Side): number | null =>
  side === 'before' ? entry.beforeMode : entry.afterMode;

const moveOne = async (
  home: Home,
  journal: Journal,
  index: number,
  to: Side,
  probe: Probe,
): Promise<void> => {
  const entry = journal.entries[index];
  if (!entry) return;
  const absolute = join(journal.workspace, entry.path);
  const temporary = temporaryName(journal, absolute, index);
  const target = entry[to];
  await rm(temporary, { force: true });
  const current = (await stateOf(journal.workspace, entry.path))?.sha256 ?? null;
  if (current === target) return;
  if (current !== entry[other(to)]) {
    throw new MoveRefused('BASE_CONFLICT', [entry.path], `${entry.path} was changed by somebody else.`);
  }
  if (target === null) {
    await rm(absolute);
    probe(`removed ${entry.path}`);
  } else {
    await mkdir(dirname(absolute), { recursive: true });
    await writeNewFile(temporary, await readImage(home, journal, index, to), modeOn(entry, to) ?? 0o644);
    probe(`written ${entry.path}`);
    await rename(temporary, absolute);
    probe(`renamed ${entry.path}`);
  }
  await syncFolder(dirname(absolute));
};

const isNotEmpty = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(String(error.code));

const removeCreatedFolders = async (journal: Journal): Promise<void> => {
  for (const folder of [...journal.createdFolders].reverse()) {
    try {
      await rmdir(join(journal.workspace, folder));
    } catch (error) {
      // The person has put something there meanwhile.
      if (!isNotEmpty(error)) throw error;
    }
  }
};

/**
 * Brings every file of the journal to one side: new content first, removals last, so that a crash never leaves less
 * than both. What is there already is left alone; what is on neither side stops the move.
 */
export const moveFiles = async (home: Home, journal: Journal, to: Side, probe: Probe): Promise<void> => {
  const indexes = journal.entries.map((_, index) => index);
  const writes = indexes.filter((index) => journal.entries[index]?.[to] !== null);
  const removals = indexes.filter((index) => journal.entries[index]?.[to] === null);
  for (const index of [...writes, ...removals]) await moveOne(home, journal, index, to, probe);
  if (to === 'before') await removeCreatedFolders(journal);
};

/** Brings back whatever can be brought back; files that somebody else changed are left and named. */
export const restoreFiles = async (
  home: Home,
  journal: Journal,
  to: Side,
  probe: Probe,
): Promise<readonly string[]> => {
  const left: string[] = [];
  for (const [index, { path }] of journal.entries.entries()) {
    try {
      await moveOne(home, journal, index, to, probe);
    } catch (error) {
      if (!(error instanceof MoveRefused)) throw error;
      left.push(path);
    }
  }
  if (to === 'before') await removeCreatedFolders(journal);
  return left;
};
