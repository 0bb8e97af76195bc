import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFile,
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddedServer } from './embedded.ts';
import { removeHomeless, startEmbedded, stopEmbedded } from './embedded.ts';
import { migrate } from './migrate.ts';
import { isRunning } from './processes.ts';
import { SHARED_FOLDER } from './server-folder.ts';

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

  it.runIf(process.getuid?.() === 0 && process.platform === 'linux')(
    '[ES-15] is left alone by a start in another container, which does not see it and shares no memory with it',
    async () => {
      const start = `import('${join(import.meta.dirname, 'embedded.ts')}')
        .then(({ startEmbedded }) => startEmbedded({ folder: '${folder}' }))
        .then(() => process.exit(0), (error) => { console.error(error.message); process.exit(7); })`;
      const words = ['--pid', '--ipc', '--fork', '--mount-proc', process.execPath, '--eval', start];
      const other = spawn('unshare', words, { stdio: ['ignore', 'ignore', 'pipe'] });
      const [said] = await Promise.all([text(other.stderr), once(other, 'exit')]);
      expect([other.exitCode, said]).toEqual([7, expect.stringContaining('another container')]);
      expect(await readFile(join(folder, 'cluster', 'postmaster.pid'), 'utf8')).toMatch(`${server.pid}\n`);
      expect(await query(server.appUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    },
  );

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

  it.runIf(process.platform === 'linux')(
    '[ES-15] starts though processes of the killed server do not end, and its id came back as another process',
    async () => {
      const { pid } = await startEmbedded({ folder });
      const held = new pg.Client({ connectionString: server.ownerUrl });
      held.on('error', (error) => expect(error).toBeInstanceOf(Error));
      await held.connect();
      const { rows } = await held.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const backend = rows[0]?.pid ?? 0;
      const cluster = await readlink(`/proc/${pid}/cwd`);
      // Stopped, it does not notice that its postmaster is gone, and holds the shared memory.
      process.kill(backend, 'SIGSTOP');
      process.kill(pid, 'SIGKILL');
      while (await isRunning(pid)) await sleep(5);
      const noted = await readFile(join(cluster, 'postmaster.pid'), 'utf8');
      await writeFile(join(cluster, 'postmaster.pid'), noted.replace(`${pid}`, `${process.pid}`));
      const again = await startEmbedded({ folder });
      expect(again.pid).not.toBe(process.pid);
      expect(again.ownerUrl).toBe(server.ownerUrl);
      expect(await isRunning(backend)).toBe(false);
      expect(await query(again.ownerUrl, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
    },
  );

  it('[ES-15] completes a first start that was killed before the application had its role', async () => {
    await query(server.ownerUrl.replace(/[^/]*$/, 'postgres'), 'ALTER ROLE iama_app NOLOGIN');
    await rm(join(folder, 'prepared'));
    expect(await query((await startEmbedded({ folder })).appUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('[ES-15] says in its own words why it does not start, and moves where another program stays in its place', async () => {
    const [settings] = await query(server.ownerUrl, `SELECT current_setting('config_file') AS file`);
    const { file } = settings as { file: string };
    await stopEmbedded(folder);
    // Not one of those that the system gives to whoever asks for any.
    expect(server.port).toBeLessThan(32_768);
    const other = createServer().listen(server.port, '127.0.0.1');
    await once(other, 'listening');
    await appendFile(file, "shared_buffers = 'no size'\n");
    await expect(startEmbedded({ folder })).rejects.toThrow(
      /does not start: .*invalid value for parameter "shared_buffers"/s,
    );
    await appendFile(file, "shared_buffers = '128MB'\n");
    const moved = await startEmbedded({ folder });
    expect(moved.port).not.toBe(server.port);
    expect(await query(moved.ownerUrl, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
    other.close();
    server = moved;
  });

  it('[ES-15] stops, and starts again with the same address, which it waits for where somebody is connected', async () => {
    await stopEmbedded(folder);
    await expect(query(server.ownerUrl, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/);
    await stopEmbedded(folder);
    const other = createServer().listen(server.port, '127.0.0.1');
    await once(other, 'listening');
    await expect(startEmbedded({ folder, keepPort: true })).rejects.toThrow('another program listens at');
    other.close();
    await once(other, 'close');
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

  it.runIf(process.getuid?.() === 0)('[ES-15] starts beside a leftover that cannot be removed', async () => {
    const name = randomUUID().replaceAll('-', '').slice(0, 16);
    const left = join(SHARED_FOLDER, name);
    await mkdir(left, { recursive: true });
    await writeFile(join(left, 'cluster'), 'no folder');
    await writeFile(join(left, 'home'), join(tmpdir(), name));
    try {
      expect((await startEmbedded({ folder })).ownerUrl).toBe(server.ownerUrl);
    } finally {
      await rm(left, { recursive: true });
    }
  });

  it('[ES-15] a first start that was killed in the middle is begun anew, while what it began still runs', async () => {
    const home = await mkdtemp(join(tmpdir(), 'iama-embedded-'));
    await chmod(home, 0o755);
    const begun = async (): Promise<string[]> =>
      (await readdir(home, { recursive: true })).filter((path) => /cluster\.new[^/]*\/base\//.test(path));
    const start = `import { startEmbedded } from ${JSON.stringify(new URL('./embedded.ts', import.meta.url))};
      await startEmbedded({ folder: ${JSON.stringify(home)} });`;
    const killed = spawn(process.execPath, ['--input-type=module', '-e', start], { stdio: 'ignore' });
    while ((await begun()).length === 0) await sleep(1);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    const { ownerUrl } = await startEmbedded({ folder: home });
    expect(await query(ownerUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect((await readdir(home)).filter((name) => name.startsWith('cluster.'))).toEqual([]);
    await stopEmbedded(home);
    await rm(home, { recursive: true });
  });
});
