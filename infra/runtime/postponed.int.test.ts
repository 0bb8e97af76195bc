import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Postponed } from '../../domain/kernel/postponed.ts';
import { answer, answersTo, asking, busOf, isQueueEmpty, orders, place } from './testing/orders.ts';
import { createWorld, eventually, type World } from './testing/world.ts';

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
    await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask] });
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

  it('[OPS-04] keeps a timer until it is taken, unless an event takes the timer away', async () => {
    let refusals = 0;
    let isHalted = true;
    const bus = busOf(world, () => {
      if (!isHalted) return null;
      refusals += 1;
      return new Postponed('halted', 20);
    });
    await world.run({ processManagers: [orders], bus });
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
