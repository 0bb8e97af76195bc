import { describe, expect, it } from 'vitest';
import { execute } from '../../commands/kernel/execute.ts';
import { recordFailedCall } from '../../commands/refactoring/record-failed-call.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import { jobStream } from '../../domain/refactoring/job/job.ts';
import * as at from '../../domain/refactoring/job/testing/journey.ts';
import { AT, call, JOB } from '../../domain/refactoring/job/testing/samples.ts';
import type { ModelCall } from '../../domain/refactoring/job/values.ts';
import { openMemoryEventLog } from '../event-store/memory/memory-event-log.ts';
import { testContext } from '../runtime/testing/world.ts';

/** A job under way; a call of it is told of with this outcome. */
const started = async () => {
  const log = openMemoryEventLog();
  const { events } = at.refactoring();
  const appends = [{ streamName: jobStream(JOB), events, expectedStreamVersion: 0n }];
  await log.append(appends, { context: testContext() });
  const tell = (outcome: ModelCall['outcome'], store: StreamStore = log) => {
    const data = { jobId: JOB, at: AT, call: { ...call(), outcome, callKey: 'k' } };
    return execute(
      recordFailedCall,
      { type: 'RecordFailedCall', data },
      store,
      {},
      { context: testContext() },
    );
  };
  const told = async () =>
    (await log.read<JobEvent>(jobStream(JOB))).events.flatMap(({ type, data }) =>
      type === 'ModelCalled' && data.call.callKey === 'k' ? [data.call.outcome] : [],
    );
  return { log, tell, told };
};

describe('a call that is told of as lost', () => {
  it('[BIL-05] is not, where its end is told in the moment before, whichever read that falls behind', async () => {
    for (const moment of [1, 2]) {
      const { log, tell, told } = await started();
      let reads = 0;
      const racing: StreamStore = {
        ...log,
        async read(...asked) {
          const read = await log.read(...asked);
          reads += 1;
          if (reads === moment) await tell('HALTED');
          return read as never;
        },
      };
      await tell('LOST', racing);
      expect(await told()).toEqual(['HALTED']);
    }
  });

  it('[BIL-05] is told of once, and one that failed as often as it fails', async () => {
    const { tell, told } = await started();
    await tell('LOST');
    await tell('LOST');
    expect(await told()).toEqual(['LOST']);
    await tell('INFRA_FAILURE');
    expect(await told()).toEqual(['LOST', 'INFRA_FAILURE']);
  });
});
