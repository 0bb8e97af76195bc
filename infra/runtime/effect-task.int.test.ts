import { afterEach, beforeEach, expect, it } from 'vitest';
import { answer, answersTo, asking, busOf, orders, place } from './testing/orders.ts';
import { createWorld, eventually, type World } from './testing/world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const isTold = (): boolean => world.reports.some((line) => line.includes('another worker took the job over'));

/** Each run waits for its gate, and answers with its number. */
const gated = (gates: number) => {
  const opened = Array.from({ length: gates }, () => Promise.withResolvers<void>());
  let runs = 0;
  const ask = asking(async (effect) => {
    if (effect.data.orderId !== '1') return [answer(effect.data.orderId, 'other')];
    runs += 1;
    const text = `run ${runs}`;
    await opened[runs - 1]?.promise;
    return [answer(effect.data.orderId, text)];
  });
  return { ask, runs: () => runs, open: (run: number) => opened[run - 1]?.resolve() };
};

it('[ES-12] a worker that others took for dead does not answer: the effect is the business of who has it now', async () => {
  const { ask, runs, open } = gated(1);
  await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask] });
  await place(world, '1', 'effect');
  await eventually(() => runs() === 1);
  // Picked up by another, and locked in the future: nobody takes this holder for dead.
  await world.pool.query(
    `update graphile_worker._private_jobs
        set locked_by = 'another', locked_at = now() + interval '1 hour', attempts = attempts + 1`,
  );
  open(1);
  await eventually(async () => isTold() || (await answersTo(world, '1')).length > 0);
  expect(await answersTo(world, '1')).toEqual([]);
  await world.pool.query('update graphile_worker._private_jobs set locked_by = null, locked_at = null');
  await eventually(async () => (await answersTo(world, '1')).length === 1);
  expect(await answersTo(world, '1')).toEqual(['run 2']);
});

it('[ES-12] an effect that came back to the worker that was taken for dead runs once more, however late its first run ends', async () => {
  const { ask, runs, open } = gated(2);
  await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask] });
  await place(world, '1', 'effect');
  await eventually(() => runs() === 1);
  // Taken back by another, and picked up by this worker again, under the same name.
  await world.pool.query('update graphile_worker._private_jobs set locked_by = null, locked_at = null');
  await eventually(() => runs() === 2);
  open(1);
  await eventually(async () => isTold() || (await answersTo(world, '1')).length > 0);
  expect(await answersTo(world, '1')).toEqual([]);
  // By then the queue has heard of how the first run ended.
  await place(world, '2', 'effect');
  await eventually(async () => (await answersTo(world, '2')).length === 1);
  const { rows } = await world.pool.query<{ attempts: number; is_locked: boolean }>(
    'select attempts, locked_by is not null as is_locked from graphile_worker.jobs',
  );
  expect(rows).toEqual([{ attempts: 2, is_locked: true }]);
  open(2);
  await eventually(async () => (await answersTo(world, '1')).length === 1);
  expect(await answersTo(world, '1')).toEqual(['run 2']);
  expect(runs()).toBe(2);
});
