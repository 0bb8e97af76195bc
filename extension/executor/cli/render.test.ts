import { describe, expect, it } from 'vitest';
import type { DeliveryView, JobView } from '../api/wire.ts';
import { afterwards, noDelivery, proofOf, proposalCard, spent, stateName, timelineLine } from './render.ts';

describe('what the person reads', () => {
  it('[SPC-01] [JOB-10] shows a strategy in simple or in professional words', () => {
    const proposal = {
      proposal_id: 'p',
      strategy: 'STANDARD' as const,
      title: 'Types everywhere',
      simple: 'In plain words.',
      professional: 'In exact words.',
      files_touched: ['index.js'],
      risk: 2,
      breaking_surface: ['deep imports'],
      dependency_compatibility: [],
      complexity: { files: 1, lines: 10, functions: 2, branches: 1 },
      credits: { estimate: 0, low: 0, high: 0 },
    };
    expect(proposalCard(proposal, 2, 'SIMPLE')).toBe(
      '2  standard: Types everywhere\n   In plain words.\n   risk [##...]   1 file   free',
    );
    const exact = proposalCard(
      { ...proposal, credits: { estimate: 1_500_000, low: 1_000_000, high: 2_000_000 } },
      2,
      'PROFESSIONAL',
    );
    expect(exact).toContain('In exact words.');
    expect(exact).toContain('about 1.50 credits (1 to 2)');
    expect(exact).toContain('may break: deep imports');
  });

  it('[BIL-08] says how much of its budget a job has used, and that it asks at its end', () => {
    const line = (data: unknown) =>
      timelineLine({ id: null, event: 'budget_warning', data: JSON.stringify(data) }, () => false);
    expect(line({ threshold: 75, spent: 7_500_000, limit: 10_000_000 })).toBe(
      '75% of what this job may spend is used: 7.50 of 10 credits.',
    );
    expect(line({ deadline_at: 'd' })).toBe('The next step could cost more than this job may still spend.');
  });

  it('[EXE-07] says what is left to do in the project: nothing, what is installed, and what is built', () => {
    const file = (to: string, diff: string): DeliveryView =>
      ({ files: [{ to, diff }] }) as unknown as DeliveryView;
    expect(afterwards(file('index.ts', '+"npm run build"'))).toBe(null);
    const installed = afterwards(
      file('package.json', '@@\n+    "typescript": "6.0.3"\n     "x": "npm run build"\n'),
    );
    expect(installed).toBe('package.json has changed: npm install brings what it names now.');
    for (const script of ['build', 'compile'])
      expect(afterwards(file('package.json', `@@\n+    "prepack": "npm run ${script} && tidy",\n`))).toBe(
        `package.json has changed: npm install brings what it names now, and npm run ${script} writes the JavaScript beside the TypeScript.`,
      );
  });

  it('[EXE-07] says in words why there is no delivery, each reason once', () => {
    const view = { status: 'FAILED' as const, failure_class: null, reasons: [] };
    expect(noDelivery({ ...view, failure_class: 'USER_CANCELLED' })).toBe(
      'No delivery: you cancelled the job.',
    );
    const low = {
      code: 'BASELINE_FAILED',
      path: null,
      line: null,
      reason: 'COVERAGE_TOO_LOW: it reaches too little',
    };
    expect(noDelivery({ ...view, reasons: [low, low] })).toBe('No delivery: it reaches too little');
    const here = { code: 'WITH', path: 'index.js', line: 2, reason: 'It uses with.' };
    expect(noDelivery({ ...view, reasons: [low, here] })).toBe(
      'No delivery:\n  it reaches too little\n  index.js:2: It uses with.',
    );
    const bare = { code: 'NO_PACKAGE_JSON', path: null, line: null, reason: 'There is no package.json.' };
    expect(noDelivery({ ...view, reasons: [bare] })).toContain(
      'There is no package.json. Give the folder that',
    );
  });

  it('[JOB-06] has a line for what matters, and none for its own log lines coming back', () => {
    const line = (event: string, data: unknown) =>
      timelineLine({ id: null, event, data: JSON.stringify(data) }, (id) => id === 'mine');
    expect(line('state_change', { status: 'REFACTORING', delivery_phase: null })).toBe('Refactoring.');
    expect(line('state_change', { status: 'DELIVERED', delivery_phase: 'APPLIED' })).toBe(
      'Applied to your files.',
    );
    expect(line('log_line', { execution_id: 'mine', line: 'x' })).toBe(null);
    expect(line('log_line', { execution_id: 'other', line: 'x' })).toBe('  x');
    expect(line('attempt_start', { attempt: 0, model_class: 'L0' })).toContain('costs nothing');
    expect(line('attempt_start', { attempt: 1, model_class: 'L1' })).toBe('Repair 1, up to model class L1.');
    expect(line('attempt_end', { outcome: 'PASSED' })).toBe(null);
    expect(
      line('attempt_end', { outcome: 'REJECTED', failure_class: 'REFUSED', reason: 'no recipe' }),
    ).toContain('no recipe');
    expect(line('artifact_ready', {})).toBe(null);
    expect(line('heartbeat_status', { heartbeat_status: 'GRACE' })).toContain('has not heard');
    expect(line('heartbeat_status', { heartbeat_status: 'ALIVE' })).toContain(
      'hears from this machine again',
    );
  });

  it('[DEL-01] says what guarded a change after an overridden baseline, and why it failed', () => {
    const counts = { total: 4, passed: 4, failed: 0, timed_out: 0, skipped: 0, strict_errors: 0 };
    const override = {
      by: 'ada',
      at: '2026-11-21T00:00:00.000Z',
      why: 'Chosen at the prompt.',
      quarantined: [],
      mocks: [],
      reason: 'COVERAGE_TOO_LOW: it reaches too little',
      failing_tests: [],
      report_artifact_id: null,
      mode: 'CHARACTERISATION',
      locked_files: 0,
      tests: 0,
    };
    const proof = (more: Partial<Pick<DeliveryView, 'override' | 'tests'>>): string =>
      proofOf({ baseline: null, tests: counts, override, ...more } as DeliveryView);
    expect(proof({ override: { ...override, tests: 3 } })).toBe(
      'No type error under --strict. 4 of 4 tests pass; only 3 recorded tests guard this change, because the baseline was overridden (it reaches too little).',
    );
    expect(proof({ tests: { ...counts, total: 0, passed: 0 } })).toContain(
      'No test was run; no recorded behaviour guards this change',
    );
  });

  it('[DEL-01] says what guards a change, of one and of many', () => {
    const tests = { total: 1, passed: 1, failed: 0, timed_out: 0, skipped: 0, strict_errors: 0 };
    const coverage = { branches: { covered: 3, total: 4 } };
    const proof = (kept: number, mode = 'CHARACTERISATION'): string =>
      proofOf({ tests, override: null, baseline: { kept, coverage, mode } } as unknown as DeliveryView);
    expect(proof(1)).toContain(
      '1 recorded behaviour of the old code still holds, reaching 75% of the branches.',
    );
    expect(proof(2)).toContain('2 recorded behaviours of the old code still hold, reaching');
    expect(proof(2, 'ASSERTION')).toContain("2 of the project's own tests still pass, reaching 75%");
  });

  it('[EXE-07] names the state of a job for a list', () => {
    const name = (status: JobView['status'], delivery_phase: JobView['delivery_phase'] = null): string =>
      stateName({ status, delivery_phase });
    expect([name('BASELINE_VALIDATION'), name('DELIVERED', 'APPLIED')]).toEqual([
      'baseline validation',
      'applied',
    ]);
  });

  it('[DEL-01] says what a job spent', () => {
    const spend = (model_calls: number, tokens: number, micro_credits: number): string =>
      spent({ spend: { model_calls, tokens, micro_credits } });
    expect(spend(4, 0, 0)).toBe('Spent: nothing. No model was asked.');
    expect(spend(1, 1200, 0)).toBe('Spent: 1 model call, 1200 tokens; nothing is charged yet.');
    expect(spend(2, 3000, 1_500_000)).toBe('Spent: 2 model calls, 3000 tokens; 1.50 credits are charged.');
  });
});
