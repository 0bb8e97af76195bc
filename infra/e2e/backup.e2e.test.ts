import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lastHead } from '../audit/head-folder.ts';
import { runIama } from '../main/cli/testing/run-iama.ts';
import { CLAMP } from './testing/packages.ts';
import { Person } from './testing/person.ts';
import { until } from './testing/product.ts';
import { type ServerProcess, startServerProcess, urlIn } from './testing/server-process.ts';

/** docs/how-to/restore-the-database.md, "The database in the data folder", as it is written there. */

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

describe('a backup of the data folder', () => {
  it('[OPS-11] is restored elsewhere, verified, and work goes on where it was', async () => {
    const email = `${randomUUID()}@example.org`;
    const ada = await Person.signsIn(await start('.iama'), email, 'RegisterUser');
    await ada.client.consent();
    const jobId = await ada.starts(ada.package(CLAMP));
    await ada.sees(jobId, 'WAITING_STRATEGY');
    const events = await keepHeads('.iama', 'kept', 8);
    await stop();
    tar('-czf', 'iama.tgz', '-C', '.iama', '.');
    expect(tar('-tzf', 'iama.tgz').split('\n')).toContain('./postgres/cluster/PG_VERSION');
    await rm(join(root, '.iama'), { recursive: true });

    await restore('restored');
    const { code, verdict } = await verify('restored', 'kept');
    expect([code, verdict]).toEqual([0, expect.objectContaining({ intact: true })]);
    expect(verdict.covered).toBeGreaterThanOrEqual(events);
    const replayed = await runIama(['replay', 'all', '--diff'], envOf('restored'), 120_000);
    expect([replayed.code, replayed.stdout]).toEqual([0, expect.stringContaining(', 0 differing rows')]);

    const again = await Person.signsIn(await start('restored'), email);
    await again.chooses(jobId);
    const view = await again.sees(jobId, 'WAITING_SPEC_APPROVAL');
    expect(view.strategy).toBe('STANDARD');
    // Beyond the backup, which may hold more than the head that was kept before it.
    await keepHeads('restored', 'later', verdict.events);
    await stop();
    await Promise.all([ada.leaves(), again.leaves()]);
  });

  it('[OPS-11] that is older than a head which was kept is told, with where the log ends', async () => {
    await restore('old');
    const { code, verdict } = await verify('old', 'later');
    expect([code, verdict]).toEqual([1, expect.objectContaining({ intact: false })]);
    expect(verdict.finding).toMatchObject({ code: 'LOG_TRUNCATED' });
  });
});
