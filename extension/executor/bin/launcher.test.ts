import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('iama.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'iama-launcher-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Makes the launcher take its Node for an older one; the program that it starts says so, stays, and says if nothing ended it. */
const OLDER = `
const { writeSync } = require('node:fs');
if (process.channel === undefined) Object.defineProperty(process.versions, 'node', { value: '20.0.0' });
else {
  writeSync(1, 'started');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 45_000);
  writeSync(1, ', left behind');
  process.exit();
}
`;

it.each([
  ['SIGHUP', [null, 'SIGHUP']],
  ['SIGTERM', [143, null]],
] as const)(
  '[EXE-07] on an older Node the launcher hands %s on, and ends as the program did',
  {
    timeout: 90_000,
  },
  async (signal, ended) => {
    const preload = join(folder, 'older.cjs');
    writeFileSync(preload, OLDER);
    const launcher = spawn(process.execPath, [BIN, '--version'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'], HOME: folder, NODE_OPTIONS: `--require=${preload}` },
    });
    let said = '';
    launcher.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const closed = once(launcher, 'close');
    await once(launcher.stdout, 'data');
    launcher.kill(signal);
    expect(await closed).toEqual(ended);
    expect(said).toBe('started');
  },
);
