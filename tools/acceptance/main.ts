import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { removeHomeless } from '../../infra/postgres/embedded.ts';
import { fetched } from './fetched.ts';
import { MORE } from './more.ts';
import { PACKAGES } from './packages.ts';
import { lineOf, totalLine, totalsOf } from './row.ts';
import { folder, pinned, type Subject } from './subject.ts';
import { summaryOf } from './summary.ts';
import { verify } from './verify.ts';
import { commitAll, run } from './workspace.ts';

/**
 * `npm run acceptance`: refactors real packages with `iama run` as a person would, then checks each delivery without
 * trusting the job. `--dir <folder>` takes any package folder with its `node_modules`, `--more` the second list, fetched when its turn comes.
 * `--accept-strict-mode` accepts that condition where a strategy has it. `--only ms,bytes` picks some, `--keep` leaves the folders, `--json` prints one object as the last line.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    strategy: { type: 'string', default: 'standard' },
    'accept-strict-mode': { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    dir: { type: 'string', multiple: true },
    more: { type: 'boolean', default: false },
  },
});
const only = values.only?.split(',');
const root = mkdtempSync(join(tmpdir(), 'iama-acceptance-'));
const home = join(root, 'home');
mkdirSync(home);
process.env['npm_config_cache'] ??= join(homedir(), '.npm');
process.env['HOME'] = home;
process.env['XDG_DATA_HOME'] = join(home, 'data');
process.env['XDG_CONFIG_HOME'] = join(home, 'config');
const CLI = resolve('extension/executor/bin/iama.mjs');

/** What the flags choose: folders of the person's own, the second list, or the pinned packages. */
const subjects = (): readonly Subject[] => {
  if (values.dir !== undefined) return values.dir.map((path) => folder(path));
  const isChosen = ({ name, version }: Readonly<{ name: string; version?: string }>): boolean =>
    only === undefined || only.includes(name) || only.includes(`${name}@${version}`);
  if (values.more) return MORE.filter(isChosen).map((one) => fetched(one, join(root, 'fetched')));
  return PACKAGES.filter(isChosen).map(pinned);
};

const rows = subjects().map((subject) => {
  const place = subject.name.replace('/', '+');
  // Of one name: a package may tell that of its folder.
  const original = join(root, 'original', place);
  const delivered = join(root, place);
  subject.copyTo(original);
  subject.copyTo(delivered);
  commitAll(delivered);
  const began = Date.now();
  const cli = run(
    process.execPath,
    [
      CLI,
      'run',
      delivered,
      '--goal',
      'js-to-ts',
      '--strategy',
      values.strategy,
      '--yes',
      ...(values['accept-strict-mode'] ? ['--accept-strict-mode'] : []),
      '--apply',
      '--json',
    ],
    root,
    600_000,
  );
  const summary = summaryOf(cli.stdout);
  const seconds = Math.round((Date.now() - began) / 100) / 10;
  const status = summary?.status ?? 'NO_SUMMARY';
  const verdict =
    status === 'DELIVERED' ? verify(subject, original, delivered, summary?.accepted_conditions ?? []) : null;
  const { name, expected } = subject;
  const said = cli.stderr.slice(-400);
  const row = { name, expected, status, reason: summary?.reason ?? null, seconds, summary, verdict, said };
  console.log(lineOf(row));
  return row;
});

run(process.execPath, [CLI, 'server', 'stop'], root, 60_000);
const totals = totalsOf(rows);
const unexplained = rows
  .filter((row) => row.status !== 'DELIVERED' && row.reason === null)
  .map((row) => row.name);
const unexpected = rows
  .filter(({ expected, status }) => expected !== null && status !== expected)
  // What is expected was measured without it.
  .filter(({ expected }) => !values['accept-strict-mode'] || expected === 'DELIVERED')
  .map(({ name, expected, status }) => `${name}: ${status}, not ${expected}`);
const anyShare = totals.annotated === 0 ? 0 : totals.any / totals.annotated;
const least = only === undefined && values.dir === undefined && !values.more ? 12 : 0;
const ok =
  totals.wrong.length === 0 &&
  unexplained.length === 0 &&
  (!values.more || unexpected.length === 0) &&
  totals.delivered >= least &&
  anyShare <= 0.15;
console.log(totalLine(totals));
if (unexpected.length > 0) console.log(`otherwise than last measured: ${unexpected.join('; ')}`);
if (values.json) {
  console.log(JSON.stringify({ ok, ...totals, unexplained, unexpected, rows }));
}
if (values.keep) console.log(`kept in ${root}`);
else {
  rmSync(root, { recursive: true, force: true });
  await removeHomeless();
}
process.exitCode = ok ? 0 : 1;
