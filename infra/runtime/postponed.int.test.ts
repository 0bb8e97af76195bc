import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Postponed } from '../../domain/kernel/postponed.ts';
import { answer, answersTo, asking, busOf, isQueueEmpty, orders, place } from './testing/orders.ts';
import { createWorld, eventually, type World } from './testing/world.ts';

/** What is postponed for 20 ms is found by the next look at the queue. */
const timings = { pollMs: 20 };

describe('work that is postponed', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(() => world.close());

  it('[OPS-04] is done again after its time, and counts neither as a failure nor as a death', async () => {
    const attempts: number[] = [];
    let isHalted = true;
    const ask = asking(async (effect, context) => {
      attempts.push(context.attempt);
      if (isHalted) throw new Postponed('halted', 20);
      return [answer(effect.data.orderId, 'yes')];
    });
    await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask], timings });
    await place(world, '1', 'effect');
    // More often than failures (3) or deaths (20) would be borne.
    await eventually(() => attempts.length > 22, 20_000);
    expect(await answersTo(world, '1')).toEqual([]);
    isHalted = false;
    await eventually(async () => (await answersTo(world, '1')).length === 1);
    expect(await answersTo(world, '1')).toEqual(['yes']);
    expect(new Set(attempts)).toEqual(new Set([1]));
    await eventually(() => isQueueEmpty(world));
  });

  it('[JOB-09] [LLM-04] takes of the time of its effect while it waits', async () => {
    let runs = 0;
    let isDown = true;
    const ask = asking(async () => {
      runs += 1;
      if (isDown) throw new Postponed('the breakers of the routes are open', 20);
      return [];
    });
    await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask] });
    await place(world, '1', 'short');
    await eventually(async () => (await answersTo(world, '1')).length === 1);
    expect(await answersTo(world, '1')).toEqual(['late']);
    expect(runs).toBeGreaterThan(2);
    isDown = false;
    await eventually(() => isQueueEmpty(world));
  });

  /** When the time of the one effect is over; milliseconds since 1970. */
  const dueOfLimit = async (): Promise<number | undefined> => {
    const { rows } = await world.pool.query<{ run_at: Date }>(
      `select run_at from graphile_worker.jobs where task_identifier = 'timer'`,
    );
    return rows[0]?.run_at.getTime();
  };
  /** Postponed by its worker, which then stops: between two runs of it, or in the midst of the second. */
  const postponedOnce = async (inTheMidst: boolean): Promise<number> => {
    const again = Promise.withResolvers<void>();
    let runs = 0;
    const ask = asking(async (_, { signal }) => {
      runs += 1;
      if (runs === 1) throw new Postponed('halted', inTheMidst ? 20 : 3_600_000);
      again.resolve();
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    });
    const worker = await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask] });
    await place(world, '1', 'long');
    if (inTheMidst) await again.promise;
    else await eventually(async () => runs === 1 && (await waits()));
    const due = await dueOfLimit();
    await worker.stop(50);
    return due ?? Number.NaN;
  };
  const waits = async (): Promise<boolean> =>
    (
      await world.pool.query(
        `select from graphile_worker.jobs where task_identifier = 'effect:ask' and locked_at is null`,
      )
    ).rowCount === 1;
  /** Runs it with a further worker, of which nothing is known but when it begins. */
  const runAgain = async (): Promise<void> => {
    await world.pool.query(`update graphile_worker._private_jobs set run_at = now()
      where key = 'effect/orders/1/ask'`);
    const begun = Promise.withResolvers<void>();
    const ask = asking(async () => {
      begun.resolve();
      throw new Postponed('halted', 3_600_000);
    });
    await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask] });
    await begun.promise;
  };

  it.each([
    ['goes on in another worker', false, 0, false],
    ['begins anew where its worker died', false, 1, true],
    ['begins anew where its worker gave it back', true, 0, true],
  ])('[JOB-09] the time of postponed work %s', async (_, inTheMidst, deaths, anew) => {
    const due = await postponedOnce(inTheMidst);
    await world.pool.query(
      `update graphile_worker._private_jobs set attempts = $1 where key = 'effect/orders/1/ask'`,
      [deaths],
    );
    await runAgain();
    const now = (await dueOfLimit()) ?? Number.NaN;
    expect(now > due).toBe(anew);
    expect(now >= due).toBe(true);
  });

  it('[OPS-04] keeps a timer until it is taken, unless an event takes the timer away', async () => {
    let refusals = 0;
    let isHalted = true;
    const bus = busOf(world, () => {
      if (!isHalted) return null;
      refusals += 1;
      return new Postponed('halted', 20);
    });
    await world.run({ processManagers: [orders], bus, timings });
    await place(world, 'kept', 'timer');
    await eventually(() => refusals > 2, 10_000);
    await place(world, 'gone', 'timer');
    await world.append('order-gone', { type: 'Withdrawn', data: { orderId: 'gone' } });
    await world.caughtUp('orders');
    isHalted = false;
    await eventually(async () => (await answersTo(world, 'kept')).length === 1);
    await eventually(() => isQueueEmpty(world));
    expect([await answersTo(world, 'kept'), await answersTo(world, 'gone')]).toEqual([['late'], []]);
  });

  /** A bus that holds the command of a timer up and then postpones it, once. */
  const heldUp = () => {
    const gate = Promise.withResolvers<void>();
    const bus = busOf(world);
    let asked = 0;
    const dispatch: typeof bus.dispatch = async (...of) => {
      asked += 1;
      if (asked > 1) return bus.dispatch(...of);
      await gate.promise;
      throw new Postponed('halted', 20);
    };
    return { bus: { dispatch }, asked: () => asked, release: gate.resolve };
  };

  it('[OPS-04] leaves a timer alone that is taken back at the moment at which it is postponed', async () => {
    const { bus, asked, release } = heldUp();
    await world.run({ processManagers: [orders], bus });
    await place(world, '1', 'timer');
    await eventually(() => asked() === 1, 10_000);
    await world.append('order-1', { type: 'Withdrawn', data: { orderId: '1' } });
    await world.caughtUp('orders');
    release();
    await eventually(() => isQueueEmpty(world));
    expect(asked()).toBe(1);
    expect(await answersTo(world, '1')).toEqual([]);
  });

  it('[ES-12] [OPS-04] leaves a timer to the worker that took it over', async () => {
    const { bus, asked, release } = heldUp();
    await world.run({ processManagers: [orders], bus });
    await place(world, '1', 'timer');
    await eventually(() => asked() === 1, 10_000);
    await world.pool.query(
      `update graphile_worker._private_jobs set locked_by = 'another', locked_at = now() + interval '1 hour'`,
    );
    release();
    await eventually(() => world.reports.some((line) => line.includes('another worker took the job over')));
    const { rows } = await world.pool.query('select locked_by, key from graphile_worker._private_jobs');
    expect(rows).toEqual([{ locked_by: 'another', key: 'timer/orders/1/deadline' }]);
  });
});
