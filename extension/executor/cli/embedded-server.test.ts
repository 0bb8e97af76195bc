import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openHome } from '../home/home.ts';
import { ensureServer, notStarted, stopServer } from './embedded-server.ts';

/** Listens as the server does, and leaves behind what it was started with. */
const ENTRY = `
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
const server = createServer((request, response) => response.end('[]'));
server.listen(Number(process.env.PORT), process.env.HOST, () => {
  writeFileSync(process.env.IAMA_DATA_DIR + '/seen.json', JSON.stringify(process.env));
  const url = 'http://127.0.0.1:' + server.address().port;
  writeFileSync(process.env.IAMA_PORT_FILE, JSON.stringify({ url, pid: process.pid }));
});
`;

const HOSTILE = {
  DATABASE_URL: 'postgres://owner:secret@db.example.org/shop',
  DATABASE_OWNER_URL: 'postgres://owner:secret@db.example.org/shop',
  IAMA_DATABASE_URL: 'postgres://reader:secret@db.example.org/iama',
  IAMA_DATABASE_OWNER_URL: 'postgres://owner:secret@db.example.org/iama',
  PGHOST: 'db.example.org',
  PGOPTIONS: '-c search_path=shop',
  NODE_ENV: 'production',
  NODE_OPTIONS: '--no-warnings',
  AWS_SECRET_ACCESS_KEY: 'shop',
  IAMA_PASSWORD: 'of an account elsewhere',
  IAMA_TOKEN: 'of a machine elsewhere',
  PORT: '5432',
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-embedded-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

describe('the embedded server', () => {
  it('[EXE-07] that ends at once is told with its error, and without the stack', async () => {
    const entry = join(folder, 'entry.mjs');
    const home = await openHome({ IAMA_HOME: join(folder, 'home') });
    const told = (source: string) =>
      writeFile(entry, source)
        .then(() => ensureServer(home, entry, () => undefined))
        .catch((error: unknown) => (error instanceof Error ? error.message : 'none'));
    expect(await told("throw new RangeError('the database is of a later version');")).toBe(
      'The local server did not start.\nRangeError: the database is of a later version',
    );
    const logged = `console.log('{"msg":"starting"}'); console.error('no such folder'); process.exit(1);`;
    expect(await told(logged)).toMatch(/\{"msg":"starting"\}\nno such folder$/u);
  });

  it('[EXE-07] is heard of where it ends while its files are still being written', async () => {
    const entry = join(folder, 'entry.mjs');
    await writeFile(entry, "throw new RangeError('no such release');");
    const home = await openHome({ IAMA_HOME: join(folder, 'home') });
    const slow: typeof home = {
      ...home,
      writeJson: async (...given) => {
        await sleep(2_000);
        await home.writeJson(...given);
      },
    };
    await expect(ensureServer(slow, entry, () => undefined)).rejects.toThrow('no such release');
  });

  it('[EXE-07] is told to have no room where its disk is full: its log could not say so', async () => {
    const home = await openHome({ IAMA_HOME: join(folder, 'home') });
    await home.writeJson({}, 'server', 'version.json');
    await writeFile(home.path('server', 'server.log'), '{"msg":"of an earlier start"}\n');
    expect((await notStarted(home, 4_096)).message).toMatch(
      /did not start\.\nThe disk of .+server is full\.$/u,
    );
    expect((await notStarted(home, 1e9)).message).toContain('earlier start');
  });

  it('[EXE-07] [OPS-13] gets nothing that is exported for the project under work', async () => {
    for (const [name, value] of Object.entries(HOSTILE)) vi.stubEnv(name, value);
    vi.stubEnv('IAMA_RATE_USER', '7');
    vi.stubEnv('LANG', 'C.UTF-8');
    const entry = join(folder, 'entry.mjs');
    await writeFile(entry, ENTRY);
    const home = await openHome({ IAMA_HOME: join(folder, 'home') });
    try {
      await ensureServer(home, entry, () => undefined);
      const seen = JSON.parse(await readFile(home.path('server', 'seen.json'), 'utf8'));
      for (const name of Object.keys(HOSTILE).filter((name) => name !== 'PORT'))
        expect(seen[name], name).toBeUndefined();
      expect(seen).toMatchObject({
        PATH: process.env['PATH'],
        LANG: 'C.UTF-8',
        IAMA_RATE_USER: '7',
        PORT: '0',
        HOST: '127.0.0.1',
        IAMA_DATA_DIR: home.path('server'),
      });
    } finally {
      await stopServer(home);
    }
  });
});
