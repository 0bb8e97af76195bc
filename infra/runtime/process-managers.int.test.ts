import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IdempotencyKeyReused } from '../../domain/kernel/event-store.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { partitionOf } from './partitioning.ts';
import { refreshProcessStates } from './process-state-cache.ts';
import { answer, answersTo, busOf, isQueueEmpty, orders, place } from './testing/orders.ts';
import { createWorld, eventually, type World } from './testing/world.ts';

describe('process managers', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(() => world.close());
  const answers = (orderId: string) => answersTo(world, orderId);

  it('[ES-12] [OPS-10] sends the commands of an instance once, in order, also when sending fails at first, and says of which request', async () => {
    let failures = 2;
    const bus = busOf(world, () => {
      failures -= 1;
      return failures >= 0 ? new Error('the database is away') : null;
    });
    await world.run({ processManagers: [orders], bus });
    await place(world, '1', 'commands');
    await eventually(async () => (await answers('1')).length === 4, 30_000);
    expect(await answers('1')).toEqual(['a', 'b', 'c', 'done']);
    const { events } = await world.log.read('order-1');
    const [cause, first] = events;
    expect(first?.metadata).toMatchObject({
      causationId: cause?.metadata.messageId,
      correlationId: cause?.metadata.correlationId,
      actor: { type: 'system', id: 'orders' },
    });
    const lines = world.reports.filter((line) => line.startsWith('warn dispatch failed'));
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).toContain(`"correlationId":"${cause?.metadata.correlationId}"`);
  });

  it('[ES-12] keeps a refused command for people to look at, and sends the next ones', async () => {
    const bus = busOf(world, ({ data }) =>
      data['with'] === 'b' ? new Rejection('ORDER_CLOSED', 'the order is closed') : null,
    );
    await world.run({ processManagers: [orders], bus });
    await place(world, '1', 'commands');
    await eventually(async () => (await answers('1')).length === 2);
    expect(await answers('1')).toEqual(['a', 'c']);
    const { rows } = await world.pool.query('select source, code, command from runtime.rejected_commands');
    expect(rows).toEqual([{ source: 'orders', code: 'ORDER_CLOSED', command: answer('1', 'b') }]);
  });

  it('[ES-12] [BIL-05] keeps and reports a command whose key was used for another one', async () => {
    const bus = busOf(world, ({ data }) =>
      data['with'] === 'b' ? new IdempotencyKeyReused('usage:x') : null,
    );
    await world.run({ processManagers: [orders], bus });
    await place(world, '1', 'commands');
    await eventually(async () => (await answers('1')).length === 2);
    expect(await answers('1')).toEqual(['a', 'c']);
    const { rows } = await world.pool.query('select source, code, command from runtime.rejected_commands');
    expect(rows).toEqual([{ source: 'orders', code: 'IDEMPOTENCY_KEY_REUSED', command: answer('1', 'b') }]);
    expect(world.reports.filter((line) => line.startsWith('error'))).toEqual([
      expect.stringContaining('IDEMPOTENCY_KEY_REUSED'),
    ]);
  });

  it('[ES-12] a timer survives a restart of every worker, and one that was cancelled never fires', async () => {
    const options = { processManagers: [orders], bus: busOf(world) };
    const first = await world.run(options);
    await place(world, 'kept', 'hour');
    await place(world, 'cancelled', 'hour');
    await world.append('order-cancelled', { type: 'Withdrawn', data: { orderId: 'cancelled' } });
    await world.caughtUp('orders');
    await first.stop();
    expect(await answers('kept')).toEqual([]);
    await world.pool.query('update graphile_worker._private_jobs set run_at = now()');
    await world.run(options);
    await eventually(async () => (await answers('kept')).length === 1);
    expect(await answers('kept')).toEqual(['late']);
    expect(await answers('cancelled')).toEqual([]);
    await eventually(() => isQueueEmpty(world));
  });

  it('[ES-12] a second delivery of an event whose outputs are stored is refused as a whole', async () => {
    const runtime = await world.run({ processManagers: [orders], bus: busOf(world) });
    await place(world, '1', 'commands');
    await eventually(async () => (await answers('1')).length === 4);
    await runtime.stop();
    // As after a restore of an old checkpoint: everything is delivered again.
    await world.pool.query(`update runtime.partitions set position = 0`);
    await world.pool.query(`delete from runtime.process_states`);
    await world.run({ processManagers: [orders], bus: busOf(world) });
    await world.caughtUp('orders');
    await eventually(
      async () => (await world.pool.query('select from runtime.process_commands')).rowCount === 0,
    );
    expect(await answers('1')).toEqual(['a', 'b', 'c', 'done']);
  });

  it('[ES-12] a raised revision folds the cached states anew and sends nothing again', async () => {
    const first = await world.run({ processManagers: [orders], bus: busOf(world) });
    await place(world, '1', 'commands');
    await eventually(async () => (await answers('1')).length === 4);
    await world.append('order-1', {
      type: 'Noted',
      data: { orderId: '1', with: 'of a type that it does not handle' },
    });
    await world.caughtUp('orders');
    await first.stop();
    const raised: typeof orders = {
      ...orders,
      revision: 2,
      evolve: (state, event) =>
        'with' in event.data ? { answers: [...state.answers, `v2 ${event.data.with}`] } : state,
    };
    await world.run({ processManagers: [raised], bus: busOf(world) });
    const { rows } = await world.pool.query('select state from runtime.process_states');
    expect(rows).toEqual([{ state: { answers: ['v2 a', 'v2 b', 'v2 c', 'v2 done'] } }]);
    // A process of the older code must leave them as they are.
    expect(await refreshProcessStates(orders, world)).toBe(false);
    expect((await world.pool.query('select state from runtime.process_states')).rows).toEqual(rows);
    await world.append('order-1', { type: 'Withdrawn', data: { orderId: '1' } });
    await world.caughtUp('orders');
    expect(await answers('1')).toEqual(['a', 'b', 'c', 'done']);
  });

  it('[ES-12] an event behind which its partition still lies is not folded anew: it would count twice', async () => {
    const first = await world.run({ processManagers: [orders], bus: busOf(world) });
    await place(world, '1', 'effect');
    await world.caughtUp('orders');
    await first.stop();
    await world.append('order-1', { type: 'Answered', data: { orderId: '1', with: 'x' } });
    await eventually(async () => (await world.log.head()) === 2n);
    await world.pool.query('update runtime.partitions set position = 2 where partition <> $1', [
      partitionOf('1', 4),
    ]);
    await world.run({ processManagers: [{ ...orders, revision: 2 }], bus: busOf(world) });
    await world.caughtUp('orders');
    const { rows } = await world.pool.query('select state from runtime.process_states');
    expect(rows).toEqual([{ state: { answers: ['x'] } }]);
  });
});
