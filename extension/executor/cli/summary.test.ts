import { describe, expect, it } from 'vitest';
import type { JobEventView, JobView } from '../api/wire.ts';
import { summaryOf } from './summary.ts';

const view = {
  job_id: 'job-1',
  status: 'DELIVERED',
  strategy: 'STANDARD',
  reasons: [],
  spend: { model_calls: 3, tokens: 900, micro_credits: 20 },
} as unknown as JobView;
const TYPES = { strict_errors: 0, any_positions: 1, annotated_positions: 9 };

const event = (type: string, data: object = {}): JobEventView => ({ type, data }) as unknown as JobEventView;
const ratio = { covered: 1, total: 2 };
const passed = event('BaselinePassed', {
  recorded: 4,
  kept: 3,
  quarantined: [{}],
  coverage: { branches: ratio, functions: ratio, lines: ratio },
});
const overridden = (kept: unknown) => event('BaselineOverridden', { why: 'It is small.', kept });

describe('the summary of a job', () => {
  it('[EXE-07] tells of an overridden baseline, and which recorded tests still guarded the work', () => {
    const of = (...events: JobEventView[]) => summaryOf(view, events, TYPES, 1).override;
    expect(of(overridden({ tests: 5 }))).toEqual({ why: 'It is small.', tests: 5 });
    expect(of(overridden(null))).toEqual({ why: 'It is small.', tests: 0 });
    expect(of(overridden(undefined))).toEqual({ why: 'It is small.', tests: 0 });
    // The specification was changed after it, and the next baseline passed.
    expect(of(overridden(null), passed)).toBe(null);
    expect(of()).toBe(null);
  });

  it('[SPC-01] [EXE-07] names the conditions that were accepted', () => {
    const of = (data: object) =>
      summaryOf(view, [event('ProposalSelected', data)], TYPES, 1).accepted_conditions;
    expect(of({ accepted: ['STRICT_MODE'] })).toEqual(['STRICT_MODE']);
    expect(of({})).toEqual([]);
    expect(summaryOf(view, [], TYPES, 1).accepted_conditions).toEqual([]);
  });

  it('[EXE-07] names for scripts why there is no delivery: not that somebody cancelled, where a reason was given for it', () => {
    const of = (more: object) => summaryOf({ ...view, ...more } as JobView, [], TYPES, 1).code;
    const low = {
      code: 'BASELINE_FAILED',
      path: null,
      line: null,
      reason: 'COVERAGE_TOO_LOW: it reaches too little',
    };
    const failed = { status: 'FAILED', failure_class: 'USER_CANCELLED' };
    expect(of({})).toBe(null);
    expect(of({ ...failed, reasons: [low] })).toBe('COVERAGE_TOO_LOW');
    expect(of({ ...failed, reasons: [{ ...low, reason: 'It reaches too little.' }] })).toBe(
      'BASELINE_FAILED',
    );
    expect(of(failed)).toBe('USER_CANCELLED');
    expect(of({ status: 'FAILED', failure_class: 'REFUSED', reasons: [low] })).toBe('REFUSED');
    expect(of({ status: 'FALLBACK_REQUIRED', failure_class: null })).toBe('FALLBACK_REQUIRED');
  });

  it('[EXE-07] tells what was spent, recorded and done', () => {
    const events = [passed, event('DeliveryApplied')];
    expect(summaryOf(view, events, TYPES, 1.26)).toMatchObject({
      spend: view.spend,
      tests: { recorded: 4, kept: 3, quarantined: 1 },
      any_positions: 1,
      events: 2,
      seconds: 1.3,
      applied: true,
      reverted: false,
    });
  });
});
