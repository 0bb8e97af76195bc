import { describe, expect, it } from 'vitest';
import type { JobCommand } from './commands.ts';
import { ask } from './testing/ask.ts';
import * as at from './testing/journey.ts';
import { artifact, base, counts, locked, outcomes } from './testing/samples.ts';
import type { DeliverySelection } from './values.ts';

const why = { ...base, by: 'ada' };
const PART = { files: ['index.ts'], hunks: [] };

const accepted = (selection: DeliverySelection): at.Journey => {
  const journey = at.delivered();
  journey.does({ type: 'AcceptDelivery', data: { ...why, selection, unknown: [] } });
  return journey;
};
const apply = (waiveRetest?: boolean): JobCommand => ({
  type: 'ApplyDelivery',
  data: { ...why, executionId: 'e-apply', ...(waiveRetest === undefined ? {} : { waiveRetest }) },
});

describe('a part of a delivery', () => {
  it('[DEL-03] is tested on its own before it is applied, with all that a test needs', () => {
    const [asked] = accepted(PART).does(apply());
    expect(asked).toMatchObject({
      type: 'ExecutionRequested',
      data: {
        kind: 'APPLY',
        selection: PART,
        retest: 'REQUIRED',
        artifacts: [
          artifact('CONTEXT'),
          artifact('DELIVERY'),
          artifact('TEST_PLAN'),
          artifact('BASELINE_REPORT'),
        ],
        lockedHashes: locked,
        timeoutSeconds: 1_020,
      },
    });
  });

  it('[DEL-03] is applied untested where the person waives it, and the log says so', () => {
    const [asked] = accepted(PART).does(apply(true));
    expect(asked).toMatchObject({
      data: { retest: 'WAIVED', artifacts: [artifact('DELIVERY')], lockedHashes: {}, timeoutSeconds: 120 },
    });
  });

  it('[DEL-03] is nothing of the whole delivery, which was tested already', () => {
    for (const waive of [undefined, true]) {
      const [asked] = accepted('ALL').does(apply(waive));
      expect(asked?.data).not.toHaveProperty('retest');
      expect(asked).toMatchObject({ data: { artifacts: [artifact('DELIVERY')], timeoutSeconds: 120 } });
    }
  });

  it('[DEL-03] stays accepted when its tests fail, and can be waived or chosen anew then', () => {
    const journey = accepted(PART);
    journey.does(apply());
    const failed = { ...outcomes.baseConflict, code: 'RETEST_FAILED' as const, files: [] };
    expect(journey.claimAndReport('e-apply', failed)).toMatchObject([
      { type: 'ExecutionReported', data: { outcome: 'FAILED', code: 'RETEST_FAILED' } },
    ]);
    expect(journey.does(apply(true))).toHaveLength(1);
    const again = accepted(PART);
    again.does(apply());
    again.claimAndReport('e-apply', failed);
    again.does({ type: 'AcceptDelivery', data: { ...why, selection: 'ALL', unknown: [] } });
  });

  it('[DEL-03] is recorded with its tests once it is applied', () => {
    const journey = accepted(PART);
    journey.does(apply());
    expect(journey.claimAndReport('e-apply', { ...outcomes.applied, retest: counts }).at(-1)).toMatchObject({
      type: 'DeliveryApplied',
      data: { retest: counts },
    });
  });

  it('[DEL-03] [EXE-01] is tested also when it is asked for again after no report', () => {
    const journey = accepted(PART);
    journey.does(apply());
    expect(journey.does(ask.timeOut('e-apply', 'e-retry')).at(-1)).toMatchObject({
      data: { executionId: 'e-retry', retest: 'REQUIRED', selection: PART },
    });
  });
});
