import { describe, expect, it } from 'vitest';
import { lineOf, type Row, totalLine, totalsOf } from './row.ts';
import type { RunSummary } from './summary.ts';
import type { Verdict } from './verify.ts';

const summary: RunSummary = {
  job_id: 'j',
  status: 'DELIVERED',
  accepted_conditions: [],
  tests: { recorded: 40, kept: 39, quarantined: 1 },
  coverage: { branches: { covered: 9, total: 12 } },
  strict_errors: 0,
  any_positions: 1,
  annotated_positions: 8,
  events: 60,
};
const verdict: Verdict = {
  wrong: [],
  strictErrors: 0,
  calls: 700,
  accepted: 0,
  documented: 3,
  shipped: 0,
  ownTests: 'none',
};
const row = (change: Partial<Row> = {}): Row => ({
  name: 'ms',
  status: 'DELIVERED',
  reason: null,
  seconds: 12.5,
  summary,
  verdict,
  said: '',
  ...change,
});

describe('what the acceptance run prints of a package', () => {
  it('counts the calls that are otherwise in strict mode where that was accepted, and only there', () => {
    expect(lineOf(row({ verdict: { ...verdict, accepted: 4 } }))).toContain(
      '4 of them otherwise in strict mode',
    );
    expect(lineOf(row())).not.toContain('strict mode');
  });

  it('names what is wrong first of all, and counts the errors that it found itself', () => {
    const line = lineOf(row({ verdict: { ...verdict, strictErrors: 2, wrong: ['tsc --strict: TS7006'] } }));
    expect(line).toContain('WRONG tsc --strict: TS7006');
    expect(line).toContain('strict errors 2');
  });

  it('shows tests, coverage, strict errors, the share of any and what became of own tests', () => {
    expect(lineOf(row())).toBe(
      'ms                       DELIVERED  12.5 s  tests 40 recorded, 39 kept  branches 9 of 12 (75.0%)  strict errors 0  ' +
        'any 1 of 8 (12.5%)  own tests: none shipped  700 calls compared  3 documented calls typed',
    );
    const told = (change: Partial<Verdict>) => lineOf(row({ verdict: { ...verdict, ...change } }));
    expect(told({ shipped: 4, ownTests: 'passed' })).toContain('own tests: passed');
    expect(told({ shipped: 4 })).toContain('own tests: 4 files shipped, not run');
  });

  it('says why nothing was delivered, and claims no look at it', () => {
    const line = lineOf(row({ status: 'FAILED', reason: 'It uses with.', verdict: null }));
    expect(line).toContain('It uses with.');
    expect(line).not.toContain('own tests');
    expect(lineOf(row({ status: 'NO_SUMMARY', summary: null, verdict: null, said: 'no disk' }))).toContain(
      'no disk',
    );
  });

  it('adds up what was delivered only', () => {
    const rows = [row(), row({ name: 'vary', status: 'FAILED', verdict: null }), row({ name: 'bytes' })];
    expect(totalLine(totalsOf(rows))).toBe(
      '2 of 3 delivered, 0 wrong; tests 80 recorded, 78 kept; branches 18 of 24 (75.0%); strict errors 0; any in 2 of 16 (12.5%) positions',
    );
  });
});
