import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { serverUser } from '../../infra/postgres/embedded-binaries.ts';
import { embeddedFiles } from '../../infra/postgres/embedded-files.ts';
import { isRunning } from '../../infra/postgres/processes.ts';
import { serverFolder } from '../../infra/postgres/server-folder.ts';

let folder: string;
let run: ChildProcess;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iama-crash-ending-'));
  run = spawn('node_modules/.bin/node', ['tools/crash/main.ts', '--scenario', 'refused'], {
    env: {
      PATH: process.env['PATH'],
      TMPDIR: folder,
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
    },
    stdio: 'ignore',
  });
});
afterEach(() => {
  run.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Waits until a file of the stage is there; its path. */
const made = (pattern: string): Promise<string> =>
  vi.waitUntil(() => globSync(join(folder, '*', pattern))[0], { timeout: 90_000, interval: 50 });

/** Ids of the server and of its postmaster. */
const startedProcesses = async (): Promise<readonly number[]> => {
  const state = await made('home/server/server.json');
  const server: { pid: number } = JSON.parse(readFileSync(state, 'utf8'));
  const database = await serverFolder(join(state, '..', 'postgres'), await serverUser());
  const postmaster = readFileSync(join(embeddedFiles(database).cluster, 'postmaster.pid'), 'utf8');
  return [server.pid, Number.parseInt(postmaster, 10)];
};
const areRunning = (pids: readonly number[]): Promise<boolean[]> => Promise.all(pids.map(isRunning));

describe('the crash run', () => {
  it.each([
    ['SIGTERM', 143, 'the server has just started', 'home/server/server.json'],
    ['SIGINT', 130, 'a job is about to be disturbed', 'refused-0/index.js'],
  ] as const)('ends at %s with %i, server and database too, when %s', async (signal, code, _, pattern) => {
    await made(pattern);
    const pids = await startedProcesses();
    expect(await areRunning(pids)).toEqual([true, true]);
    const ended = once(run, 'exit');
    run.kill(signal);
    expect(await ended).toEqual([code, null]);
    expect(await areRunning(pids)).toEqual([false, false]);
    expect(readdirSync(folder)).toEqual([]);
  });
});
