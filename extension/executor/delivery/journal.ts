import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { syncFolder, writeDurably, writeNewFile } from '../home/durable-file.ts';
import type { Home } from '../home/home.ts';
import { processToken } from '../native-runner/processes.ts';

/**
 * What one apply does, written to disk before the first file changes (DEL-02, DEL-04): before-images and after-images,
 * byte for byte, and the phase. A phase names a state of the tree: PREPARED and ROLLED_BACK that of before, APPLIED that
 * of after, REVERTING still counts as after, REVERTED as before.
 */
const entry = z.object({
  path: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  beforeMode: z.number().nullable(),
  afterMode: z.number().nullable(),
});
const journalSchema = z.object({
  schema: z.literal('iama.journal/1'),
  jobId: z.string(),
  executionId: z.string(),
  workspace: z.string(),
  headCommit: z.string().nullable(),
  /** The process that works on it; a dead one left it half done. */
  owner: z.string(),
  phase: z.enum(['PREPARED', 'ROLLED_BACK', 'APPLIED', 'REVERTING', 'REVERTED']),
  appliedAt: z.string(),
  entries: z.array(entry),
  /** Folders that did not exist before, parents first. */
  createdFolders: z.array(z.string()),
});
export type JournalEntry = Readonly<z.infer<typeof entry>>;
export type Journal = Readonly<z.infer<typeof journalSchema>>;
export type Phase = Journal['phase'];

/** Bytes of both sides of an entry, in the order of the entries; null: the file does not exist on that side. */
export type Images = Readonly<{ before: Uint8Array | null; after: Uint8Array | null }>;

/** Ids come from the server and become names of folders, so that they may be nothing but names. */
const asName = (id: string): string => {
  if (!/^[\w-]{1,100}$/u.test(id)) throw new Error('An id from the server cannot be the name of a folder.');
  return id;
};

const folderOf = (home: Home, jobId: string, executionId: string): string =>
  home.path('journal', asName(jobId), asName(executionId));

const text = (journal: Journal): string => `${JSON.stringify(journal, null, 2)}\n`;

/** Writes images and journal, and only then lets the journal appear under its name. */
export const openJournal = async (home: Home, journal: Journal, images: readonly Images[]): Promise<void> => {
  const folder = folderOf(home, journal.jobId, journal.executionId);
  const draft = `${folder}.draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o700 });
  for (const [index, { before, after }] of images.entries()) {
    if (before !== null) await writeNewFile(join(draft, `before-${index}`), before, 0o600);
    if (after !== null) await writeNewFile(join(draft, `after-${index}`), after, 0o600);
  }
  await writeNewFile(join(draft, 'journal.json'), text(journal), 0o600);
  await syncFolder(draft);
  await rm(folder, { recursive: true, force: true });
  await rename(draft, folder);
  await syncFolder(dirname(folder));
};

export const setPhase = async (home: Home, journal: Journal, phase: Phase): Promise<Journal> => {
  const next: Journal = { ...journal, phase, owner: processToken() };
  const file = join(folderOf(home, journal.jobId, journal.executionId), 'journal.json');
  await writeDurably(file, text(next), 0o600);
  return next;
};

export const readImage = (
  home: Home,
  journal: Journal,
  index: number,
  side: 'before' | 'after',
): Promise<Uint8Array> =>
  readFile(join(folderOf(home, journal.jobId, journal.executionId), `${side}-${index}`));

const namesIn = async (folder: string): Promise<string[]> => {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
};

/** Journals of a job, oldest apply first. Drafts of an apply that never began are not among them. */
export const journalsOf = async (home: Home, jobId: string): Promise<readonly Journal[]> => {
  const journals: Journal[] = [];
  for (const name of await namesIn(home.path('journal', asName(jobId)))) {
    if (name.endsWith('.draft') || name.endsWith('.patch')) continue;
    const stored = await home.readJson('journal', jobId, name, 'journal.json');
    if (stored !== null) journals.push(journalSchema.parse(stored));
  }
  return journals.sort((left, right) => (left.appliedAt < right.appliedAt ? -1 : 1));
};

export const jobsWithJournals = (home: Home): Promise<string[]> => namesIn(home.path('journal'));
