import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hasErrno } from '../errno.ts';
import { isolationHere, launchUnder } from './isolation.ts';
import { sweepRuns } from './processes.ts';
import type { RunSpec } from './run-process.ts';
import { runScript } from './testing.ts';

vi.setConfig({ testTimeout: 30_000 });

let folder: string;
const script = (code: string, more?: Partial<RunSpec>) => runScript(folder, code, more);

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (hasErrno(error, 'ESRCH')) return false;
    throw error;
  }
};
const gone = async (pid: number): Promise<boolean> => {
  for (let tries = 0; tries < 100 && alive(pid); tries++) await sleep(50);
  return !alive(pid);
};
const pidFrom = async (file: string): Promise<number> => Number(await readFile(join(folder, file), 'utf8'));

/** Starts a grandchild that outlives its parent, in the same group or in one of its own. */
const grandchild = (detached: boolean): string => `
  const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: ${detached}, stdio: 'inherit' });
  require('fs').writeFileSync('pid', String(child.pid));
  child.unref();
`;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-runner-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the native runner', () => {
  it('[EXE-04] gives a process nothing of our environment but what it needs', async () => {
    vi.stubEnv('GITHUB_TOKEN', 'token-of-the-person');
    vi.stubEnv('NODE_OPTIONS', '--no-warnings');
    vi.stubEnv('npm_config_registry', 'https://registry.example.org');
    const { stdout } = await script('console.log(JSON.stringify(process.env))', {
      env: { IAMA_MODE: 'record' },
    });
    vi.unstubAllEnvs();
    const environment: Record<string, string> = JSON.parse(stdout);
    expect(Object.keys(environment).sort()).toEqual(
      ['CI', 'HOME', 'IAMA_MODE', 'IAMA_RUN', 'LANG', 'LC_ALL', 'NO_COLOR', 'PATH', 'TMPDIR', 'TZ'].sort(),
    );
    expect(environment['HOME']).toBe(folder);
  });

  it('[EXE-04] kills the whole group at the time limit, grandchildren too', async () => {
    const result = await script(`${grandchild(false)} setInterval(() => {}, 1000)`, { timeoutMs: 1_500 });
    expect(result).toMatchObject({ timedOut: true, killedBy: 'SIGKILL', exitCode: null });
    expect(await gone(await pidFrom('pid'))).toBe(true);
  });

  it.each([true, false])(
    '[EXE-04] ends what a process leaves behind (in a group of its own: %s), and does not wait for it',
    async (detached) => {
      const result = await script(grandchild(detached));
      expect(result).toMatchObject({ exitCode: 0, timedOut: false });
      expect(result.durationMs).toBeLessThan(15_000);
      expect(await gone(await pidFrom('pid'))).toBe(true);
    },
  );

  it('[EXE-04] ends a descendant that left the group and emptied its environment', async () => {
    const loner = grandchild(true).replace("stdio: 'inherit'", "stdio: 'ignore', env: {}");
    await script(`${loner} setTimeout(() => {}, 1_500);`);
    const pid = await pidFrom('pid');
    try {
      expect(await gone(pid)).toBe(true);
    } finally {
      if (alive(pid)) process.kill(pid, 'SIGKILL');
    }
  });

  it('[EXE-04] caps output and says so', async () => {
    const code = "process.stdout.write('x'.repeat(5_000_000))";
    const result = await script(code, { maxOutputBytes: 1_000 });
    expect(result).toMatchObject({ exitCode: 0, truncated: true });
    expect(result.stdout).toBe('x'.repeat(1_000));
  });

  it('[EXE-04] stops when the work is called off', async () => {
    const stop = new AbortController();
    const running = script('setInterval(() => {}, 1000)', { signal: stop.signal });
    setTimeout(() => stop.abort(new Error('called off')), 300);
    await expect(running).rejects.toThrow('called off');
    await expect(script('1', { signal: stop.signal })).rejects.toThrow('called off');
  });

  it('[EXE-04] reports exit codes and a missing program', async () => {
    expect(await script('process.exit(3)')).toMatchObject({ exitCode: 3, timedOut: false, truncated: false });
    await expect(script('', { command: join(folder, 'missing') })).rejects.toThrow('ENOENT');
  });

  it('[EXE-04] finds and ends what the runs of a killed process left behind', async () => {
    const module = fileURLToPath(new URL('./run-process.ts', import.meta.url));
    const owner = `
      import { runProcess } from ${JSON.stringify(module)};
      const folder = ${JSON.stringify(folder)};
      runProcess({ command: process.execPath, args: ['-e', "require('fs').writeFileSync('pid', String(process.pid)); setInterval(() => {}, 1000)"], cwd: folder, home: folder, temp: folder, timeoutMs: 60000 });
      const wait = setInterval(() => { if (require('fs').existsSync(folder + '/pid')) process.kill(process.pid, 'SIGKILL'); }, 20);
    `.replace("require('fs').existsSync(folder", 'fs.existsSync(folder');
    const source = `import fs from 'node:fs';${owner}`;
    const died = spawnSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' });
    expect(died.signal).toBe('SIGKILL');
    const pid = await pidFrom('pid');
    expect(alive(pid)).toBe(true);
    expect(sweepRuns()).toBeGreaterThanOrEqual(1);
    expect(await gone(pid)).toBe(true);
  });

  it('[EXE-04] leaves what runs in another pid namespace alone, whose owner cannot be looked for from here', async () => {
    // Containers of one machine see the same processes under other numbers.
    const module = fileURLToPath(new URL('./run-process.ts', import.meta.url));
    const source = `
      import { writeFileSync } from 'node:fs';
      import { runProcess } from ${JSON.stringify(module)};
      const folder = ${JSON.stringify(folder)};
      const code = "require('fs').writeFileSync('began', ''); const wait = setInterval(() => { if (require('fs').existsSync('swept')) process.exit(7); }, 20)";
      const { exitCode } = await runProcess({ command: process.execPath, args: ['-e', code], cwd: folder, home: folder, temp: folder, timeoutMs: 20000 });
      writeFileSync(folder + '/exit', String(exitCode));
    `;
    const isolation = await isolationHere();
    const elsewhere = launchUnder(isolation, {
      command: process.execPath,
      args: ['--input-type=module', '-e', source],
    });
    const container = spawn(elsewhere.command, [...elsewhere.args], { stdio: 'ignore' });
    const ended = once(container, 'exit');
    await vi.waitFor(() => access(join(folder, 'began')), { timeout: 25_000 });
    sweepRuns();
    await writeFile(join(folder, 'swept'), '');
    expect(await ended).toEqual([0, null]);
    expect(await readFile(join(folder, 'exit'), 'utf8')).toBe('7');
  });

  it.each(['1', 'blue', '999999999.1', '999999999.1:mine', ':'])(
    '[EXE-04] leaves a process alone that a person started with IAMA_RUN=%s',
    async (mark) => {
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
        env: { IAMA_RUN: mark },
        stdio: 'ignore',
      });
      try {
        await once(child, 'spawn');
        sweepRuns();
        await sleep(100);
        expect([child.exitCode, child.signalCode]).toEqual([null, null]);
      } finally {
        child.kill('SIGKILL');
      }
    },
  );
});
