import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

type Line = Readonly<{ phase?: string; line?: number; msg: string }>;

const script = join(import.meta.dirname, 'testing', 'logging-process.ts');

/** Starts a process that logs, ends it, and reads what it wrote only then: its pipe is full in between. */
const linesOf = async (ending: 'stop' | 'stop-fails' | 'crash') => {
  const child = spawn(process.execPath, [script, ending], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  await once(child.stderr, 'data');
  if (ending !== 'crash') child.kill('SIGTERM');
  await sleep(300);
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk);
  const [code] = await exited;
  const lines = Buffer.concat(chunks).toString('utf8').trimEnd().split('\n');
  return { code, lines: lines.map((line): Line => JSON.parse(line)) };
};

const written = (phase: string) => Array.from({ length: 2_000 }, (_, line) => ({ phase, line }));
const of = (lines: readonly Line[], phase: string) =>
  lines.filter((line) => line.phase === phase).map(({ line }) => ({ phase, line }));

describe('the lines of a process', { timeout: 30_000 }, () => {
  it('[OPS-10] [OPS-12] are all written, in order, when nobody caught an error', async () => {
    const { code, lines } = await linesOf('crash');
    expect(code).toBe(1);
    expect(of(lines, 'working')).toEqual(written('working'));
    expect(lines.at(-1)?.msg).toBe('uncaughtException');
  });

  it('[OPS-10] [OPS-12] are all written, in order, when its stop fails', async () => {
    const { code, lines } = await linesOf('stop-fails');
    expect(code).toBe(1);
    expect(of(lines, 'stopping')).toEqual(written('stopping'));
    expect(lines.at(-1)?.msg).toBe('stopping failed');
  });

  it('[OPS-10] [OPS-12] are all written, in order, when it stops', async () => {
    const { code, lines } = await linesOf('stop');
    expect(code).toBe(0);
    expect(of(lines, 'working')).toEqual(written('working'));
    expect(of(lines, 'stopping')).toEqual(written('stopping'));
    expect(lines.at(-1)?.msg).toBe('stopped');
  });

  it('[OPS-10] [OPS-12] hold up no process whose reader is there and reads nothing', async () => {
    const ended = async (ending: 'stop' | 'crash') => {
      const child = spawn(process.execPath, [script, ending], { stdio: ['ignore', 'pipe', 'pipe'] });
      const exited = once(child, 'exit');
      if (child.stderr !== null) await once(child.stderr, 'data');
      if (ending === 'stop') child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 25_000);
      const [code] = await exited;
      clearTimeout(late);
      return [ending, code];
    };
    expect(await Promise.all([ended('stop'), ended('crash')])).toEqual([
      ['stop', 0],
      ['crash', 1],
    ]);
  });

  it.runIf(existsSync('/dev/full'))(
    '[OPS-10] [OPS-12] hold up no process that meets the full disk in its very last flush',
    async () => {
      const full = openSync('/dev/full', 'w');
      const child = spawn(process.execPath, [script, 'exit'], { stdio: ['ignore', full, 'pipe'] });
      const late = setTimeout(() => child.kill('SIGKILL'), 15_000);
      const [code] = await once(child, 'exit');
      clearTimeout(late);
      closeSync(full);
      expect(code).toBe(3);
    },
  );

  it.runIf(existsSync('/dev/full'))(
    '[OPS-10] [OPS-12] hold up no process where the disk is full: it works on, and ends as ever',
    async () => {
      const full = openSync('/dev/full', 'w');
      const ended = async (ending: 'stop' | 'stop-fails' | 'crash') => {
        const child = spawn(process.execPath, [script, ending], { stdio: ['ignore', full, 'pipe'] });
        const exited = once(child, 'exit');
        if (child.stderr !== null) await once(child.stderr, 'data');
        await sleep(300);
        const isAlive = child.exitCode === null;
        if (ending !== 'crash') child.kill('SIGTERM');
        const late = setTimeout(() => child.kill('SIGKILL'), 25_000);
        const [code] = await exited;
        clearTimeout(late);
        return [ending, ending === 'crash' || isAlive, code];
      };
      const all = await Promise.all([ended('stop'), ended('stop-fails'), ended('crash')]);
      closeSync(full);
      expect(all).toEqual([
        ['stop', true, 0],
        ['stop-fails', true, 1],
        ['crash', true, 1],
      ]);
    },
  );
});
