import { appendFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Baseline, BaselineFailed, recordBaseline } from './record-baseline.ts';
import { runLockedTests } from './run-tests.ts';
import { parseSnapshots } from './snapshots.ts';
import { SNAPSHOTS, TEST_FILE, TestsWeakened } from './test-files.ts';
import { realProcess } from './testing/real-process.ts';
import { tinyTests } from './testing/tiny-tests.ts';

let root = '';
const legacy = (body: string) =>
  writeFile(path.join(root, 'index.js'), `module.exports = function sign(n) { ${body} };\n`);
const options = () => ({
  workspaceRoot: root,
  nodePath: process.execPath,
  timeoutMs: 20_000,
  env: {},
  spawn: realProcess,
});
const baseline = (): Promise<Baseline> =>
  recordBaseline({ ...options(), testFiles: tinyTests, modules: ['index.js'] });
const rerun = (made: Baseline, more: Readonly<{ timeoutMs?: number; quarantined?: string[] }> = {}) =>
  runLockedTests({
    ...options(),
    lockedHashes: made.lockedHashes,
    expectedTests: made.report.counts.total,
    quarantined: [],
    ...more,
  });

const SIGN = 'return n < 0 ? -1 : n > 0 ? 1 : 0;';

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'iama-baseline-'));
  await writeFile(path.join(root, 'package.json'), '{ "name": "sign" }');
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('recordBaseline', () => {
  it('[TST-05] fails when the untouched code does not load, and says so', async () => {
    await writeFile(path.join(root, 'index.js'), 'throw new Error("no");');
    await expect(baseline()).rejects.toBeInstanceOf(BaselineFailed);
  });

  it('[TST-05] says that recording did not end in time', async () => {
    await legacy('while (true) {}');
    const short = { ...options(), timeoutMs: 1_500, testFiles: tinyTests, modules: ['index.js'] };
    await expect(recordBaseline(short)).rejects.toThrow('did not end within 2 s');
  });

  it('[TST-01] [TST-05] has each recording know its time, so that it ends with what it has, and no other run', async () => {
    await legacy(SIGN);
    const told: unknown[] = [];
    const spawn: typeof realProcess = (command, args, more) => {
      told.push(more.env['IAMA_RECORD_MS']);
      return realProcess(command, args, more);
    };
    await recordBaseline({ ...options(), spawn, testFiles: tinyTests, modules: ['index.js'], runs: 1 });
    expect(told).toEqual(['20000', '20000', undefined]);
  });

  it('[TST-05] fails when no case is stable', async () => {
    await legacy('return process.hrtime.bigint();');
    await expect(baseline()).rejects.toThrow('no behaviour');
  });

  it('[TST-05] fails when the recorded cases reach too little of the code to prove a change', async () => {
    await legacy(`if (n > 9) { if (n > 99) return n > 999 ? 'huge' : 'big'; return 'large'; } return 0;`);
    await expect(baseline()).rejects.toThrow('COVERAGE_TOO_LOW');
  });

  it('[EXE-07] [TST-05] tells each run when it has ended, and of how many', async () => {
    await legacy(SIGN);
    const told: string[] = [];
    const onRun = (ended: number, of: number): void => {
      told.push(`${ended}/${of}`);
    };
    await recordBaseline({ ...options(), testFiles: tinyTests, modules: ['index.js'], runs: 2, onRun });
    expect(told).toEqual(['1/4', '2/4', '3/4', '4/4']);
  });

  it('[TST-05] quarantines what does not repeat N of N, tells which and why, and keeps the rest', async () => {
    await legacy(`if (n === 2) return process.pid; ${SIGN}`);
    const made = await baseline();
    expect(made).toMatchObject({ recorded: 4, kept: 3, runs: 3 });
    expect(made.quarantined.map((one) => one.name)).toEqual(['sign(2)', 'sign(slow)']);
    expect(made.quarantined[0]?.why).toContain('did not agree');
    const { results } = parseSnapshots(await readFile(path.join(root, SNAPSHOTS), 'utf8'));
    expect(Object.keys(results)).toEqual(['id-1', 'id0', 'id1']);
  });

  it('[TST-05] has what waits for the disk end in the order in which it was begun, as one thread does it', async () => {
    await legacy(`return n < 0 ? -1 : Number(process.env.UV_THREADPOOL_SIZE);`);
    await baseline();
    const { results } = parseSnapshots(await readFile(path.join(root, SNAPSHOTS), 'utf8'));
    expect(results['id1']?.result).toBe('1');
  });

  it('[CTX-02] sets a case aside whose result holds a secret, before anything is locked', async () => {
    const [start, rest] = ['sk_live_', '4eC39HqLyjWDarjtT1zdp7dc'];
    await legacy(`if (n === 2) return { key: '${start}' + '${rest}' }.key; ${SIGN}`);
    const made = await baseline();
    expect(made).toMatchObject({ recorded: 4, kept: 3 });
    expect(made.quarantined).toContainEqual({ name: 'sign(2)', why: 'its result holds a secret' });
    const text = await readFile(path.join(root, SNAPSHOTS), 'utf8');
    expect(text).not.toContain(rest);
    expect(JSON.stringify(made)).not.toContain(rest);
    expect(Object.keys(parseSnapshots(text).results)).toEqual(['id-1', 'id0', 'id1']);
    expect((await rerun(made)).report.counts).toMatchObject({ total: 3, passed: 3 });
  });

  it('[TST-01] tells of which exports no recorded call gives a value', async () => {
    await legacy('return n < 0 ? undefined : undefined;');
    expect((await baseline()).gaps).toEqual([{ name: 'sign', why: 'each of its 4 recorded calls throws' }]);
    await legacy(SIGN);
    expect((await baseline()).gaps).toEqual([]);
  });

  it('[TST-04] tells how long a whole run takes, with the loading of the package, for the limit of later runs', async () => {
    await legacy(SIGN);
    await appendFile(path.join(root, 'index.js'), 'for (const end = Date.now() + 400; Date.now() < end; );');
    expect((await baseline()).runMs).toBeGreaterThanOrEqual(400);
  });

  it('[TST-01] reports the coverage of the legacy code', async () => {
    await legacy(`if (n > 100) return 'large'; ${SIGN}`);
    const { coverage } = await baseline();
    expect(coverage.branches).toEqual({ covered: 5, total: 6 });
    expect(coverage.functions).toEqual({ covered: 1, total: 1 });
  });

  it('refuses to write outside of its folder', async () => {
    await legacy(SIGN);
    const outside = [{ path: '.iama/tests/../../escape.js', text: '' }];
    await expect(recordBaseline({ ...options(), testFiles: outside, modules: [] })).rejects.toThrow(
      'below .iama/tests',
    );
  });
});

