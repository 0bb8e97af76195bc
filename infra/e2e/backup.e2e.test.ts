import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lastHead } from '../audit/head-folder.ts';
import { runIama } from '../main/cli/testing/run-iama.ts';
import { CLAMP } from './testing/packages.ts';
import { Person } from './testing/person.ts';
import { until } from './testing/product.ts';
import { type ServerProcess, startServerProcess, urlIn } from './testing/server-process.ts';

/** docs/how-to/restore-the-database.md, "The database in the data folder", as it is written there. */

/** What somebody wrote who was erased after the backup. */
const WRITTEN = 'words-of-somebody-who-left';

let root: string;
let server: ServerProcess | null = null;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'iama-backup-'));
  // Whoever runs PostgreSQL must get there, or the server lies outside of the data folder.
  await chmod(root, 0o755);
});
afterAll(async () => {
  server?.kill('SIGKILL');
  await server?.ended;
  await rm(root, { recursive: true, force: true });
});

const envOf = (folder: string): Record<string, string> => ({
  IAMA_DATA_DIR: join(root, folder),
  IAMA_TREE_SECONDS: '1',
  IAMA_RATE_SIGN_IN: '0',
  PORT: '0',
});
const start = async (folder: string): Promise<string> => {
  server = await startServerProcess('dev', envOf(folder));
  return urlIn(join(root, folder, 'server.json'));
};
const stop = async (): Promise<void> => {
  server?.kill('SIGTERM');
  expect(await server?.ended).toBe(0);
  server = null;
};
const tar = (...args: readonly string[]): string =>
  execFileSync('tar', args, { cwd: root, encoding: 'utf8' });
const restore = async (folder: string): Promise<void> => {
  await mkdir(join(root, folder));
  tar('-xzf', 'iama.tgz', '-C', folder);
  await cp(join(root, 'keys-newest'), join(root, folder, 'subject-keys'), { recursive: true });
};
const iama = async (folder: string, ...args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await runIama(args, envOf(folder), 120_000);
  expect([args, code, stderr]).toEqual([args, 0, '']);
  return stdout;
};
/** Copies what an auditor keeps, once a head is there that covers more than so many events. Answers how many it covers. */
const keepHeads = async (folder: string, as: string, beyond: number): Promise<number> => {
  const { tree_size } = await until('a signed head', async () => {
    const head = await lastHead(join(root, folder, 'tree'));
    return head !== null && head.tree_size > beyond ? head : null;
  });
  await cp(join(root, folder, 'tree'), join(root, as), { recursive: true });
  return tree_size;
};
const verify = async (folder: string, kept: string) => {
  const args = ['audit', 'verify', '--head', join(root, kept, 'heads.jsonl'), '--json'];
  const { code, stdout } = await runIama(args, envOf(folder), 120_000);
  return { code, verdict: JSON.parse(stdout) };
};

describe('a backup of the data folder', { timeout: 300_000 }, () => {
  it('[OPS-11] [ES-13] is restored elsewhere, verified, work goes on where it was, and nobody erased comes back', async () => {
    const [email, gone] = [`${randomUUID()}@example.org`, `${randomUUID()}@example.org`];
    const url = await start('.iama');
    const ada = await Person.signsIn(url, email, 'RegisterUser');
    await ada.client.consent();
    const bob = await Person.signsIn(url, gone, 'RegisterUser');
    await bob.client.consent();
    const request = { goal: 'JAVASCRIPT_TO_TYPESCRIPT', title: WRITTEN };
    const { job_id: theirs } = (await bob.send('POST', '/jobs', request)).body;
    const { user_id: bobId } = (await bob.send('GET', '/auth/me')).body;
    const jobId = await ada.starts(ada.package(CLAMP));
    await ada.sees(jobId, 'WAITING_STRATEGY');
    const events = await keepHeads('.iama', 'kept', 8);
    await stop();
    tar('-czf', 'iama.tgz', '--exclude=./subject-keys', '-C', '.iama', '.');
    const archived = tar('-tzf', 'iama.tgz').split('\n');
    expect(archived).toContain('./postgres/cluster/PG_VERSION');
    expect(archived.filter((path) => path.startsWith('./subject-keys'))).toEqual([]);
    expect(await iama('.iama', 'audit', 'job', String(theirs))).toContain(WRITTEN);
    await iama('.iama', 'erase-subject', String(bobId));
    await cp(join(root, '.iama', 'subject-keys'), join(root, 'keys-newest'), { recursive: true });
    await rm(join(root, '.iama'), { recursive: true });

    await restore('restored');
    const { code, verdict } = await verify('restored', 'kept');
    expect([code, verdict]).toEqual([0, expect.objectContaining({ intact: true })]);
    expect(verdict.covered).toBeGreaterThanOrEqual(events);
    expect(await iama('restored', 'replay', 'all', '--diff')).toContain(', 0 differing rows');
    // The restored log does not know that he was erased; what he wrote is unreadable in it all the same.
    const before = await iama('restored', 'audit', 'job', String(theirs));
    expect([before.includes(WRITTEN), before.includes('[erased]')]).toEqual([false, true]);
    const marks = (await readdir(join(root, 'keys-newest'))).filter((name) => name.endsWith('.erased'));
    expect(marks).toEqual([`${bobId}.erased`]);
    for (const mark of marks) await iama('restored', 'erase-subject', basename(mark, '.erased'));

    const restored = await start('restored');
    await expect(Person.signsIn(restored, gone)).rejects.toMatchObject({ status: 401 });
    const again = await Person.signsIn(restored, email);
    await again.chooses(jobId);
    const view = await again.sees(jobId, 'WAITING_SPEC_APPROVAL');
    expect(view.strategy).toBe('STANDARD');
    // Beyond the backup, which may hold more than the head that was kept before it.
    await keepHeads('restored', 'later', verdict.events);
    await stop();
    await Promise.all([ada.leaves(), bob.leaves(), again.leaves()]);
  });

  it('[OPS-11] that is older than a head which was kept is told, with where the log ends', async () => {
    await restore('old');
    const { code, verdict } = await verify('old', 'later');
    expect([code, verdict]).toEqual([1, expect.objectContaining({ intact: false })]);
    expect(verdict.finding).toMatchObject({ code: 'LOG_TRUNCATED' });
  });
});
