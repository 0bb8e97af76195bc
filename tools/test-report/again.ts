import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { readProgress } from './progress.ts';
import { failedFiles, failuresOf, REPORT, readReport, withSecond } from './report.ts';

/**
 * After a run of `npm test` that failed: runs the files that failed once more, alone, and exits with 0 where all of them pass then. Both
 * outcomes are told (docs/decisions/0063-unstable-tests.md). More files than a few are no accident, and are not run again.
 */
const SECOND = '.trace/again.json';
const AT_MOST = 5;

if (!existsSync(REPORT)) {
  console.log(['The run ended without a report.', ...readProgress()].join('\n'));
  process.exit(1);
}
const first = readReport();
const files = failedFiles(first);
const failures = failuresOf(first).join('\n');
if (files.length === 0 || files.length > AT_MOST) {
  console.log(failures === '' ? 'The run failed outside of its tests.' : `failed:\n${failures}`);
  process.exit(1);
}
rmSync(SECOND, { force: true });
const run = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    ...files,
    '--reporter=json',
    `--outputFile=${SECOND}`,
    '--maxWorkers=1',
  ],
  { stdio: ['ignore', 'ignore', 'inherit'] },
);
if (run.error) throw run.error;
if (!existsSync(SECOND)) {
  console.log(`failed, and could not be run again:\n${failures}`);
  process.exit(1);
}
const both = withSecond(first, readReport(SECOND));
writeFileSync(REPORT, JSON.stringify(both));
if (both.success && run.status === 0) {
  console.log(`UNSTABLE, failed at first and passed alone:\n${failures}`);
} else {
  console.log(`failed, at first:\n${failures}\nand alone:\n${failuresOf(both).join('\n')}`);
  process.exitCode = 1;
}
