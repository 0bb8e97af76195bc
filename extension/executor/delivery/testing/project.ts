import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { FileWrite } from '../../../../domain/patching/select.ts';
import { type Home, openHome } from '../../home/home.ts';
import { sha256 } from '../../workspace/collect.ts';
import { applyWrites } from '../apply.ts';

/** The project that tests of applying and reverting work on, anew for each. */
export const CRLF = '\ufeffconst a = 1;\r\nexports.a = a';
export let folder: string;
export let project: string;
export let home: Home;

export const write = async (path: string, content: string, mode = 0o644): Promise<void> => {
  await mkdir(dirname(join(project, path)), { recursive: true });
  await writeFile(join(project, path), content);
  await chmod(join(project, path), mode);
};

/** Every file with its content and mode, so that "byte-exact" can be compared as one value. */
export const tree = async (): Promise<Record<string, string>> => {
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

export const change = (
  path: string,
  before: string | null,
  after: string | null,
  movedFrom: string | null = null,
) =>
  ({
    path,
    before: before === null ? null : { sha256: sha256(before) },
    after,
    movedFrom,
  }) satisfies FileWrite;

export const WRITES: readonly FileWrite[] = [
  change('index.js', CRLF, null),
  change('index.ts', null, 'export const a = 1;\n', 'index.js'),
  change('lib/deep/new.ts', null, 'export {};\n'),
  change('package.json', '{}', '{"type":"module"}'),
];
export const apply = (writes: readonly FileWrite[] = WRITES, executionId = 'exec-1') =>
  applyWrites({ home, jobId: 'job-1', executionId, workspace: project, writes, now: new Date() });
/** The same, where the system fails once, at the first file that takes its place. */
export const applyFailing = (error: Error) => {
  let failed = false;
  return applyWrites({
    ...{ home, jobId: 'job-1', executionId: 'exec-1', workspace: project, writes: WRITES, now: new Date() },
    probe: (step) => {
      if (failed || !step.startsWith('renamed')) return;
      failed = true;
      throw error;
    },
  });
};
export const gitIn = (...args: string[]) =>
  execFileSync('git', ['-C', project, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args]);

export const freshProject = (): void => {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'iama-delivery-'));
    project = join(folder, 'project');
    home = await openHome({ IAMA_HOME: join(folder, 'home') });
    await write('index.js', CRLF, 0o755);
    await write('package.json', '{}', 0o600);
    await write('other.txt', 'left alone');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
};
