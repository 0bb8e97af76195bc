import { chmod, mkdir, mkdtemp, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddedServer } from './embedded.ts';
import { removeHomeless, startEmbedded, stopEmbedded } from './embedded.ts';
import { migrate } from './migrate.ts';
import { isRunning } from './processes.ts';

const query = async (url: string, sql: string): Promise<unknown[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

describe('embedded server', () => {
  let folder: string;
  let server: EmbeddedServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'iama-embedded-'));
    await chmod(folder, 0o755);
    const started = await Promise.all([
      startEmbedded({ folder }),
      startEmbedded({ folder }),
      startEmbedded({ folder }),
    ]);
    server = started[0];
    expect(new Set(started.map(({ pid }) => pid)).size).toBe(1);
  });
  afterAll(async () => {
    await stopEmbedded(folder);
    await rm(folder, { recursive: true, force: true });
  });

  it('[ES-06] keeps its passwords to their owner, and lets nobody in without one', async () => {
    for (const name of ['owner-password', 'app-password'])
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    const open = new URL(server.ownerUrl);
    open.password = 'wrong';
    await expect(query(open.toString(), 'SELECT 1')).rejects.toThrow(/password authentication failed/);
  });

  it('[ES-06] gives the application a role of its own', async () => {
    await migrate(server.ownerUrl);
    expect(await query(server.appUrl, 'SELECT current_user AS me')).toEqual([{ me: 'iama_app' }]);
    await expect(query(server.appUrl, 'DELETE FROM events')).rejects.toThrow(/permission denied/);
  });

  it('[ES-15] survives kill -9 of the postmaster: what was committed is there after the next start', async () => {
    await query(server.ownerUrl, 'CREATE TABLE kept AS SELECT 1 AS one');
    process.kill(server.pid, 'SIGKILL');
    // The kernel takes its time to end a process with much memory.
    while (await isRunning(server.pid)) await sleep(5);
    const again = await startEmbedded({ folder });
    expect(again.pid).not.toBe(server.pid);
    expect(again.ownerUrl).toBe(server.ownerUrl);
    expect(await query(again.ownerUrl, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  });

  it('[ES-15] stops, and starts again with the same address', async () => {
    await stopEmbedded(folder);
    await expect(query(server.ownerUrl, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/);
    await stopEmbedded(folder);
    expect((await startEmbedded({ folder })).ownerUrl).toBe(server.ownerUrl);
  });

  it('[ES-15] leaves nothing of a temporary data folder that is gone, its server included', async () => {
    // Closed to others, so that the server of root lives elsewhere.
    const home = await mkdtemp(join(tmpdir(), 'iama-embedded-'));
    const { pid } = await startEmbedded({ folder: home });
    const [own] = await Promise.all([readlink(`/proc/${pid}/cwd`), removeHomeless()]);
    expect(await isRunning(pid)).toBe(true);
    if (process.getuid?.() !== 0) await stopEmbedded(home);
    await rm(home, { recursive: true });
    await Promise.all([removeHomeless(), removeHomeless()]);
    expect(await isRunning(pid)).toBe(false);
    await expect(stat(own)).rejects.toThrow(/ENOENT/);
  });

  it('[ES-15] a first start that was killed in the middle is begun anew', async () => {
    const home = await mkdtemp(join(tmpdir(), 'iama-embedded-'));
    await chmod(home, 0o755);
    await mkdir(join(home, 'cluster.new'));
    await writeFile(join(home, 'cluster.new', 'PG_VERSION'), '18');
    const { ownerUrl } = await startEmbedded({ folder: home });
    expect(await query(ownerUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await stopEmbedded(home);
    await rm(home, { recursive: true });
  });
});
