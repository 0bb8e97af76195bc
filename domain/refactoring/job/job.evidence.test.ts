import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { isRejection } from '../../kernel/rejection.ts';
import { specificationFor } from '../../kernel/specification.ts';
import { upcast } from '../../kernel/upcasting.ts';
import { expectUpload } from './decide/executions.ts';
import type { BaselineOverridden, JobEvent } from './events.ts';
import type { ExecutionOutcome } from './execution-outcome.ts';
import { job } from './job.ts';
import { ask } from './testing/ask.ts';
import { givenWith, types, why } from './testing/given.ts';
import * as at from './testing/journey.ts';
import { artifact, base, counts, edit, locked, outcomes, testFailed } from './testing/samples.ts';
import { JOB_UPCASTERS } from './upcasters.ts';
import type { ArtifactRef, EditOperation } from './values.ts';

const given = givenWith(deepStrictEqual);

/** An event as it is read that was stored before there were versions. */
const ofVersion1 = (type: JobEvent['type'], data: Readonly<Record<string, unknown>>): JobEvent =>
  ({ type, data: upcast(new Map(JOB_UPCASTERS), type, 1, data) }) as JobEvent;

const testing = (journey = at.refactoring()): at.Journey => {
  journey.does(ask.attempt());
  journey.does(ask.patch(0));
  journey.does(ask.claim('e-0'));
  return journey;
};

describe('a run compared with the baseline', () => {
  const passing = (passed: number): ExecutionOutcome => ({
    ...outcomes.testPassed,
    counts: { ...counts, total: passed, passed },
  });

  it('[TST-02] is no success with fewer tests than were locked, though all of them passed', () => {
    const journey = testing();
    const events = journey.does(ask.report('e-0', passing(2)));
    expect(types(events)).toEqual(['ExecutionReported', 'PatchRejected']);
    expect(events[1]).toMatchObject({ data: { failureClass: 'TESTS_WEAKENED', attempt: 0 } });
    expect(journey.state.status).toBe('REFACTORING');
  });

  it('[TST-02] is a success with as many tests, or more', () => {
    for (const passed of [3, 4])
      expect(types(testing().does(ask.report('e-0', passing(passed))))).toEqual([
        'ExecutionReported',
        'TestsPassed',
      ]);
  });

  it('[TST-02] fails a baseline of which no test ran', () => {
    const journey = at.baseline();
    const events = journey.claimAndReport('e-baseline', { ...outcomes.baselinePassed, tests: 0 });
    expect(types(events)).toEqual(['ExecutionReported', 'BaselineFailed']);
  });

  it('[TST-02][ES-08] is not compared where the baseline was recorded before its tests were counted', () => {
    const journey = at.refactoring();
    const old = journey.events.map((event): JobEvent => {
      if (event.type !== 'BaselinePassed') return event;
      const { tests: _tests, ...data } = event.data;
      return ofVersion1('BaselinePassed', data);
    });
    const before = new at.Journey();
    before.events.push(...old);
    before.state = old.reduce(job.evolve, job.initialState());
    expect(types(testing(before).does(ask.report('e-0', passing(1))))).toContain('TestsPassed');
  });
});

describe('an overridden baseline', () => {
  const recorded = {
    ...outcomes.baselineFailed,
    lockedHashes: locked,
    tests: 2,
  } satisfies ExecutionOutcome;
  const override = {
    type: 'OverrideBaseline',
    data: { ...why, quarantined: ['a'], mocks: [], why: 'known' },
  } as const;

  const overridden = (outcome: ExecutionOutcome): at.Journey => {
    const journey = at.baseline();
    journey.claimAndReport('e-baseline', outcome);
    journey.does(override);
    return journey;
  };

  it('[TST-02] keeps what the failed one recorded, marked as overridden', () => {
    const journey = at.baseline();
    journey.claimAndReport('e-baseline', recorded);
    const kept = { report: artifact('BASELINE_REPORT'), lockedHashes: locked, tests: 2 };
    given(journey)
      .when(override)
      .then({ type: 'BaselineOverridden', data: { ...override.data, kept } });
  });

  it('[TST-02] still rejects other tests, and fewer of them', () => {
    for (const outcome of [
      testFailed('x', {}),
      { ...outcomes.testPassed, counts: { ...counts, total: 1, passed: 1 } },
    ])
      expect(testing(overridden(recorded)).does(ask.report('e-0', outcome))).toMatchObject([
        { type: 'ExecutionReported', data: { outcome: 'REJECTED', code: 'TESTS_WEAKENED' } },
        { type: 'PatchRejected' },
      ]);
  });

  it('[TST-02] gives the recorded results along with the patch', () => {
    const journey = overridden(recorded);
    journey.does(ask.attempt());
    expect(journey.does(ask.patch(0)).at(-1)).toMatchObject({
      type: 'ExecutionRequested',
      data: { lockedHashes: locked, artifacts: expect.arrayContaining([artifact('BASELINE_REPORT')]) },
    });
  });

  it('[TST-02] locks nothing where nothing was recorded, and keeps the report of the run', () => {
    const report = artifact('TEST_REPORT');
    const journey = overridden({ ...outcomes.baselineFailed, report });
    expect(
      journey.events.find((event): event is BaselineOverridden => event.type === 'BaselineOverridden'),
    ).toMatchObject({
      data: { kept: { report, lockedHashes: null, tests: 0 } },
    });
    journey.does(ask.attempt());
    const asked = journey.does(ask.patch(0)).at(-1);
    expect(asked).toMatchObject({ data: { lockedHashes: {} } });
    expect(asked).not.toMatchObject({ data: { artifacts: expect.arrayContaining([report]) } });
  });

  it('[TST-02][ES-08] is read as before where the event says nothing of what was kept', () => {
    const journey = at.baselineFailed();
    const old = ofVersion1('BaselineOverridden', override.data);
    const state = job.evolve(journey.state, old);
    expect(state).toMatchObject({
      status: 'REFACTORING',
      baseline: { report: null, lockedHashes: null, tests: 0 },
    });
  });
});

