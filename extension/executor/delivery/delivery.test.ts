import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FileWrite } from '../../../domain/patching/select.ts';
import { type Home, openHome } from '../home/home.ts';
import { sha256 } from '../workspace/collect.ts';
import { applyWrites } from './apply.ts';
import { recoverJournals } from './recover.ts';
import { revertJob } from './revert.ts';

const CRLF = '\ufeffconst a = 1;\r\nexports.a = a';
let folder: string;
let project: string;
let home: Home;

const write = async (path: string, content: string, mode = 0o644): Promise<void> => {
  await mkdir(dirname(join(project, path)), { recursive: true });
  await writeFile(join(project, path), content);
  await chmod(join(project, path), mode);
};

/** Every file with its content and mode, so that "byte-exact" can be compared as one value. */
const tree = async (): Promise<Record<string, string>> => {
  const found: Record<string, string> = {};
  for (const entry of await readdir(project, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (path.includes('/.git/') || path.endsWith('/.git')) continue;
    const { mode } = await stat(path);
    found[path.slice(project.length)] = entry.isFile()
      ? `${mode.toString(8)} ${await readFile(path, 'utf8')}`
      : 'folder';
  }
  return found;
};

const change = (path: string, before: string | null, after: string | null, movedFrom: string | null = null) =>
  ({
    path,
    before: before === null ? null : { sha256: sha256(before) },
    after,
    movedFrom,
  }) satisfies FileWrite;

const WRITES: readonly FileWrite[] = [
  change('index.js', CRLF, null),
  change('index.ts', null, 'export const a = 1;\n', 'index.js'),
  change('lib/deep/new.ts', null, 'export {};\n'),
  change('package.json', '{}', '{"type":"module"}'),
];
const apply = (writes: readonly FileWrite[] = WRITES, executionId = 'exec-1') =>
  applyWrites({ home, jobId: 'job-1', executionId, workspace: project, writes, now: new Date() });
const gitIn = (...args: string[]) =>
  execFileSync('git', ['-C', project, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args]);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-delivery-'));
  project = join(folder, 'project');
  home = await openHome({ IAMA_HOME: join(folder, 'home') });
  await write('index.js', CRLF, 0o755);
  await write('package.json', '{}', 0o600);
  await write('other.txt', 'left alone');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

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
    let failed = false;
    const result = await applyWrites({
      home,
      jobId: 'job-1',
      executionId: 'exec-1',
      workspace: project,
      writes: WRITES,
      now: new Date(),
      probe: (step) => {
        if (failed || !step.startsWith('renamed')) return;
        failed = true;
        throw new Error(`ENOSPC: no space left on device, write '${project}/lib' '${home.path('journal')}'`);
      },
    });
    expect(result).toMatchObject({ status: 'FAILED', code: 'APPLY_FAILED' });
    expect(JSON.stringify(result)).toContain('ENOSPC');
    expect(JSON.stringify(result)).not.toContain(folder);
    expect(await tree()).toEqual(before);
  });

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

describe('revert', () => {
  it('[DEL-04] refuses when nothing was applied', async () => {
    expect(await revertJob(home, 'job-1')).toMatchObject({ status: 'BLOCKED', files: [] });
  });

  it('[DEL-04] refuses on drift, names the file, and puts nothing back', async () => {
    await apply();
    await write('package.json', '{"type":"module","edited":true}');
    const drifted = await tree();
    expect(await revertJob(home, 'job-1')).toMatchObject({
      status: 'BLOCKED',
      code: 'BASE_CONFLICT',
      files: ['package.json'],
    });
    expect(await tree()).toEqual(drifted);
  });

  it('[DEL-04] puts back bytes and modes, and only of touched files', async () => {
    const before = await tree();
    await apply();
    await write('other.txt', 'changed by the person');
    const result = await revertJob(home, 'job-1');
    expect(result).toMatchObject({ status: 'REVERTED' });
    expect(await tree()).toEqual({ ...before, '/other.txt': '100644 changed by the person' });
    expect(await revertJob(home, 'job-1')).toEqual(result);
  });

  it('[DEL-04] undoes several accepts of one job at once', async () => {
    const before = await tree();
    await apply([change('package.json', '{}', '{"a":1}')], 'exec-1');
    await apply([change('package.json', '{"a":1}', '{"a":2}')], 'exec-2');
    expect(await revertJob(home, 'job-1')).toEqual({ status: 'REVERTED', files: ['package.json'] });
    expect(await tree()).toEqual(before);
  });

  it('[DEL-04] after a commit it leaves a reverse patch that git applies', async () => {
    gitIn('init', '-q');
    gitIn('add', '-A');
    gitIn('commit', '-qm', 'legacy');
    await apply();
    gitIn('add', '-A');
    gitIn('commit', '-qm', 'modern');
    const result = await revertJob(home, 'job-1');
    expect(result).toMatchObject({ status: 'BLOCKED', code: 'POST_COMMIT_REVERT_BLOCKED' });
    expect(await readFile(join(project, 'package.json'), 'utf8')).toBe('{"type":"module"}');
    gitIn('apply', result.status === 'BLOCKED' ? (result.reversePatch ?? '') : '');
    expect(await readFile(join(project, 'index.js'), 'utf8')).toBe(CRLF);
    expect(await readFile(join(project, 'package.json'), 'utf8')).toBe('{}');
    expect(await readdir(project)).not.toContain('index.ts');
  });

  it('[DEL-04] takes brackets in a name for what they are: other files may be committed', async () => {
    await write('pages/[ab].js', 'one');
    gitIn('init', '-q');
    gitIn('add', '-A');
    gitIn('commit', '-qm', 'before');
    expect(await apply([change('pages/[ab].js', 'one', 'two')])).toMatchObject({ status: 'APPLIED' });
    await write('pages/a.js', 'mine');
    gitIn('add', 'pages/a.js');
    gitIn('commit', '-qm', 'something else');
    expect(await revertJob(home, 'job-1')).toMatchObject({ status: 'REVERTED' });
    expect(await readFile(join(project, 'pages/[ab].js'), 'utf8')).toBe('one');
  });

  it('[DEL-04] a commit of other files does not block it', async () => {
    gitIn('init', '-q');
    gitIn('add', '-A');
    gitIn('commit', '-qm', 'legacy');
    await apply();
    gitIn('commit', '-q', '--allow-empty', '-m', 'other');
    expect(await revertJob(home, 'job-1')).toMatchObject({ status: 'REVERTED' });
  });
});

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
});
