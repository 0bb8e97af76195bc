import { git, headCommit } from './git.ts';

/** What the person's machine answers about the workspace before anything runs (JOB-04). Paths relative to the workspace. */
export type WorkspaceState = Readonly<{
  vcs: 'GIT' | 'NONE';
  headCommit: string | null;
  dirtyPaths: readonly string[];
  /** Changed paths that the server is not told of, because its protocol has no name for them. */
  unnamed: number;
  /** A merge, rebase or similar that the person has not finished. */
  unfinished: string | null;
}>;

export type Preflight = Readonly<{
  vcs: 'GIT' | 'NONE';
  head_commit: string | null;
  dirty_paths: readonly string[];
  choice: 'CLEAN' | 'SAFE_MODE';
}>;

/** Records of `git status --porcelain=v2 -z`: the path is the last field, and a moved file brings its old path after it. */
const dirtyPathsOf = (status: string): string[] => {
  const fields = status.split('\0');
  const paths: string[] = [];
  const leading: Readonly<Record<string, number>> = { '1': 8, '2': 9, u: 10, '?': 1 };
  for (let index = 0; index < fields.length; index++) {
    const record = fields[index] ?? '';
    const skip = leading[record[0] ?? ''];
    if (skip === undefined) continue;
    // A repository inside this one is a single entry with a slash at its end.
    paths.push(record.split(' ').slice(skip).join(' ').replace(/\/$/u, ''));
    if (record.startsWith('2')) index++;
  }
  return paths;
};

/** More than this the protocol does not take, and nobody reads. */
const MAX_DIRTY_PATHS = 10_000;

const MAX_PATH_LENGTH = 1_024;

/** Whether the protocol can carry the path: relative, with slashes, no empty or dot segment. */
const isNameable = (path: string): boolean =>
  path.length <= MAX_PATH_LENGTH &&
  !path.includes('\\') &&
  path.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');

const UNFINISHED: readonly (readonly [string, string])[] = [
  ['MERGE_HEAD', 'a merge'],
  ['REBASE_HEAD', 'a rebase'],
  ['CHERRY_PICK_HEAD', 'a cherry-pick'],
  ['REVERT_HEAD', 'a revert'],
];

export const inspectWorkspace = async (root: string): Promise<WorkspaceState> => {
  const prefix = await git(root, ['rev-parse', '--show-prefix']);
  if (prefix.code !== 0)
    return { vcs: 'NONE', headCommit: null, dirtyPaths: [], unnamed: 0, unfinished: null };
  const status = await git(root, ['status', '--porcelain=v2', '-z', '--untracked-files=all', '--', '.']);
  if (status.code !== 0) throw new Error(`git status failed: ${status.stderr.trim()}`);
  const inside = prefix.stdout.trim();
  const dirty = dirtyPathsOf(status.stdout).map((path) =>
    path.startsWith(inside) ? path.slice(inside.length) : path,
  );
  const dirtyPaths = dirty.filter(isNameable).slice(0, MAX_DIRTY_PATHS);
  const unnamed = dirty.length - dirtyPaths.length;
  let unfinished: string | null = null;
  for (const [ref, name] of UNFINISHED) {
    const found = await git(root, ['rev-parse', '--verify', '--quiet', ref]);
    if (found.code === 0) unfinished ??= name;
  }
  return { vcs: 'GIT', headCommit: await headCommit(root), dirtyPaths, unnamed, unfinished };
};

/**
 * Whether the work that is there now could be got back if a test run did damage (EXE-04): a commit to return to. Without
 * one, IAMA keeps a full copy of its own before it runs anything, or does not run.
 */
export const hasCheckpoint = (state: WorkspaceState): boolean =>
  state.vcs === 'GIT' && state.headCommit !== null;

export const needsChoice = (state: WorkspaceState): boolean =>
  state.dirtyPaths.length > 0 || state.unnamed > 0 || state.unfinished !== null || !hasCheckpoint(state);

const SHOWN = 8;

/** The state in plain words, one sentence a line (JOB-04). */
export const describeWorkspace = (state: WorkspaceState): readonly string[] => {
  const lines: string[] = [];
  if (state.vcs === 'NONE') {
    lines.push('This folder is not under version control, so there is no earlier state to go back to.');
  } else if (state.headCommit === null) {
    lines.push('Nothing has been committed here yet, so there is no earlier state to go back to.');
  }
  if (state.unfinished !== null) lines.push(`You are in the middle of ${state.unfinished}.`);
  const count = state.dirtyPaths.length + state.unnamed;
  if (count > 0) {
    const shown = state.dirtyPaths.slice(0, SHOWN);
    const names = shown.length > 0 ? `: ${shown.join(', ')}` : '';
    const more = names !== '' && count > shown.length ? ` and ${count - shown.length} more` : '';
    lines.push(
      `${count} ${count === 1 ? 'file has' : 'files have'} changes that are not committed${names}${more}.`,
    );
  }
  return lines;
};

export const preflightOf = (state: WorkspaceState): Preflight => ({
  vcs: state.vcs,
  head_commit: state.headCommit,
  dirty_paths: state.dirtyPaths,
  choice: needsChoice(state) ? 'SAFE_MODE' : 'CLEAN',
});
