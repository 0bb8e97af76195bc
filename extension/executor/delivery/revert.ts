import { join } from 'node:path';
import { unifiedDiff } from '../../../domain/patching/hunks.ts';
import { decodeText } from '../../../domain/patching/text.ts';
import { writeDurably } from '../home/durable-file.ts';
import type { Home } from '../home/home.ts';
import { asReason, someOf } from '../words.ts';
import { git, headCommit } from '../workspace/git.ts';
import { type Journal, journalsOf, readImage, setPhase } from './journal.ts';
import { MoveRefused, moveFiles, type Probe, restoreFiles, stateOf } from './move-files.ts';

export type RevertResult =
  | Readonly<{ status: 'REVERTED'; files: readonly string[] }>
  | Readonly<{
      status: 'BLOCKED';
      code: 'BASE_CONFLICT' | 'POST_COMMIT_REVERT_BLOCKED';
      files: readonly string[];
      reason: string;
      /** A patch that undoes the change, for `git apply`. */
      reversePatch: string | null;
    }>;

const pathsOf = (journals: readonly Journal[]): string[] => [
  ...new Set(journals.flatMap(({ entries }) => entries.map(({ path }) => path))),
];

/** Paths of the journal that a commit made after the apply contains. */
const committedSince = async ({ workspace, headCommit: before, entries }: Journal): Promise<string[]> => {
  const now = await headCommit(workspace);
  if (now === null || now === before) return [];
  const paths = entries.map(({ path }) => path);
  const args =
    before === null
      ? ['ls-tree', '-r', '-z', '--name-only', 'HEAD', '--', ...paths]
      : ['diff', '--name-only', '--no-renames', '--relative', '-z', before, 'HEAD', '--', ...paths];
  const answer = await git(workspace, args);
  // A commit that is gone cannot be compared with: the history was rewritten after the apply.
  return answer.code === 0 ? answer.stdout.split('\0').filter((path) => path !== '') : paths;
};

const textOf = async (home: Home, journal: Journal, index: number, side: 'before' | 'after') => {
  const sha256 = journal.entries[index]?.[side] ?? null;
  if (sha256 === null) return null;
  return { sha256, text: decodeText(await readImage(home, journal, index, side)).text };
};

/** Where a revert that was refused after a commit leaves its patch. */
export const reversePatchOf = (home: Home, jobId: string): string =>
  join(home.path('journal', jobId), 'reverse.patch');

const writeReversePatch = async (home: Home, journals: readonly Journal[]): Promise<string> => {
  let patch = '';
  for (const journal of [...journals].reverse()) {
    for (const [index, { path }] of journal.entries.entries()) {
      const [before, after] = [
        await textOf(home, journal, index, 'after'),
        await textOf(home, journal, index, 'before'),
      ];
      patch += unifiedDiff({ path, to: path, before, after });
    }
  }
  const file = reversePatchOf(home, journals[0]?.jobId ?? '');
  await writeDurably(file, patch, 0o600);
  return file;
};

type Drift = Readonly<{
  /** Files that are not as the newest of the applies left them. */
  changed: readonly string[];
  /** Files that the job had moved or removed and that are there again: a build writes `a.js` beside `a.ts`. */
  madeAgain: readonly string[];
}>;

const driftOf = async (journals: readonly Journal[]): Promise<Drift> => {
  const expected = new Map<string, string | null>();
  for (const { entries } of journals) for (const { path, after } of entries) expected.set(path, after);
  const [changed, madeAgain]: [string[], string[]] = [[], []];
  for (const [path, sha256] of expected) {
    const current = await stateOf(journals[0]?.workspace ?? '', path);
    if ((current?.sha256 ?? null) !== sha256) (sha256 === null ? madeAgain : changed).push(path);
  }
  return { changed, madeAgain };
};

const reasonOf = ({ changed, madeAgain }: Drift): string => {
  const sentences = ['Nothing was put back.'];
  if (changed.length > 0) sentences.push(`Changed since the apply: ${someOf(changed)}.`);
  if (madeAgain.length > 0)
    sentences.push(`There again, as after a build, and to be removed first: ${someOf(madeAgain)}.`);
  return asReason(sentences.join(' '));
};

/**
 * Puts back the before-images of a job's applied files, byte for byte and with their modes (DEL-04). Refuses when a file
 * changed since, and when the change was committed since: then it leaves a reverse patch instead.
 */
export const revertJob = async (
  home: Home,
  jobId: string,
  probe: Probe = () => undefined,
): Promise<RevertResult> => {
  const all = await journalsOf(home, jobId);
  const applied = all.filter(({ phase }) => phase === 'APPLIED');
  const blocked = (
    code: 'BASE_CONFLICT' | 'POST_COMMIT_REVERT_BLOCKED',
    files: readonly string[],
    reason: string,
    reversePatch: string | null = null,
  ): RevertResult => ({ status: 'BLOCKED', code, files, reason, reversePatch });

  if (applied.length === 0) {
    const reverted = all.filter(({ phase }) => phase === 'REVERTED');
    return reverted.length > 0
      ? { status: 'REVERTED', files: pathsOf(reverted) }
      : blocked('BASE_CONFLICT', [], 'Nothing of this job has been applied on this machine.');
  }
  try {
    const committed = (await Promise.all(applied.map(committedSince))).flat();
    if (committed.length > 0) {
      const patch = await writeReversePatch(home, applied);
      // Goes into the log, so it does not say where on this machine.
      const reason = 'The change has been committed since, so it is yours to undo. A reverse patch is ready.';
      return blocked('POST_COMMIT_REVERT_BLOCKED', [...new Set(committed)], reason, patch);
    }
    const drift = await driftOf(applied);
    const drifted = [...drift.changed, ...drift.madeAgain];
    if (drifted.length > 0) return blocked('BASE_CONFLICT', drifted, reasonOf(drift));
    for (const journal of [...applied].reverse()) {
      const reverting = await setPhase(home, journal, 'REVERTING');
      probe('journal reverting');
      try {
        await moveFiles(home, reverting, 'before', probe);
      } catch (error) {
        await restoreFiles(home, reverting, 'after', probe);
        await setPhase(home, journal, 'APPLIED');
        throw error;
      }
      await setPhase(home, journal, 'REVERTED');
      probe('journal reverted');
    }
    return { status: 'REVERTED', files: pathsOf(applied) };
  } catch (error) {
    if (error instanceof MoveRefused) return blocked('BASE_CONFLICT', error.files, error.message);
    throw error;
  }
};
