import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Home, openHome } from '../home/home.ts';
import { releaseLock, takeLock } from '../home/lock.ts';
import { ensureServer, retireOtherVersion, runningServer, stopServer } from './embedded-server.ts';
import { otherRelease } from './server-release.ts';

/** An installation whose server answers everything. */
const ENTRY = `
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
const server = createServer((request, response) => response.end('[]'));
server.listen(Number(process.env.PORT), process.env.HOST, () => {
  const url = 'http://127.0.0.1:' + server.address().port;
  writeFileSync(process.env.IAMA_PORT_FILE, JSON.stringify({ url, pid: process.pid }));
});
`;

describe('the release of the running local server', () => {
  let folder: string;
  let entry: string;
  let rule: string;
  let home: Home;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'iama-release-'));
    entry = join(folder, 'iama', 'infra', 'main', 'dev.mjs');
    rule = join(folder, 'iama', 'domain', 'rule.ts');
    await mkdir(join(entry, '..'), { recursive: true });
    await mkdir(join(rule, '..'), { recursive: true });
    await writeFile(entry, ENTRY);
    await writeFile(rule, 'export const limit = 3;\n');
    home = await openHome({ IAMA_HOME: join(folder, 'home') });
    await ensureServer(home, entry, () => undefined);
  });
  afterEach(async () => {
    await stopServer(home);
    await rm(folder, { recursive: true, force: true });
  });

  const retire = async (): Promise<string> => {
    let said = '';
    await retireOtherVersion(home, entry, (text) => {
      said += text;
    });
    return said;
  };

  it('[EXE-07] is replaced where it has other code and the same API', async () => {
    await writeFile(rule, 'export const limit = 4;\n');
    expect(await retire()).toContain('it is replaced. No job is lost.');
    expect(await runningServer(home)).toBeNull();
  });

  it('[EXE-07] goes on while a command follows a job, which is said, and is replaced after it', async () => {
    const lock = home.path('jobs', 'one.lock');
    await takeLock(lock);
    await writeFile(rule, 'export const limit = 4;\n');
    expect(await retire()).toContain('replaced once no command follows a job');
    expect(await runningServer(home)).not.toBeNull();
    await releaseLock(lock);
    expect(await retire()).toContain('it is replaced');
  });

  it('[EXE-07] is the same where files were written anew as they were, or only tests have changed', async () => {
    const anHourAgo = Date.now() / 1_000 - 3_600;
    await utimes(rule, anHourAgo, anHourAgo);
    await writeFile(join(rule, '..', 'rule.test.ts'), 'proves it\n');
    expect(await retire()).toBe('');
    expect(await otherRelease(home, entry)).toBeNull();
    expect(await runningServer(home)).not.toBeNull();
  });

  it('[EXE-07] is another one where it was started before this was noted', async () => {
    const { api } = (await home.readJson('server', 'version.json')) as { api: string };
    await home.writeJson({ api }, 'server', 'version.json');
    expect(await otherRelease(home, entry)).toBe('CODE');
    await home.writeJson({ api: 'of another time' }, 'server', 'version.json');
    expect(await otherRelease(home, entry)).toBe('API');
  });
});
