import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_EXCERPT, parseNodeTestReport, type RunEnd } from './node-test-report.ts';
import { DEFAULT_REPORTER } from './run-tests.ts';
import { realProcess } from './testing/real-process.ts';

const ended: RunEnd = { exitCode: 0, timedOut: false, stderr: '' };
const line = (data: object): string => `${JSON.stringify(data)}\n`;
const pass = (name: string): string =>
  line({ type: 'pass', name, nesting: 0, suite: false, skipped: false, todo: false, durationMs: 1 });
const END = line({ type: 'end', success: true });

describe('parseNodeTestReport', () => {
  it('[EXE-05] does not believe a run that was cut short, lost tests or failed outside of its tests', () => {
    const cut = parseNodeTestReport(pass('a'), '/w', ended);
    expect(cut.tests.at(-1)).toMatchObject({ status: 'FAILED', errorClass: 'RunCutShort' });
    const lost = parseNodeTestReport(pass('a') + END, '/w', ended, 2);
    expect(lost.tests.at(-1)).toMatchObject({ status: 'FAILED', errorClass: 'TestsMissing' });
    const crashed = parseNodeTestReport(pass('a') + END, '/w', { ...ended, exitCode: 7, stderr: 'boom' });
    expect(crashed.tests.at(-1)).toMatchObject({
      status: 'FAILED',
      errorClass: 'RunFailed',
      excerpt: 'boom',
    });
    expect(parseNodeTestReport('', '/w', ended).counts).toMatchObject({ passed: 0, failed: 1 });
  });

  it('[EXE-05] [TST-04] reports a killed run as a timeout, not as a failure', () => {
    const report = parseNodeTestReport(pass('a'), '/w', { exitCode: null, timedOut: true, stderr: '' });
    expect(report.counts).toMatchObject({ passed: 1, failed: 0, timedOut: 1 });
  });

  it('[EXE-05] counts what fails in a hook of a suite, beside its tests', () => {
    const suite = (failureType: string): string =>
      line({
        ...{ type: 'fail', name: 'group', nesting: 0, suite: true, skipped: false, todo: false },
        error: { failureType, name: 'AssertionError' },
      });
    const named = (text: string) =>
      parseNodeTestReport(text + END, '/w', { ...ended, exitCode: 1 }).tests.map(({ name, status }) => [
        name,
        status,
      ]);
    const failing = pass('b').replace('"pass"', '"fail"');
    const known = [
      ['a', 'PASSED'],
      ['b', 'FAILED'],
    ];
    expect(named(pass('a') + failing + suite('hookFailed'))).toEqual([...known, ['group', 'FAILED']]);
    expect(named(pass('a') + failing + suite('subtestsFailed'))).toEqual(known);
  });

  it('[EXE-05] survives any text', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.json(), fc.constant(pass('ok')))), (lines) => {
        const report = parseNodeTestReport(lines.join('\n'), '/w', ended);
        expect(report.counts.failed).toBeGreaterThan(0);
      }),
    );
  });

  it('[EXE-05] caps the excerpt', () => {
    const text = line({
      type: 'fail',
      name: 'a',
      nesting: 0,
      suite: false,
      skipped: false,
      todo: false,
      error: { name: 'Error', message: 'x'.repeat(10_000) },
    });
    const [test] = parseNodeTestReport(text + END, '/w', { ...ended, exitCode: 1 }).tests;
    expect(test?.excerpt).toHaveLength(MAX_EXCERPT);
  });
});

describe('the reporter in a real node:test run', () => {
  let root = '';
  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'iama-report-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('[EXE-05] gives names, status, error class, location inside the workspace, excerpt and duration', async () => {
    const source = [
      `import assert from 'node:assert/strict';`,
      `import test, { describe } from 'node:test';`,
      `test('passes', () => {});`,
      `test('differs', () => assert.equal(1, 2));`,
      `test('slow', { timeout: 20 }, () => new Promise((resolve) => setTimeout(resolve, 400)));`,
      `test('left out', { skip: true }, () => {});`,
      `describe('group', () => { test('inner', () => { throw new TypeError('bad type'); }); });`,
    ].join('\n');
    await writeFile(path.join(root, 'a.test.mjs'), source);
    const out = path.join(root, 'report.jsonl');
    const run = await realProcess(
      process.execPath,
      [`--test-reporter=${DEFAULT_REPORTER}`, `--test-reporter-destination=${out}`, 'a.test.mjs'],
      { cwd: root, env: {}, timeoutMs: 20_000, maxOutputBytes: 100_000 },
    );
    const report = parseNodeTestReport(await readFile(out, 'utf8'), root, run);
    expect(report.counts).toEqual({ total: 5, passed: 1, failed: 2, timedOut: 1, skipped: 1 });
    const byName = new Map(report.tests.map((test) => [test.name, test]));
    expect(byName.get('differs')).toMatchObject({ status: 'FAILED', errorClass: 'AssertionError' });
    expect(byName.get('differs')?.location).toMatch(/^a\.test\.mjs:4:\d+$/);
    expect(byName.get('differs')?.excerpt).not.toContain(root);
    expect(byName.get('slow')).toMatchObject({ status: 'TIMEOUT' });
    expect(byName.get('group > inner')).toMatchObject({ status: 'FAILED', errorClass: 'TypeError' });
    expect(byName.get('group > inner')?.durationMs).toBeGreaterThan(0);
  });
});
