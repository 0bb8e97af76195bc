import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answer, answersTo, asking, busOf, isQueueEmpty, orders, place } from './testing/orders.ts';
import { createWorld, eventually, type World } from './testing/world.ts';

describe('jobs whose worker loses a session', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(() => world.close());

  const asOwner = async (sql: string): Promise<void> => {
    const owner = new pg.Client({ connectionString: world.ownerUrl });
    await owner.connect();
    await owner.query(sql);
    await owner.end();
  };
  const lostSession = () => world.pool.query('select pg_terminate_backend(pg_backend_pid())');

  /** An effect that waits in the queue and was picked up so often in vain. */
  const pickedUp = async (times: number): Promise<void> => {
    const sending = await world.run({ processManagers: [orders], bus: busOf(world) });
    await place(world, '1', 'effect');
    await eventually(async () => !(await isQueueEmpty(world)));
    await sending.stop();
    await world.pool.query('update graphile_worker._private_jobs set attempts = $1', [times]);
  };

  it('[ES-12] is done once though its end was not stored, and the worker lives', async () => {
    // The first statement that deletes a job loses its session: the one that ends the effect.
    await asOwner(`create sequence public.deletions;
      grant usage on sequence public.deletions to public;
      create function public.cut_off() returns trigger language plpgsql as $$ begin
        if nextval('public.deletions') = 1 then perform pg_terminate_backend(pg_backend_pid()); end if;
        return old;
      end $$;
      create trigger cut_off before delete on graphile_worker._private_jobs for each row execute function public.cut_off()`);
    const runs: string[] = [];
    const gate = Promise.withResolvers<void>();
    const ask = asking(async ({ data: { orderId } }) => {
      runs.push(orderId);
      if (orderId === 'slow') await gate.promise;
      return [answer(orderId, 'yes')];
    });
    await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask] });
    const isAnswered = async (orderId: string) => (await answersTo(world, orderId)).length === 1;
    await place(world, 'slow', 'effect');
    await eventually(() => runs.length === 1);
    await place(world, '1', 'effect');
    await eventually(() => isAnswered('1'));
    const left = async () => (await world.pool.query('select from graphile_worker.jobs')).rowCount;
    await eventually(async () => (await left()) === 1);
    // Neither does what comes next wait for the slow one, nor is that one taken for lost.
    await place(world, '2', 'effect');
    await eventually(() => isAnswered('2'));
    gate.resolve();
    await eventually(() => isAnswered('slow'));
    await eventually(() => isQueueEmpty(world));
    expect(runs).toEqual(['slow', '1', '2']);
  });

  it('[ES-12] is run though the answer to picking it up was lost, and what nobody will run again goes', async () => {
    await pickedUp(1);
    await world.pool.query(`update graphile_worker._private_jobs set run_at = now() + interval '1 hour'`);
    const ask = asking(async ({ data: { orderId } }) => [answer(orderId, 'yes')]);
    await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask] });
    const announced = () => world.pool.query('select from runtime.workers where job_pools[1] is not null');
    await eventually(async () => (await announced()).rowCount === 1);
    await world.pool.query(
      `update graphile_worker._private_jobs set run_at = now(), locked_at = now() - interval '1 hour',
         locked_by = (select job_pools[1] from runtime.workers where job_pools[1] is not null)`,
    );
    // What a worker leaves behind that gave the key away and then could not say that the job has ended.
    await world.pool.query(
      `insert into graphile_worker._private_jobs (task_id, payload, attempts, max_attempts)
       select task_id, payload, 9, 9 from graphile_worker._private_jobs`,
    );
    await eventually(async () => (await answersTo(world, '1')).length === 1);
    await eventually(() => isQueueEmpty(world));
    expect(await answersTo(world, '1')).toEqual(['yes']);
  });

  it('[ES-12] counts no lost session as a failure of an effect', async () => {
    const attempts: number[] = [];
    const ask = asking(async ({ data: { orderId } }, { attempt }) => {
      attempts.push(attempt);
      // More often than failures (3) would be borne.
      if (attempts.length <= 4) await lostSession();
      return [answer(orderId, 'yes')];
    });
    await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask] });
    await place(world, '1', 'effect');
    await eventually(async () => (await answersTo(world, '1')).length === 1);
    expect(await answersTo(world, '1')).toEqual(['yes']);
    expect(attempts).toEqual([1, 1, 1, 1, 1]);
  });

  it('[ES-12] gives an effect up that costs its session every time', async () => {
    await pickedUp(18);
    let runs = 0;
    const run = async () => {
      runs += 1;
      await lostSession();
      return [];
    };
    const ask = asking(run, { maxAttempts: 1 });
    await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask] });
    await eventually(async () => (await answersTo(world, '1')).length === 1);
    expect((await answersTo(world, '1'))[0]).toMatch(/^gave up: .*administrator command x1$/);
    expect(runs).toBe(2);
  });

  it('[ES-12] does not do the work again when it was only the answer that met a lost session', async () => {
    let losses = 0;
    const bus = busOf(world, () => {
      losses += 1;
      return losses === 1 ? new Error('Connection terminated unexpectedly') : null;
    });
    // graphile-worker itself would wait e^8 seconds before the next attempt.
    await pickedUp(7);
    let runs = 0;
    const ask = asking(async ({ data: { orderId } }) => {
      runs += 1;
      return [answer(orderId, 'yes')];
    });
    await world.run({ processManagers: [orders], bus, reactors: [ask] });
    await eventually(async () => (await answersTo(world, '1')).length === 1);
    expect([runs, losses]).toEqual([1, 2]);
  });

  it('[ES-12] [OPS-10] puts a timer off no further with every lost session, and its lines name its correlation', async () => {
    let losses = 0;
    const bus = busOf(world, () => {
      losses += 1;
      return losses <= 7 ? new Error('Connection terminated unexpectedly') : null;
    });
    await world.run({ processManagers: [orders], bus });
    await place(world, '1', 'timer');
    await eventually(async () => (await answersTo(world, '1')).length === 1);
    expect(await answersTo(world, '1')).toEqual(['late']);
    const { events } = await world.log.read('order-1');
    const lines = world.reports.filter((line) => line.startsWith('warn timer failed'));
    expect(lines.length).toBeGreaterThanOrEqual(7);
    for (const line of lines)
      expect(line).toContain(`"correlationId":"${events[0]?.metadata.correlationId}"`);
  });
});
