import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answer, answersTo, asking, busOf, isQueueEmpty, ordered, orders, place } from './testing/orders.ts';
import { createWorld, eventually, type World } from './testing/world.ts';

describe('effects', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(() => world.close());
  const answers = (orderId: string) => answersTo(world, orderId);

  it('[ES-12] an effect is tried again after passing failures, under one key, and answers once', async () => {
    const keys = new Set<string>();
    const attempts: number[] = [];
    const ask = asking(async (effect, context) => {
      keys.add(context.idempotencyKey);
      attempts.push(context.attempt);
      if (context.attempt < 3) throw new Error('gateway timeout');
      return [answer(effect.data.orderId, 'yes')];
    });
    await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask] });
    await place(world, '1', 'effect');
    await eventually(async () => (await answers('1')).length === 1);
    expect(await answers('1')).toEqual(['yes']);
    expect(attempts).toEqual([1, 2, 3]);
    expect(keys.size).toBe(1);
  });

  it('[JOB-09] the limit of an effect counts from its first attempt, not while it waits for a worker', async () => {
    const first = Promise.withResolvers<void>();
    const begun: string[] = [];
    const ask = asking(
      async ({ data: { orderId } }) => {
        begun.push(orderId);
        if (orderId === '2') throw new Error('a passing failure');
        await first.promise;
        return [];
      },
      { maxAttempts: 1_000 },
    );
    const options = { processManagers: [orders], bus: busOf(world), reactors: [ask], effectConcurrency: 1 };
    await world.run(options);
    await place(world, '1', 'effect');
    await eventually(() => begun.length === 1);
    await place(world, '2', 'short');
    await world.caughtUp('orders');
    await sleep(1_000);
    expect(await answers('2')).toEqual([]);
    first.resolve();
    await eventually(async () => (await answers('2')).length === 1);
    expect(await answers('2')).toEqual(['late']);
    // Every attempt took of the same time.
    expect(begun.length).toBeGreaterThan(2);
  });

  it('[JOB-09] the limit of an effect is cancelled like a timer', async () => {
    const ask = asking(async ({ data: { orderId } }) => {
      await world.append(`order-${orderId}`, { type: 'Withdrawn', data: { orderId } });
      return [answer(orderId, 'yes')];
    });
    await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask] });
    await place(world, '1', 'long');
    await eventually(async () => (await answers('1')).length === 1);
    await eventually(() => isQueueEmpty(world));
    expect(await answers('1')).toEqual(['yes']);
  });

  it('[ES-12] an effect may have to wait for its time, and is taken back before', async () => {
    const begun: string[] = [];
    const ask = asking(async ({ data: { orderId } }) => {
      begun.push(orderId);
      return [answer(orderId, 'yes')];
    });
    await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask] });
    const placed = Date.now();
    await place(world, '1', 'later');
    await world.append('order-1', { type: 'Withdrawn', data: { orderId: '1' } });
    await place(world, '2', 'later');
    await eventually(async () => (await answers('2')).length === 1);
    expect(Date.now() - placed).toBeGreaterThan(1_400);
    await eventually(() => isQueueEmpty(world));
    expect(begun).toEqual(['2']);
  });

  it('[ES-12] an effect that is taken back while it runs is not tried again', async () => {
    const gate = Promise.withResolvers<void>();
    let runs = 0;
    const ask = asking(async () => {
      runs += 1;
      await gate.promise;
      throw new Error('gateway timeout');
    });
    await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask] });
    await place(world, '1', 'later');
    await eventually(() => runs === 1);
    await world.append('order-1', { type: 'Withdrawn', data: { orderId: '1' } });
    await world.caughtUp('orders');
    gate.resolve();
    await eventually(() => isQueueEmpty(world));
    expect(runs).toBe(1);
    expect(await answers('1')).toEqual([]);
  });

  it('[ES-12] an effect that is asked for anew while it runs is not replaced by what was asked before', async () => {
    const gate = Promise.withResolvers<void>();
    const plans: string[] = [];
    const ask = asking(async ({ data: { orderId, plan } }) => {
      plans.push(plan);
      if (plan === 'new') return [answer(orderId, plan)];
      await gate.promise;
      throw new Error('gateway timeout');
    });
    const options = { processManagers: [orders], bus: busOf(world), reactors: [ask], effectConcurrency: 1 };
    await world.run(options);
    await place(world, '1', 'old');
    await eventually(() => plans.length === 1);
    await place(world, '1', 'new');
    await world.caughtUp('orders');
    gate.resolve();
    await eventually(() => isQueueEmpty(world));
    expect(plans).toEqual(['old', 'new']);
    expect(await answers('1')).toEqual(['new']);
  });

  it('[ES-12] [OPS-10] an effect that always fails is given up with a command, and each line names the correlation of its cause', async () => {
    const ask = asking(async () => {
      throw new Error('no route');
    });
    await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask] });
    await place(world, '1', 'effect');
    await eventually(async () => (await answers('1')).length === 1);
    expect(await answers('1')).toEqual(['gave up: no route x3']);
    const { events } = await world.log.read('order-1');
    const lines = world.reports.filter((line) => line.startsWith('warn effect failed'));
    expect(lines).toHaveLength(3);
    for (const line of lines)
      expect(line).toContain(`"correlationId":"${events[0]?.metadata.correlationId}"`);
  });

  it('[ES-12] [LLM-03] an answer that an event overtook is told as what it is then, once', async () => {
    const gate = Promise.withResolvers<void>();
    const begun: string[] = [];
    const ask = asking(
      async (effect, { signal }) => {
        begun.push(effect.data.orderId);
        await gate.promise;
        await eventually(async () => signal.aborted);
        return [answer(effect.data.orderId, 'yes')];
      },
      {
        cancelledBy: {
          handles: ['Withdrawn'],
          matches: (event, effect) => event.data['orderId'] === effect.data.orderId,
        },
        overtaken: (dropped) => dropped.map(({ data }) => answer(data.orderId, `${data.with}, in vain`)),
      },
    );
    await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask] });
    await place(world, '1', 'effect');
    await eventually(() => begun.length === 1);
    await world.append('order-1', { type: 'Withdrawn', data: { orderId: '1' } });
    gate.resolve();
    await eventually(() => isQueueEmpty(world));
    expect(await answers('1')).toEqual(['yes, in vain']);
    expect(begun).toEqual(['1']);
  });

  it('[ES-12] an event cancels a running effect and one that has not begun, and their answers are dropped', async () => {
    const begun: string[] = [];
    const ask = asking(
      async (effect, { signal }) => {
        begun.push(effect.data.orderId);
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        return [answer(effect.data.orderId, 'too late')];
      },
      {
        cancelledBy: {
          handles: ['Withdrawn'],
          matches: (event, effect) => event.data['orderId'] === effect.data.orderId,
        },
      },
    );
    await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask] });
    await place(world, 'running', 'effect');
    await eventually(() => begun.length === 1);
    await world.append('order-running', { type: 'Withdrawn', data: { orderId: 'running' } });
    await world.append('order-early', ordered('early', 'effect'), {
      type: 'Withdrawn',
      data: { orderId: 'early' },
    });
    await world.caughtUp('orders');
    await eventually(() => isQueueEmpty(world));
    expect(begun).toEqual(['running']);
    expect(await answers('running')).toEqual([]);
    expect(await answers('early')).toEqual([]);
  });

  it('[ES-12] stopping gives a running effect back to the queue, and the next worker answers it', async () => {
    let runs = 0;
    const ask = asking(async (effect, { signal }) => {
      runs += 1;
      if (runs === 1)
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      return [answer(effect.data.orderId, `run ${runs}`)];
    });
    const options = { processManagers: [orders], bus: busOf(world), reactors: [ask] };
    const first = await world.run(options);
    await place(world, '1', 'effect');
    await eventually(() => runs === 1);
    await first.stop(200);
    await world.run(options);
    await eventually(async () => (await answers('1')).length === 1, 25_000);
    expect(await answers('1')).toEqual(['run 2']);
  });

  it('[ES-12] of two runs of one effect only the first answer is stored', async () => {
    let runs = 0;
    const gate = Promise.withResolvers<void>();
    const ask = asking(async (effect) => {
      runs += 1;
      const own = runs;
      await gate.promise;
      return [answer(effect.data.orderId, `run ${own}`)];
    });
    await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask] });
    await place(world, '1', 'effect');
    await eventually(() => runs === 1);
    // As the others do with a worker that they take for dead.
    await world.pool.query(
      `select graphile_worker.force_unlock_workers(array(select locked_by from graphile_worker.jobs
         where locked_by is not null))`,
    );
    await eventually(() => runs === 2);
    gate.resolve();
    await eventually(() => isQueueEmpty(world));
    expect(await answers('1')).toHaveLength(1);
    const { rows } = await world.pool.query('select from runtime.rejected_commands');
    expect(rows).toHaveLength(0);
  });
});
