import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countTests, failureFingerprint, type TestReport, type TestResult } from './test-report.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const failed = (change: Partial<TestResult> = {}): TestResult => ({
  name: 'ms("2 days") → 172800000',
  status: 'FAILED',
  errorClass: 'AssertionError',
  location: 'index.js:10:5',
  excerpt: 'expected 1, got 2',
  durationMs: 3,
  ...change,
});

const report = (...tests: readonly TestResult[]): TestReport => ({ tests, counts: countTests(tests) });
const fingerprint = (...tests: readonly TestResult[]): string => failureFingerprint(report(...tests), sha256);

describe('failureFingerprint', () => {
  it('[TST-03] tells apart other tests, other error classes and other files', () => {
    const base = fingerprint(failed());
    expect(fingerprint(failed({ name: 'ms("1 day") → 86400000' }))).not.toBe(base);
    expect(fingerprint(failed({ errorClass: 'TypeError' }))).not.toBe(base);
    expect(fingerprint(failed({ location: 'lib/parse.js:10:5' }))).not.toBe(base);
    expect(fingerprint(failed(), failed({ name: 'another' }))).not.toBe(base);
    expect(fingerprint()).not.toBe(base);
  });

  it('[TST-03] keeps the numbers of a name that are inputs, not timings', () => {
    expect(fingerprint(failed({ name: 'ms(60000)' }))).not.toBe(fingerprint(failed({ name: 'ms(60001)' })));
    expect(fingerprint(failed({ name: "ms('12ms')" }))).not.toBe(fingerprint(failed({ name: "ms('13ms')" })));
  });

  it('[TST-03] does not change with lines, order, durations, excerpts, temp folders and addresses', () => {
    const lines = fc.nat({ max: 10_000 });
    const folder = fc.stringMatching(/^[a-z0-9]{4,10}$/);
    const address = fc.integer({ min: 0x100000, max: 0xffffffff }).map((n) => `0x${n.toString(16)}`);
    fc.assert(
      fc.property(
        lines,
        lines,
        folder,
        address,
        fc.double({ min: 0, max: 1e5, noNaN: true }),
        fc.string(),
        (line, column, temp, pointer, ms, excerpt) => {
          const first = [
            failed({ location: 'index.js:10:5' }),
            failed({
              name: 'reads /tmp/a1/b2/file.txt at 0x7ffee0 in 12ms',
              status: 'TIMEOUT',
              location: '/tmp/one/x.js:1:1',
            }),
          ];
          const second = [
            failed({
              name: `reads /tmp/${temp}/b2/file.txt at ${pointer} in ${Math.round(ms)}ms`,
              status: 'TIMEOUT',
              location: `/tmp/${temp}/x.js:${line}:${column}`,
              durationMs: ms,
            }),
            failed({ location: `index.js:${line}:${column}`, durationMs: ms, excerpt }),
            failed({ name: 'passes', status: 'PASSED', errorClass: null, location: null }),
          ];
          expect(fingerprint(...second)).toBe(fingerprint(...first));
        },
      ),
    );
  });
});
