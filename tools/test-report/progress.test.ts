import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readProgress } from './progress.ts';

const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'iama-progress-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

it('tells of a run that was killed which files had ended, which of them failed, and which one it was at', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'progress.ndjson');
  // Of files that never ran, the larger one is run first.
  writeFileSync(
    join(folder, 'a.test.ts'),
    "// the longer one\nit('holds', () => {}); it('breaks', () => expect(1).toBe(2));",
  );
  writeFileSync(join(folder, 'b.test.ts'), "it('hangs', () => new Promise(() => {}), 60_000);");
  const reporter = [join(import.meta.dirname, 'progress.ts'), { path }];
  writeFileSync(
    join(folder, 'vitest.config.mjs'),
    `export default { test: { globals: true, maxWorkers: 1, fileParallelism: false, reporters: [${JSON.stringify(reporter)}] } };`,
  );
  const run = spawn(
    process.execPath,
    [join(process.cwd(), 'node_modules/vitest/vitest.mjs'), 'run', `--root=${folder}`],
    { stdio: 'ignore' },
  );
  const ended = new Promise((resolve) => run.once('exit', resolve));
  try {
    await expect.poll(() => readProgress(path)[0]).toMatch(/^1 file had ended; it was at .*b\.test\.ts\.$/);
  } finally {
    run.kill('SIGKILL');
    await ended;
  }
  expect(readProgress(path).slice(1)).toEqual([expect.stringMatching(/^failed: .*a\.test\.ts\n {4}breaks$/)]);
});

it('says so where the run had not begun', () => {
  expect(readProgress(join(temporaryFolder(), 'none.ndjson'))).toEqual(['It had not begun.']);
});
