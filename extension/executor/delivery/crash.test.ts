import { spawnSync } from 'node:child_process';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { recoverJournals } from './recover.ts';
import { revertJob } from './revert.ts';
import { apply, folder, freshProject, home, project, tree, WRITES, write } from './testing/project.ts';

freshProject();

describe('a process killed at every step', () => {
  const script = fileURLToPath(new URL('./testing-crash.ts', import.meta.url));
  const crash = async (action: 'apply' | 'revert', killAt: number) => {
    const request = { action, home: home.root, jobId: 'job-1', executionId: 'exec-1', workspace: project };
    const file = join(folder, 'request.json');
    await writeFile(file, JSON.stringify({ ...request, writes: WRITES, killAt }));
    return spawnSync(process.execPath, [script, file], { encoding: 'utf8' });
  };
  const stepsOf = async (action: 'apply' | 'revert'): Promise<number> => {
    const { stdout, stderr } = await crash(action, 0);
    expect(stderr).toBe('');
    return JSON.parse(stdout).steps;
  };

  it('[DEL-02] leaves all or nothing of an apply, which can then be done again', async () => {
    const before = await tree();
    const steps = await stepsOf('apply');
    const after = await tree();
    await revertJob(home, 'job-1');
    expect(await tree()).toEqual(before);
    expect(steps).toBeGreaterThanOrEqual(9);
    for (let killAt = 1; killAt <= steps; killAt++) {
      await rm(home.path('journal'), { recursive: true, force: true });
      expect((await crash('apply', killAt)).signal).toBe('SIGKILL');
      await recoverJournals(home);
      expect([killAt, await tree()]).toEqual([killAt, killAt === steps ? after : before]);
      expect(await apply()).toMatchObject({ status: 'APPLIED' });
      expect(await tree()).toEqual(after);
      expect(await revertJob(home, 'job-1')).toMatchObject({ status: 'REVERTED' });
      expect(await tree()).toEqual(before);
    }
  }, 60_000);

  it('[DEL-04] leaves all or nothing of a revert, which can then be done again', async () => {
    const before = await tree();
    await apply();
    const after = await tree();
    const steps = await stepsOf('revert');
    for (let killAt = 1; killAt <= steps; killAt++) {
      await rm(home.path('journal'), { recursive: true, force: true });
      await apply();
      expect((await crash('revert', killAt)).signal).toBe('SIGKILL');
      await recoverJournals(home);
      expect([killAt, await tree()]).toEqual([killAt, killAt === steps ? before : after]);
      expect(await revertJob(home, 'job-1')).toMatchObject({ status: 'REVERTED' });
      expect(await tree()).toEqual(before);
    }
  }, 60_000);

  it('[DEL-02] leaves alone what the person changed between the crash and the next start', async () => {
    await crash('apply', 3);
    await write('index.ts', 'typed by the person');
    const [recovered] = await recoverJournals(home);
    expect(recovered).toMatchObject({ jobId: 'job-1', left: ['index.ts'] });
    expect((await tree())['/index.ts']).toBe('100644 typed by the person');
    expect(await readFile(join(project, 'package.json'), 'utf8')).toBe('{}');
  });

  it('[DEL-02] puts a project right that was moved meanwhile, once it is back', async () => {
    const before = await tree();
    await crash('apply', 3);
    await rename(project, `${project}-moved`);
    for (const _start of ['first', 'second'])
      expect(await recoverJournals(home)).toEqual([{ jobId: 'job-1', workspace: project, left: null }]);
    await rename(`${project}-moved`, project);
    expect(await recoverJournals(home)).toMatchObject([{ jobId: 'job-1', left: [] }]);
    expect(await tree()).toEqual(before);
    expect(await recoverJournals(home)).toEqual([]);
  });
});
