import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Reactor } from '../../domain/kernel/reactor.ts';
import {
  type Answer,
  type Ask,
  answer,
  answersTo,
  asking,
  busOf,
  isQueueEmpty,
  orders,
  place,
} from './testing/orders.ts';
import { createWorld, eventually, type World } from './testing/world.ts';

describe('effects whose workers die or are stopped', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(() => world.close());
  const answers = (orderId: string) => answersTo(world, orderId);

  /** An effect that waits in the queue after `deaths` workers died of it. */
  const mourned = async (deaths: number): Promise<void> => {
    const sending = await world.run({ processManagers: [orders], bus: busOf(world) });
    await place(world, '1', 'effect');
    await eventually(async () => !(await isQueueEmpty(world)));
    await sending.stop();
    await died(deaths);
  };
  const died = (deaths: number) =>
    world.pool.query('update graphile_worker._private_jobs set attempts = $1', [deaths]);
  /** Runs a worker until the effect has begun, and stops it. */
  const stopMidway = async (run: Reactor<Ask, Answer>['run']): Promise<void> => {
    const begun = Promise.withResolvers<void>();
    const ask = asking((effect, context) => {
      begun.resolve();
      return run(effect, context);
    });
    const stopped = await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask] });
    await begun.promise;
    await stopped.stop(50);
  };
  const obedient: Reactor<Ask, Answer>['run'] = (_, { signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  const deaf: Reactor<Ask, Answer>['run'] = () => new Promise(() => undefined);
  const answering = (text: string) => ({
    processManagers: [orders],
    bus: busOf(world),
    reactors: [asking(async (effect) => [answer(effect.data.orderId, text)])],
  });

  it('[ES-12] an effect that every worker dies of is given up', async () => {
    await mourned(20);
    const ask = asking(async () => {
      throw new Error('it must not run again');
    });
    await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask] });
    await eventually(async () => (await answers('1')).length === 1);
    expect(await answers('1')).toEqual(['gave up: 20 runs of it were cut short x20']);
  });

  it.each([
    ['ends when asked', obedient],
    ['does not listen', deaf],
  ])('[ES-12] a worker that is stopped has not died: an effect that %s is not given up', async (_, run) => {
    await mourned(19);
    await stopMidway(run);
    await world.run(answering('yes'));
    await eventually(async () => (await answers('1')).length === 1);
    expect(await answers('1')).toEqual(['yes']);
  });

  it('[ES-12] a stop between them forgets none of the deaths', async () => {
    await mourned(19);
    await stopMidway(obedient);
    await died(1);
    await world.run(answering('it must not run again'));
    await eventually(async () => (await answers('1')).length === 1);
    expect(await answers('1')).toEqual(['gave up: 20 runs of it were cut short x20']);
  });

  it('[ES-12] nothing stays of a job whose worker died after it had queued a further attempt', async () => {
    const sending = await world.run({ processManagers: [orders], bus: busOf(world) });
    await place(world, '1', 'effect');
    await eventually(async () => !(await isQueueEmpty(world)));
    await sending.stop();
    await world.pool.query(
      `update graphile_worker._private_jobs set locked_by = 'dead', locked_at = now() - interval '1 hour'`,
    );
    await world.pool.query(`select graphile_worker.add_job('effect:ask', payload => payload, job_key => 'effect/orders/1/ask')
      from graphile_worker._private_jobs`);
    await world.run(answering('yes'));
    await eventually(async () => (await answers('1')).length === 1);
    await eventually(() => isQueueEmpty(world));
    expect(await answers('1')).toEqual(['yes']);
  });
});