describe('edits of a patch', () => {
  const reported = (edits: readonly EditOperation[]): readonly JobEvent[] =>
    testing().does(ask.report('e-0', { ...outcomes.testPassed, edits }));

  it('[EXE-06] are told before what they led to, also of a patch that did not apply', () => {
    expect(reported([edit])).toMatchObject([
      { type: 'ExecutionReported' },
      {
        type: 'PatchEditsReported',
        data: { ...base, executionId: 'e-0', attempt: 0, first: 0, edits: [edit] },
      },
      { type: 'TestsPassed' },
    ]);
    const failed = testing().does(ask.report('e-0', { ...outcomes.rejected, edits: [edit] }));
    expect(types(failed)).toEqual(['ExecutionReported', 'PatchEditsReported', 'PatchRejected']);
  });

  it('[EXE-06] of a large patch are told in several events that fit, each edit once and in order', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => ({
      ...edit,
      path: `${'p'.repeat(200)}/${index}.js`,
    }));
    const parts = reported(many).filter((event) => event.type === 'PatchEditsReported');
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.flatMap(({ data }) => data.edits)).toEqual(many);
    expect(parts.map(({ data }) => data.first)).toEqual(
      parts.map((_part, index) =>
        parts.slice(0, index).reduce((sum, { data }) => sum + data.edits.length, 0),
      ),
    );
    for (const part of parts) expect(JSON.stringify(part.data).length).toBeLessThan(65_000);
  });
});

describe('an upload', () => {
  const codeOf = (journey: at.Journey, kind: ArtifactRef['kind'], executionId = 'e-0'): string | null => {
    try {
      expectUpload(journey.state, { executionId, kind });
      return null;
    } catch (error) {
      if (isRejection(error)) return error.code;
      throw error;
    }
  };

  it('[EXE-01] is taken only for work that is open and claimed, and of a kind that the work makes', () => {
    const journey = testing();
    expect(codeOf(journey, 'TEST_REPORT')).toBeNull();
    expect(codeOf(journey, 'DELIVERY')).toBeNull();
    expect(codeOf(journey, 'CONTEXT')).toBe('ARTIFACT_KIND_MISMATCH');
    expect(codeOf(journey, 'TEST_REPORT', 'other')).toBe('EXECUTION_NOT_OPEN');
    journey.does({ type: 'CancelJob', data: why });
    expect(codeOf(journey, 'TEST_REPORT')).toBe('EXECUTION_NOT_OPEN');
    const first = at.baseline();
    expect(codeOf(first, 'BASELINE_REPORT', 'e-baseline')).toBe('EXECUTION_NOT_CLAIMED');
    first.does(ask.claim('e-baseline'));
    const kinds = ['BASELINE_REPORT', 'TEST_REPORT', 'DELIVERY'] as const;
    expect(kinds.map((kind) => codeOf(first, kind, 'e-baseline'))).toEqual([
      null,
      null,
      'ARTIFACT_KIND_MISMATCH',
    ]);
  });
});

describe('a selection', () => {
  it('[DEL-02] is refused when it names what the delivery does not have', () => {
    given(at.delivered())
      .when({
        type: 'AcceptDelivery',
        data: { ...why, selection: { files: ['no.js'], hunks: ['h-1'] }, unknown: ['no.js', 'h-1'] },
      })
      .thenRejected('SELECTION_UNKNOWN', { names: ['no.js', 'h-1'] });
  });
});

describe('a context', () => {
  it('[JOB-02][ES-08] whose event holds the hashes themselves is read as before', () => {
    const [requested] = at.pending().events;
    if (requested === undefined) throw new Error('a request expected');
    const stored = { ...base, context: artifact('CONTEXT'), files: 1, bytes: 10 };
    const old = ofVersion1('ContextAttached', { ...stored, baseHashes: { 'index.js': 'b' } });
    expect(old.data).toEqual({ ...stored, baseManifest: null });
    specificationFor(job, deepStrictEqual)(requested, old).when(ask.attach()).thenNothing();
    expect([requested, old].reduce(job.evolve, job.initialState())).toMatchObject({
      context: { artifact: artifact('CONTEXT') },
    });
  });
});
