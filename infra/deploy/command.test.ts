import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { PROGRAMS } from './programs.ts';

const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'command.ts'), ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, ended: once(child, 'exit'), said: Promise.all([text(child.stdout), text(child.stderr)]) };
};

describe('the command of a container', () => {
  it('[OPS-13] is refused with those that there are', async () => {
    for (const args of [[], ['toString'], ['Api']]) {
      const { ended, said } = start(args);
      expect(await ended).toEqual([2, null]);
      expect((await said)[1]).toBe(
        `there is no command "${args[0] ?? ''}", only api, worker, migrate, iama\n`,
      );
    }
  });

  it('[OPS-13] names a program that is there, and hands it the arguments behind', async () => {
    for (const path of Object.values(PROGRAMS))
      expect([path, existsSync(join(import.meta.dirname, path))]).toEqual([path, true]);
    const { ended, said } = start(['iama', 'audit', '--help']);
    expect(await ended).toEqual([0, null]);
    expect((await said)[0]).toContain('Usage: iama audit');
  });

  it('[OPS-12] [OPS-13] ends at once on SIGTERM where the program does not listen for it', async () => {
    // A database that takes the connection and never says a word: migrations would wait for it.
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { child, ended, said } = start(['migrate'], { DATABASE_URL: `postgres://a@127.0.0.1:${port}/a` });
    const [socket] = await once(silent, 'connection');
    child.kill('SIGTERM');
    expect(await ended).toEqual([143, null]);
    await said;
    socket.destroy();
    silent.close();
  });
});
