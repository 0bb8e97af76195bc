import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmbedded, stopEmbedded } from '../postgres/embedded.ts';
import { createDataFolder, type DataFolder } from './cli/testing/data-folder.ts';

const DEV = join(import.meta.dirname, 'dev.ts');

let data: DataFolder;
const taken = createServer();
beforeEach(async () => {
  data = await createDataFolder();
  taken.listen(0, '127.0.0.1');
  await once(taken, 'listening');
});
afterEach(async () => {
  taken.close();
  await data.remove();
});

/** Starts all in one process on a port that another program has, and waits for its end. */
const failedStart = async () => {
  const address = taken.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  const child = spawn(process.execPath, [DEV], {
    env: { PATH: process.env['PATH'], HOME: data.folder, IAMA_DATA_DIR: data.folder, PORT: port },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const [code] = await once(child, 'close');
  return { code, said };
};

describe('npm start on a port that is taken', { timeout: 60_000 }, () => {
  it('[OPS-12] ends with the reason, and with the database that it had started', async () => {
    const { code, said } = await failedStart();
    expect([code, said]).toEqual([1, expect.stringContaining('EADDRINUSE')]);
    const folder = join(data.folder, 'postgres');
    expect((await startEmbedded({ folder })).isStarted).toBe(true);
    await stopEmbedded(folder);
  });

  it('[OPS-12] leaves a database running that somebody else had started', async () => {
    const folder = join(data.folder, 'postgres');
    const { pid } = await startEmbedded({ folder });
    expect((await failedStart()).said).toContain('EADDRINUSE');
    expect(await startEmbedded({ folder })).toMatchObject({ pid, isStarted: false });
    await stopEmbedded(folder);
  });
});
