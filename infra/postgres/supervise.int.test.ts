import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { removeHomeless, startEmbedded, stopEmbedded } from './embedded.ts';
import { superviseEmbedded } from './supervise.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join('/var/tmp', 'iama-supervise-'));
});
afterAll(async () => {
  await stopEmbedded(folder, 'immediate');
  await rm(folder, { recursive: true, force: true });
  await removeHomeless();
});

it('[ES-15] starts a killed Postgres again, with what was committed, until it is told to stop', async () => {
  const first = await startEmbedded({ folder });
  const write = new pg.Client({ connectionString: first.ownerUrl });
  write.on('error', (error) => expect(error).toBeInstanceOf(Error));
  await write.connect();
  await write.query('create table kept (n int)');
  await write.query('insert into kept values (1)');
  const restarts: number[] = [];
  const supervision = superviseEmbedded({
    folder,
    pid: first.pid,
    report: (event) => {
      if ('error' in event) throw event.error;
      restarts.push(event.pid);
    },
  });
  process.kill(first.pid, 'SIGKILL');
  await vi.waitFor(() => expect(restarts).toHaveLength(1), { timeout: 30_000, interval: 100 });
  expect(restarts[0]).not.toBe(first.pid);
  const again = new pg.Client({ connectionString: (await startEmbedded({ folder })).ownerUrl });
  await again.connect();
  expect((await again.query('select n from kept')).rows).toEqual([{ n: 1 }]);
  await again.end();
  await write.end().catch((error: unknown) => expect(error).toBeInstanceOf(Error));
  await supervision.stop();
  await stopEmbedded(folder, 'immediate');
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(restarts).toHaveLength(1);
});
