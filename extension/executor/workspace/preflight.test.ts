import { execFileSync } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { describeWorkspace, hasCheckpoint, inspectWorkspace, needsChoice, preflightOf } from './preflight.ts';
import { sandbox } from './testing.ts';

const { folder, project, write, gitIn, commitAll } = sandbox();

describe('preflight', () => {
  it('[EXE-04] [JOB-04] knows a folder without version control, and one without a commit', async () => {
    const none = await inspectWorkspace(project());
    expect([none.vcs, hasCheckpoint(none), preflightOf(none).choice]).toEqual(['NONE', false, 'SAFE_MODE']);
    expect(describeWorkspace(none)).toEqual([expect.stringContaining('not under version control')]);
    gitIn('init', '-q');
    const empty = await inspectWorkspace(project());
    expect([empty.vcs, empty.headCommit, hasCheckpoint(empty)]).toEqual(['GIT', null, false]);
  });

  it('[JOB-04] names every dirty file, with odd names, in plain words', async () => {
    await write({ 'a.js': '', 'old name.js': 'long enough to be seen as a move\n', 'sub/b.js': '' });
    commitAll();
    expect(needsChoice(await inspectWorkspace(project()))).toBe(false);
    await write({ 'a.js': 'changed', 'new/é "x".js': '' });
    gitIn('mv', 'old name.js', 'new name.js');
    const state = await inspectWorkspace(project());
    expect([...state.dirtyPaths].sort()).toEqual(['a.js', 'new name.js', 'new/é "x".js']);
    expect(preflightOf(state)).toMatchObject({
      vcs: 'GIT',
      choice: 'SAFE_MODE',
      head_commit: state.headCommit,
    });
    expect(describeWorkspace(state)[0]).toMatch(/^3 files have changes that are not committed: /u);
  });

  it('[JOB-04] sees only what is below the folder, relative to it', async () => {
    await write({ 'pkg/a.js': '', 'other.js': '' });
    commitAll();
    await write({ 'pkg/a.js': 'changed', 'other.js': 'changed' });
    expect((await inspectWorkspace(join(project(), 'pkg'))).dirtyPaths).toEqual(['a.js']);
  });

  it('[JOB-04] tells the server only paths that it can take, and the person of all', async () => {
    await write({ 'a.js': '1' });
    commitAll();
    await write({ 'nested/b.js': '1', 'odd\\name.js': '1' });
    execFileSync('git', ['init', '-q', join(project(), 'nested')]);
    const state = await inspectWorkspace(project());
    expect(state).toMatchObject({ dirtyPaths: ['nested'], unnamed: 1 });
    expect(preflightOf(state).dirty_paths).toEqual(['nested']);
    expect(describeWorkspace(state)).toEqual([
      '2 files have changes that are not committed: nested and 1 more.',
    ]);
    await rm(join(project(), 'nested'), { recursive: true });
    const odd = await inspectWorkspace(project());
    expect(needsChoice(odd)).toBe(true);
    expect(preflightOf(odd)).toMatchObject({ dirty_paths: [], choice: 'SAFE_MODE' });
    expect(describeWorkspace(odd)).toEqual(['1 file has changes that are not committed.']);
  });

  it('[JOB-04] looks at the folder that it is given, also when git itself called us', async () => {
    await write({ 'a.js': '1' });
    commitAll();
    await write({ 'a.js': '2' });
    const elsewhere = join(folder(), 'elsewhere');
    execFileSync('git', ['init', '-q', elsewhere]);
    vi.stubEnv('GIT_DIR', join(elsewhere, '.git'));
    vi.stubEnv('GIT_WORK_TREE', elsewhere);
    vi.stubEnv('GIT_INDEX_FILE', join(elsewhere, '.git', 'index'));
    try {
      expect((await inspectWorkspace(project())).dirtyPaths).toEqual(['a.js']);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('[EXE-02] does not touch index or refs', async () => {
    await write({ 'a.js': '' });
    commitAll();
    const before = [await readFile(join(project(), '.git/index')), await readdir(join(project(), '.git'))];
    await inspectWorkspace(project());
    expect([await readFile(join(project(), '.git/index')), await readdir(join(project(), '.git'))]).toEqual(
      before,
    );
  });
});
