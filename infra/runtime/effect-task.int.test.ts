import { afterEach, beforeEach, expect, it } from 'vitest';
import { answer, answersTo, asking, busOf, orders, place } from './testing/orders.ts';
import { createWorld, eventually, type World } from './testing/world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

it('[ES-12] a worker that others took for dead does not answer: the effect is the business of who has it now', async () => {
  let runs = 0;
  const gate = Promise.withResolvers<void>();
  const ask = asking(async (effect) => {
    runs += 1;
    const text = `run ${runs}`;
    if (runs === 1) await gate.promise;
    return [answer(effect.data.orderId, text)];
  });
  await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask] });
  await place(world, '1', 'effect');
  await eventually(() => runs === 1);
  // Locked in the future: nobody takes this holder for dead.
  await world.pool.query(
    `update graphile_worker._private_jobs set locked_by = 'another', locked_at = now() + interval '1 hour'`,
  );
  gate.resolve();
  const told = () => world.reports.some((line) => line.includes('another worker took the job over'));
  await eventually(async () => told() || (await answersTo(world, '1')).length > 0);
  expect(await answersTo(world, '1')).toEqual([]);
  await world.pool.query('update graphile_worker._private_jobs set locked_by = null, locked_at = null');
  await eventually(async () => (await answersTo(world, '1')).length === 1);
  expect(await answersTo(world, '1')).toEqual(['run 2']);
});
