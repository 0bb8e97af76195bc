import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { endingUnder, type Isolation, isolationHere, launchUnder } from './isolation.ts';
import type { RunSpec } from './run-process.ts';
import { runScript } from './testing.ts';

vi.setConfig({ testTimeout: 60_000 });

let isolation: Isolation;
let folder: string;
beforeAll(async () => {
  isolation = await isolationHere();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-isolation-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const script = (code: string, more: Partial<RunSpec> = {}) => runScript(folder, code, { isolation, ...more });

/** Starts a process that leaves the session and empties its environment, and whose parent is gone at once. */
const ESCAPE = `
  const { spawn } = require('child_process');
  const code = "let n = 0; setInterval(() => require('fs').writeFileSync('beats', String(++n)), 20); setTimeout(() => process.exit(), 20_000)";
  const middle = "require('child_process').spawn(process.execPath, ['-e', " + JSON.stringify(code) + "], { detached: true, stdio: 'ignore', env: {} }).unref()";
  spawn(process.execPath, ['-e', middle], { detached: true, stdio: 'ignore', env: {} }).unref();
  const wait = setInterval(() => { if (require('fs').existsSync('beats')) { clearInterval(wait); AFTER } }, 10);
`;

/** True when the process that escaped beats no more. */
const isQuiet = async (): Promise<boolean> => {
  const before = await readFile(join(folder, 'beats'), 'utf8');
  await sleep(500);
  return (await readFile(join(folder, 'beats'), 'utf8')) === before;
};

describe('on a system with user namespaces', () => {
  it('[EXE-04] is told apart from one without', () => {
    const isOffered = process.platform === 'linux' && existsSync('/usr/bin/unshare');
    expect(isOffered ? ['NAMESPACES', 'PROCESS_GROUP'] : ['PROCESS_GROUP']).toContain(isolation);
    const launch = { command: '/bin/true', args: [] };
    expect(launchUnder('PROCESS_GROUP', launch)).toEqual(launch);
    expect(endingUnder('NAMESPACES', { exitCode: 137, killedBy: null })).toEqual({
      exitCode: null,
      killedBy: 'SIGKILL',
    });
    expect(endingUnder('PROCESS_GROUP', { exitCode: 137, killedBy: null }).exitCode).toBe(137);
  });

  it('[EXE-04] ends a process that left session, parent and environment between two looks', async () => {
    await script(ESCAPE.replace('AFTER', ''));
    if (isolation === 'NAMESPACES') expect(await isQuiet()).toBe(true);
    else expect(existsSync(join(folder, 'beats'))).toBe(true);
  });

  it('[EXE-04] ends it at the time limit too, and says so', async () => {
    const result = await script(ESCAPE.replace('AFTER', 'setInterval(() => {}, 1000)'), { timeoutMs: 3_000 });
    expect(result).toMatchObject({ timedOut: true, exitCode: null, killedBy: 'SIGKILL' });
    if (isolation === 'NAMESPACES') expect(await isQuiet()).toBe(true);
  });

  it('[EXE-04] shows a test neither other processes nor their secrets, nor our environment', async () => {
    vi.stubEnv('GITHUB_TOKEN', 'token-of-the-person');
    const look = `
      const fs = require('fs');
      const pids = fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name));
      const text = pids.map((pid) => { try { return fs.readFileSync('/proc/' + pid + '/environ', 'utf8') } catch (error) { return error.code } }).join();
      console.log(JSON.stringify({ pids: pids.length, leaks: text.includes('token-of-the-person'), own: Object.values(process.env).join().includes('token') }));`;
    const { stdout } = await script(look);
    vi.unstubAllEnvs();
    const seen = JSON.parse(stdout);
    expect(seen.own).toBe(false);
    if (isolation === 'NAMESPACES') {
      expect(seen.leaks).toBe(false);
      expect(seen.pids).toBeLessThan(6);
    }
  });

  it('[EXE-04] leaves a test its loopback, and nothing beyond', async () => {
    const { stdout } = await script(`
      const net = require('net');
      const server = net.createServer((socket) => socket.end('served')).listen(0, '127.0.0.1', () =>
        net.connect(server.address().port, '127.0.0.1').on('data', (data) => {
          console.log(String(data), Object.values(require('os').networkInterfaces()).flat().every(({ internal }) => internal));
          server.close();
        }));`);
    expect(stdout).toMatch(isolation === 'NAMESPACES' ? /^served true$/mu : /^served/mu);
  });

  it('[EXE-04] gives exit codes, signals and output as they are, and no way to lift what holds', async () => {
    expect(await script('console.log(1); process.exit(3)')).toMatchObject({ exitCode: 3, stdout: '1\n' });
    expect(await script("process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000)")).toMatchObject({
      exitCode: null,
      killedBy: 'SIGTERM',
    });
    const { stdout } = await script(
      "console.log(require('fs').readFileSync('/proc/self/status', 'utf8').match(/CapEff.*/)[0])",
    );
    if (isolation === 'NAMESPACES') expect(stdout).toMatch(/^CapEff:\s*0+$/mu);
  });
});
