import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { removeHomeless } from '../../infra/postgres/embedded.ts';
import { summaryOf } from '../acceptance/summary.ts';
import { commitAll, filesOf, run } from '../acceptance/workspace.ts';

/**
 * `npm run demo`: one real job on the embedded default, as a person would run it: a JavaScript package becomes TypeScript,
 * is applied, and is reverted byte for byte. Nothing outside a temporary folder is touched. The last line is JSON: `events`
 * are all that the run appended to the log, `job_events` those of the job's stream.
 */
const began = Date.now();
const root = mkdtempSync(join(tmpdir(), 'iama-demo-'));
const home = join(root, 'home');
const project = join(root, 'measure');
const CLI = resolve('extension/executor/bin/iama.mjs');
mkdirSync(home);
for (const name of ['XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'XDG_STATE_HOME', 'IAMA_SERVER', 'IAMA_HOME'])
  delete process.env[name];
process.env['HOME'] = home;

/** Path to SHA-256 of every file, so that "byte-exact" is a comparison of two values. */
const fingerprint = (): Record<string, string> =>
  Object.fromEntries(
    filesOf(project).map((path) => [
      path,
      createHash('sha256')
        .update(readFileSync(join(project, path)))
        .digest('hex'),
    ]),
  );

/** Runs the CLI where the person sees it. */
const show = (...args: string[]): number => {
  console.log(`\n$ iama ${args.join(' ')}`);
  return spawnSync(process.execPath, [CLI, ...args], { cwd: root, stdio: 'inherit' }).status ?? 1;
};

const newest = z.tuple([z.object({ position: z.int() })]);

/** Events in the log, which was empty before: the highest of its positions, which have no gaps. */
const appended = (): number => {
  const search = ['audit', 'search', '--limit', '1', '--json'];
  const [{ position }] = newest.parse(JSON.parse(run(process.execPath, [CLI, ...search], root).stdout));
  return position;
};

const demo = (): { exitCode: number; report: Record<string, unknown> } => {
  cpSync('examples/measure', project, { recursive: true });
  commitAll(project);
  const before = fingerprint();
  const delivered = show('run', 'measure', '--goal', 'js-to-ts', '--yes', '--apply');
  const applied = fingerprint();
  const reverted = delivered === 0 ? show('revert') : 1;
  const after = fingerprint();
  const summary = summaryOf(run(process.execPath, [CLI, 'attach', '--json'], root).stdout);
  // Before the story is shown, because that is an event too.
  const events = summary === null ? null : appended();
  if (summary !== null) show('audit', 'job', summary.job_id);
  const byteExact = JSON.stringify(before) === JSON.stringify(after);
  const changed = JSON.stringify(before) !== JSON.stringify(applied);
  const ok = delivered === 0 && reverted === 0 && summary?.status === 'DELIVERED' && changed && byteExact;
  return {
    exitCode: ok ? 0 : 1,
    report: {
      ...summary,
      job_events: summary?.events,
      events,
      applied_to_files: changed,
      reverted_byte_exact: byteExact,
      seconds: Math.round((Date.now() - began) / 100) / 10,
    },
  };
};

try {
  const { exitCode, report } = demo();
  process.exitCode = exitCode;
  console.log(`\n${JSON.stringify(report)}`);
} finally {
  run(process.execPath, [CLI, 'server', 'stop'], root, 60_000);
  rmSync(root, { recursive: true, force: true });
  await removeHomeless();
}
