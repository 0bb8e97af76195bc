import { execFile, spawn } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isRunning, processesIn, startTimeOf } from './processes.ts';

/** Asks about itself with no file left to open, and says how each question ended. */
const ASK = `
const processes = await import(${JSON.stringify(join(import.meta.dirname, 'processes.ts'))});
const { openSync, closeSync } = await import('node:fs');
const taken = [];
try { for (;;) taken.push(openSync('/dev/null')); } catch (error) { if (error.code !== 'EMFILE') throw error; }
const asked = await Promise.allSettled([processes.isRunning(process.pid), processes.startTimeOf(process.pid)]);
for (const file of taken) closeSync(file);
console.log(JSON.stringify(asked.map(({ status, value, reason }) => reason?.code ?? status + ' ' + value)));
`;

describe('what is known of processes', () => {
  it('[ES-15] a process that cannot be looked at is not taken for dead: its lock would be another one’s', async () => {
    const limited = ['-c', 'ulimit -n 64 && exec "$0" --input-type=module -e "$1"', process.execPath, ASK];
    const { stdout } = await promisify(execFile)('sh', limited);
    expect(JSON.parse(stdout)).toEqual(['EMFILE', 'EMFILE']);
  });

  it('[ES-15] one that ended is gone, has no beginning, and works nowhere', async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'iama-processes-')));
    const child = spawn('sleep', ['60'], { cwd: folder, stdio: 'ignore' });
    const pid = child.pid ?? 0;
    expect(await processesIn(folder, 'sleep')).toEqual([pid]);
    expect(await processesIn(folder, 'postgres')).toEqual([]);
    expect([await isRunning(pid), await startTimeOf(pid)]).toEqual([true, expect.stringMatching(/^\d+$/)]);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    expect(await processesIn(folder, 'sleep')).toEqual([]);
    expect([await isRunning(pid), await startTimeOf(pid)]).toEqual([false, '']);
    await rm(folder, { recursive: true });
  });
});
