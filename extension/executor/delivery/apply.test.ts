import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../workspace/collect.ts';
import { recoverJournals } from './recover.ts';
import { revertJob } from './revert.ts';
import {
  apply,
  applyFailing,
  change,
  folder,
  freshProject,
  home,
  project,
  tree,
  WRITES,
  write,
} from './testing/project.ts';

freshProject();

describe('apply', () => {
  it('[DEL-02] names every file that changed since, and writes nothing', async () => {
    await write('package.json', '{ }');
    await write('lib/deep/new.ts', 'mine');
    const before = await tree();
    expect(await apply()).toMatchObject({
      status: 'FAILED',
      code: 'BASE_CONFLICT',
      files: ['lib/deep/new.ts', 'package.json'],
    });
    expect(await tree()).toEqual(before);
  });

  it('[DEL-02] says so in a report that the server takes, however many files changed', async () => {
    const paths = Array.from({ length: 400 }, (_, index) => `lib/${'deep/'.repeat(20)}file-${index}.js`);
    const result = await apply(paths.map((path) => change(path, 'gone', 'new')));
    if (result.status !== 'FAILED') throw new Error(result.status);
    expect([result.code, result.files.length]).toEqual(['BASE_CONFLICT', 400]);
    expect(result.reason.length).toBeLessThanOrEqual(2_000);
    expect(result.reason).toContain('file-0.js');
  });

  it('[DEL-02] tells what failed, and not where on this machine', async () => {
    const before = await tree();
    const result = await applyFailing(
      new Error(`ENOSPC: no space left on device, write '${project}/lib' '${home.path('journal')}'`),
    );
    expect(result).toMatchObject({ status: 'FAILED', code: 'APPLY_FAILED' });
    expect(JSON.stringify(result)).toContain('ENOSPC');
    expect(JSON.stringify(result)).not.toContain(folder);
    expect(await tree()).toEqual(before);
  });

  it.each([
    ['EACCES', 'lib/.iama-exec-1-0.tmp', 'lib is not readable or writable for you (EACCES).'],
    ['EROFS', '.iama-exec-1-0.tmp', 'The folder of the project is on a file system that cannot be written'],
    ['ENOSPC', 'lib/a.ts', 'lib/a.ts does not fit: the disk is full (ENOSPC).'],
  ])(
    '[DEL-02] [EXE-07] says of %s in words which place it is, and names no file of ours',
    async (code, at, said) => {
      const result = await applyFailing(
        Object.assign(new Error(`${code}: no`), { code, path: join(project, at) }),
      );
      expect(result).toMatchObject({ status: 'FAILED', code: 'APPLY_FAILED' });
      expect(JSON.stringify(result)).toContain(`Nothing was kept. ${said}`);
      expect(JSON.stringify(result)).not.toContain(folder);
    },
  );

  it('[DEL-02] [DEL-04] writes and puts back files whose names are as long as names can be', async () => {
    const [old, now] = [`${'n'.repeat(252)}.js`, `${'n'.repeat(252)}.ts`];
    await write(old, 'a');
    const before = await tree();
    expect(await apply([change(old, 'a', null), change(now, null, 'b', old)])).toMatchObject({
      status: 'APPLIED',
    });
    expect(await readFile(join(project, now), 'utf8')).toBe('b');
    expect(await revertJob(home, 'job-1')).toMatchObject({ status: 'REVERTED' });
    expect(await tree()).toEqual(before);
    expect(await recoverJournals(home)).toEqual([]);
  });

  it('[DEL-02] [EXE-06] refuses to write through a symbolic link', async () => {
    await mkdir(join(folder, 'outside'));
    await symlink(join(folder, 'outside'), join(project, 'lib'));
    expect(await apply()).toMatchObject({
      status: 'FAILED',
      code: 'APPLY_FAILED',
      files: ['lib/deep/new.ts'],
    });
    expect(await readdir(join(folder, 'outside'))).toEqual([]);
    expect(await readFile(join(project, 'package.json'), 'utf8')).toBe('{}');
  });

  it.each(['../escape.ts', '/etc/escape.ts', '.git/config', 'node_modules/a/index.js'])(
    '[DEL-02] [EXE-06] refuses the path %s',
    async (path) => {
      expect(await apply([change(path, null, 'x')])).toMatchObject({
        status: 'FAILED',
        code: 'APPLY_FAILED',
      });
    },
  );

  it('[DEL-02] undoes what it wrote when a later file cannot be written', async () => {
    const before = await tree();
    const writes = [...WRITES, change('index.ts/child.ts', null, 'x')];
    expect(await apply(writes)).toMatchObject({ status: 'FAILED', code: 'APPLY_FAILED' });
    expect(await tree()).toEqual(before);
  });

  it('[DEL-02] writes, moves and removes, and keeps the mode of a moved file', async () => {
    const result = await apply();
    expect(result).toEqual({
      status: 'APPLIED',
      files: WRITES.map(({ path, before, after }) => ({
        path,
        before: before?.sha256 ?? null,
        after: after === null ? null : sha256(after),
      })),
    });
    const after = await tree();
    expect(after['/index.ts']).toBe('100755 export const a = 1;\n');
    expect(after['/package.json']).toBe('100600 {"type":"module"}');
    expect(after).not.toHaveProperty('/index.js');
    expect(Object.keys(after).filter((path) => path.endsWith('.tmp'))).toEqual([]);
  });

  it('[DEL-02] [EXE-01] gives the same answer again when the report was lost, also to a new execution', async () => {
    const first = await apply();
    const after = await tree();
    expect(await apply()).toEqual(first);
    expect(await apply(WRITES, 'exec-2')).toEqual(first);
    expect(await tree()).toEqual(after);
  });
});