describe('runLockedTests', () => {
  it('[TST-02] rejects changed, removed and added test files, and links', async () => {
    await legacy(SIGN);
    const made = await baseline();
    const rejected = async (): Promise<readonly string[]> => {
      const error: unknown = await rerun(made).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(TestsWeakened);
      return error instanceof TestsWeakened ? error.paths : [];
    };
    const extra = path.join(root, '.iama/tests/extra.mjs');
    await writeFile(extra, '');
    expect(await rejected()).toEqual(['.iama/tests/extra.mjs']);
    await rm(extra);
    await appendFile(path.join(root, SNAPSHOTS), ' ');
    expect(await rejected()).toEqual([SNAPSHOTS]);
    await rm(path.join(root, SNAPSHOTS));
    expect(await rejected()).toEqual([SNAPSHOTS]);
    await mkdir(path.join(root, 'elsewhere'));
    await symlink(path.join(root, 'index.js'), path.join(root, SNAPSHOTS));
    expect(await rejected()).toEqual([SNAPSHOTS]);
  });

  it('[TST-02] rejects a lock that names nothing', async () => {
    await legacy(SIGN);
    const made = await baseline();
    await expect(rerun({ ...made, lockedHashes: {} })).rejects.toMatchObject({ code: 'TESTS_WEAKENED' });
  });

  it('[TST-02] rejects code that changes the locked results while it is tested', async () => {
    await legacy(SIGN);
    const made = await baseline();
    await writeFile(
      path.join(root, 'index.js'),
      `require('node:fs').appendFileSync(__dirname + '/${TEST_FILE}', '\\n'); module.exports = (n) => Math.sign(n);`,
    );
    await expect(rerun(made)).rejects.toBeInstanceOf(TestsWeakened);
  });

  it('[TST-01] passes equal behaviour, names what differs, and does not believe an early exit', async () => {
    await legacy(SIGN);
    const made = await baseline();
    await legacy('return Math.sign(n);');
    expect((await rerun(made)).report.counts).toMatchObject({ total: 4, passed: 4 });
    await legacy('return n < 0 ? -1 : 1;');
    const { report } = await rerun(made);
    expect(report.tests.filter((test) => test.status === 'FAILED').map((test) => test.name)).toEqual([
      'sign(0)',
    ]);
    await legacy('process.exit(0);');
    expect((await rerun(made)).report.counts.failed).toBe(1);
  });

  it('[TST-04] tells a run that does not end from a wrong result', async () => {
    await legacy(SIGN);
    const made = await baseline();
    await legacy('for (;;) {}');
    const { report } = await rerun(made, { timeoutMs: 500 });
    expect(report.counts).toMatchObject({ timedOut: 1, failed: 0 });
  });

  it('[TST-04] leaves out the tests that were set aside, by their whole name, and no others', async () => {
    await legacy(SIGN);
    const made = await baseline();
    await legacy('return n < 0 ? -1 : 1;');
    const { report } = await rerun(made, { quarantined: ['sign(0)'] });
    expect(report.counts).toMatchObject({ total: 4, passed: 3, skipped: 1 });
    await legacy('return 0;');
    expect((await rerun(made, { quarantined: ['sign(1)'] })).report.counts).toMatchObject({
      passed: 1,
      failed: 2,
      skipped: 1,
    });
    expect((await rerun(made, { quarantined: ['sign('] })).report.counts.failed).toBe(3);
  });
});
