import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, symlink, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Home, openHome } from '../home/home.ts';
import { processToken } from '../native-runner/processes.ts';
import { sweepLeftovers } from './leftovers.ts';

let folder: string;
let home: Home;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-leftovers-'));
  home = await openHome({ IAMA_HOME: join(folder, 'data') });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const now = new Date();
const DAYS_15 = new Date(now.getTime() - 15 * 86_400_000);

describe('what old jobs leave behind', () => {
  it('[EXE-04] [CTX-01] is kept for as long as the server keeps the sources', async () => {
    await sweepLeftovers(home, now);
    for (const kind of ['checkpoints', 'sent', 'requests', 'jobs']) {
      for (const name of ['old', 'new']) await mkdir(home.path(kind, name), { recursive: true });
      await utimes(home.path(kind, 'old'), DAYS_15, DAYS_15);
    }
    await sweepLeftovers(home, now);
    for (const kind of ['checkpoints', 'sent', 'requests'])
      expect(await readdir(home.path(kind))).toEqual(['new']);
    expect(await readdir(home.path('jobs'))).toEqual(['new', 'old']);
  });

  it('[EXE-04] is not forgotten where the folder of copies cannot be read', async () => {
    await symlink('checkpoints', home.path('checkpoints'));
    await expect(sweepLeftovers(home, now)).rejects.toThrow('ELOOP');
  });
});

/** Writes the file whole again and again. */
const WRITER = `
  import { writeDurably } from ${JSON.stringify(new URL('../home/durable-file.ts', import.meta.url).href)};
  for (;;) await writeDurably(process.argv[1], Buffer.alloc(5_000_000), 0o600);
`;

/** Kills the writer of a file while it writes. */
const killWriterOf = async (path: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  const writer = spawn(process.execPath, ['--input-type=module', '-e', WRITER, path], { stdio: 'inherit' });
  const ended = once(writer, 'exit');
  await vi.waitUntil(async () => (await halfWritten(dirname(path))).length > 0, {
    timeout: 20_000,
    interval: 1,
  });
  writer.kill('SIGKILL');
  await ended;
};
const halfWritten = async (at: string): Promise<string[]> =>
  (await readdir(at)).filter((name) => name.endsWith('.tmp'));

describe('what a killed command had not finished writing', () => {
  it.each(['config.json', 'jobs/a.json', 'sent/a.json', 'requests/a.json', 'journal/a/b/journal.json'])(
    '[EXE-07] is removed once its process is gone: %s',
    async (file) => {
      const at = dirname(home.path(file));
      do await killWriterOf(home.path(file));
      while ((await halfWritten(at)).length === 0);
      await sweepLeftovers(home, now);
      expect(await halfWritten(at)).toEqual([]);
    },
  );

  it('[EXE-07] of a lock is removed too, and what a living process writes is not', async () => {
    const [dead, living] = [`${process.pid}.1`, processToken()];
    for (const owner of [dead, living]) await home.writeJson({}, 'jobs', `a.lock.${owner}.0123456789ab.tmp`);
    await sweepLeftovers(home, now);
    expect(await halfWritten(home.path('jobs'))).toEqual([`a.lock.${living}.0123456789ab.tmp`]);
  });
});
