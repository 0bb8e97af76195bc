import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UsageEntry } from '../../domain/billing/usage.ts';
import type { ModelCalled } from '../../domain/refactoring/job/events.ts';
import { call } from '../../domain/refactoring/job/testing/samples.ts';
import { startScript, type WorkerChild } from './testing/child.ts';
import { type Death, STATEMENTS, type Statement } from './testing/metering-process.ts';
import { createWorld, eventually, TEST_TIMINGS, type World } from './testing/world.ts';

const CALLS = 4;

const called = (jobId: string): ModelCalled => ({
  type: 'ModelCalled',
  data: {
    jobId,
    ownerId: 'u',
    at: '2026-11-20T10:00:00.000Z',
    call: call(),
  },
});

const deaths: readonly Death[] = (Object.keys(STATEMENTS) as Statement[]).flatMap((statement) => [
  { statement, when: 'before' },
  { statement, when: 'after' },
]);

describe('metering', () => {
  let world: World;
  const workers: WorkerChild[] = [];
  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(async () => {
    for (const worker of workers) worker.signal('SIGKILL');
    await Promise.all(workers.map(({ gone }) => gone));
    await world.close();
  });

  const start = async (death: Death | null): Promise<WorkerChild> => {
    const { url, directUrl } = world;
    const settings = { url, directUrl, death, timings: TEST_TIMINGS };
    const worker = await startScript('metering-process.ts', settings);
    workers.push(worker);
    return worker;
  };

  it('[ES-12] [BIL-05] [SEC-02] writes every entry once, whatever statement was the last of its worker', async () => {
    for (const [index, death] of deaths.entries()) {
      const worker = await start(death);
      for (let n = 0; n < CALLS; n += 1) await world.append(`job-${index}`, called(`${index}`));
      const reached = Promise.race([
        worker.gone.then(() => true),
        eventually(() => false).catch(() => false),
      ]);
      expect(await reached, `${death.when} ${death.statement}`).toBe(true);
    }
    await start(null);
    const entries = async (): Promise<readonly string[]> => {
      const { events } = await world.log.read('usage-u', { maxCount: 1_000 });
      return events.map(({ data }) => (data as UsageEntry).entryKey);
    };
    const idle = async (table: string): Promise<boolean> =>
      (await world.pool.query(`select from ${table}`)).rowCount === 0;
    await eventually(async () => (await entries()).length >= deaths.length * CALLS, 30_000);
    await world.caughtUp('usage-metering');
    await eventually(() => idle('runtime.process_commands'));
    await eventually(() => idle('graphile_worker.jobs'));
    const expected = deaths.flatMap((_, index) => [1, 2, 3, 4].map((ordinal) => `${index}:L0:0:${ordinal}`));
    expect([...(await entries())].sort()).toEqual(expected.sort());
    expect(await idle('runtime.rejected_commands')).toBe(true);
  }, 240_000);
});
