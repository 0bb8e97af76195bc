import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path/posix';
import { printableLine } from '../../../domain/kernel/printable.ts';
import type { FileWrite } from '../../../domain/patching/select.ts';
import type { Home } from '../home/home.ts';
import { processToken } from '../native-runner/processes.ts';
import { systemProblem } from '../system-problem.ts';
import { asReason, someOf } from '../words.ts';
import { sha256 } from '../workspace/collect.ts';
import { headCommit } from '../workspace/git.ts';
import { type Images, type Journal, journalsOf, openJournal, setPhase } from './journal.ts';
import { isTemporary, MoveRefused, moveFiles, type Probe, restoreFiles, stateOf } from './move-files.ts';

export type AppliedFile = Readonly<{ path: string; before: string | null; after: string | null }>;

export type ApplyResult =
  | Readonly<{ status: 'APPLIED'; files: readonly AppliedFile[] }>
  | Readonly<{
      status: 'FAILED';
      code: 'BASE_CONFLICT' | 'APPLY_FAILED';
      files: readonly string[];
      reason: string;
    }>;

export type ApplyRequest = Readonly<{
  home: Home;
  jobId: string;
  executionId: string;
  workspace: string;
  writes: readonly FileWrite[];
  now: Date;
  probe?: Probe;
}>;

const filesOf = (journal: Journal): AppliedFile[] =>
  journal.entries.map(({ path, before, after }) => ({ path, before, after }));

const newFileMode = (): number => 0o666 & ~process.umask();

const foldersToCreate = (workspace: string, writes: readonly FileWrite[]): string[] => {
  const missing = new Set<string>();
  for (const { path, after } of writes) {
    for (let folder = dirname(path); after !== null && folder !== '.'; folder = dirname(folder)) {
      if (!existsSync(join(workspace, folder))) missing.add(folder);
    }
  }
  return [...missing].sort();
};

/** An earlier apply of the same job that did exactly this: its report was lost, so it is given again. */
const alreadyDone = async (request: ApplyRequest, journal: Omit<Journal, 'phase'>): Promise<boolean> => {
  const wanted = JSON.stringify(filesOf({ ...journal, phase: 'APPLIED' }));
  const earlier = (await journalsOf(request.home, request.jobId)).filter(({ phase }) => phase === 'APPLIED');
  return earlier.some((done) => JSON.stringify(filesOf(done)) === wanted);
};

const plan = async (request: ApplyRequest) => {
  const images: Images[] = [];
  const entries: Array<Journal['entries'][number]> = [];
  const conflicts: string[] = [];
  const onAfter: boolean[] = [];
  for (const write of request.writes) {
    const current = await stateOf(request.workspace, write.path);
    const source = write.movedFrom === null ? current : await stateOf(request.workspace, write.movedFrom);
    const after = write.after === null ? null : new TextEncoder().encode(write.after);
    const afterHash = after === null ? null : sha256(after);
    const beforeHash = write.before?.sha256 ?? null;
    const currentHash = current?.sha256 ?? null;
    if (currentHash !== beforeHash) conflicts.push(write.path);
    onAfter.push(currentHash === afterHash);
    images.push({ before: current?.bytes ?? null, after });
    entries.push({
      path: write.path,
      before: beforeHash,
      after: afterHash,
      beforeMode: current?.mode ?? null,
      afterMode: after === null ? null : (source?.mode ?? newFileMode()),
    });
  }
  return { images, entries, conflicts, allOnAfter: onAfter.every(Boolean) };
};

const refusal = ({ code, files, message }: MoveRefused): ApplyResult => ({
  status: 'FAILED',
  code,
  files,
  reason: asReason(message),
});

/** Goes into the log, so it does not say where on this machine. */
const withoutPlaces = (message: string, { workspace, home }: ApplyRequest): string =>
  message.replaceAll(home.root, '~iama').replaceAll(workspace, '.');

/** The place as the person knows it: a file is written beside its old one first, so that it is the folder that counts. */
const placeIn = ({ workspace }: ApplyRequest, path: string): string | null => {
  const place = relative(workspace, isTemporary(path) ? dirname(path) : path);
  if (place.startsWith('..') || isAbsolute(place)) return null;
  return place === '' ? 'The folder of the project' : printableLine(place);
};

const whatFailed = (error: unknown, request: ApplyRequest): string => {
  const known = systemProblem(error);
  const place = known?.path ? placeIn(request, known.path) : null;
  if (known !== null && place !== null) return `${place} ${known.what} (${known.code}).`;
  return `${withoutPlaces(error instanceof Error ? error.message : String(error), request)}.`;
};

type Ready = Readonly<{ status: 'READY'; draft: Omit<Journal, 'phase'>; images: readonly Images[] }>;

/** Compares the project with what the delivery was made from; an answer that needs no writing is given at once. */
const prepare = async (request: ApplyRequest): Promise<Ready | ApplyResult> => {
  const { workspace, jobId, executionId } = request;
  try {
    const { images, entries, conflicts, allOnAfter } = await plan(request);
    const draft: Ready['draft'] = {
      schema: 'iama.journal/1',
      jobId,
      executionId,
      workspace,
      owner: processToken(),
      headCommit: await headCommit(workspace),
      appliedAt: request.now.toISOString(),
      entries,
      createdFolders: foldersToCreate(workspace, request.writes),
    };
    if (allOnAfter && (await alreadyDone(request, draft))) {
      return { status: 'APPLIED', files: filesOf({ ...draft, phase: 'APPLIED' }) };
    }
    if (conflicts.length === 0) return { status: 'READY', draft, images };
    const reason = asReason(`Nothing was written. Changed since the job began: ${someOf(conflicts)}.`);
    return { status: 'FAILED', code: 'BASE_CONFLICT', files: conflicts, reason };
  } catch (error) {
    if (error instanceof MoveRefused) return refusal(error);
    throw error;
  }
};

/** What comes of it without any writing: it is done already, or stopped by a file that changed. Null where it would be written. */
export const withoutWriting = async (request: ApplyRequest): Promise<ApplyResult | null> => {
  const prepared = await prepare(request);
  return prepared.status === 'READY' ? null : prepared;
};

/**
 * Writes an accepted selection into the person's project: all files or none, also when the process is killed between
 * any two steps (`recoverJournals` at the next start undoes what was not finished). Nothing is written when a file is
 * not the one that the delivery was made from.
 */
export const applyWrites = async (request: ApplyRequest): Promise<ApplyResult> => {
  const { home } = request;
  const probe = request.probe ?? (() => undefined);
  const prepared = await prepare(request);
  if (prepared.status !== 'READY') return prepared;
  const journal: Journal = { ...prepared.draft, phase: 'PREPARED' };
  await openJournal(home, journal, prepared.images);
  probe('journal prepared');
  try {
    await moveFiles(home, journal, 'after', probe);
  } catch (error) {
    const left = await restoreFiles(home, journal, 'before', probe);
    await setPhase(home, journal, 'ROLLED_BACK');
    if (error instanceof MoveRefused) return refusal(error);
    const reason = asReason(`Nothing was kept. ${whatFailed(error, request)}`);
    return { status: 'FAILED', code: 'APPLY_FAILED', files: left, reason };
  }
  await setPhase(home, journal, 'APPLIED');
  probe('journal applied');
  return { status: 'APPLIED', files: filesOf(journal) };
};
