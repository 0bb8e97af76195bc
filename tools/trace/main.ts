import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { REPORT, readReport } from '../test-report/report.ts';
import { AWAITED, REQUIRED } from './required.ts';
import { isMet, outcomeOf, type TestResult, trace } from './trace.ts';

const results = (): TestResult[] =>
  readReport().testResults.flatMap((file) =>
    file.assertionResults.map((test) => ({
      title: test.fullName,
      file: relative(process.cwd(), file.name),
      outcome: outcomeOf(test.status),
    })),
  );

// `--report` reads the report of a run that has just ended (`npm test` leaves one) instead of running the tests again.
// `--brief` shows only what is not met. Anything else is a mistake, and is said before a run of many minutes begins.
const { values } = parseArgs({
  options: { report: { type: 'boolean', default: false }, brief: { type: 'boolean', default: false } },
});
if (!values.report) {
  await mkdir('.trace', { recursive: true });
  const run = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--reporter=json', `--outputFile=${REPORT}`],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (run.error) throw run.error;
}

if (!existsSync(REPORT)) {
  console.error(
    `There is no report of a run at ${REPORT}: run \`npm test\` first, or leave \`--report\` out.`,
  );
  process.exit(1);
}
const rows = trace([...REQUIRED, ...AWAITED], results());
const width = Math.max(...rows.map((row) => row.id.length));
for (const row of rows) {
  if (values.brief && isMet(row)) continue;
  const verdict = isMet(row) ? 'ok  ' : row.failed > 0 ? 'FAIL' : REQUIRED.includes(row.id) ? 'NONE' : '-   ';
  console.log(
    `${row.id.padEnd(width)}  ${verdict}  ${String(row.passed).padStart(3)} passed  ${row.files.join(' ')}`,
  );
}
const missing = rows.filter((row) => REQUIRED.includes(row.id) && !isMet(row));
console.log(
  missing.length === 0
    ? `all ${REQUIRED.length} requirements have passing tests`
    : `without a passing test: ${missing.map((row) => row.id).join(' ')}`,
);
const awaited = rows.filter((row) => AWAITED.includes(row.id) && !isMet(row));
if (awaited.length > 0) console.log(`asked for and not there yet: ${awaited.map((row) => row.id).join(' ')}`);
process.exitCode = missing.length === 0 ? 0 : 1;
