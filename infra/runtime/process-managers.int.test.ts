import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IdempotencyKeyReused } from '../../domain/kernel/event-store.ts';
import type { Command, Event } from '../../domain/kernel/message.ts';
import { dueAfter, type Effect, type ProcessManager } from '../../domain/kernel/process-manager.ts';
import type { CommandBus, Reactor } from '../../domain/kernel/reactor.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { createWorld, eventually, type World } from './testing/world.ts';

type Ordered = Event<'Ordered', { orderId: string; plan: string }>;
type Answered = Event<'Answered', { orderId: string; with: string }>;
type Withdrawn = Event<'Withdrawn', { orderId: string }>;
type OrderEvent = Ordered | Answered | Withdrawn;
type Answer = Command<'Answer', { orderId: string; with: string }>;
type Ask = Effect<'ask', { orderId: string; plan: string }>;
type State = Readonly<{ answers: readonly string[] }>;

const ordered = (orderId: string, plan: string): Ordered => ({ type: 'Ordered', data: { orderId, plan } });
const answer = (orderId: string, text: string): Answer => ({ type: 'Answer', data: { orderId, with: text } });

/** `plan` says which outputs an order asks for. */
const orders: ProcessManager<State, OrderEvent, Answer, Ask> = {
  name: 'orders',
  revision: 1,
  handles: ['Ordered', 'Answered', 'Withdrawn'],
  correlate: (event) => event.data.orderId,
  initialState: () => ({ answers: [] }),
  evolve: (state, event) =>
    event.type === 'Answered' ? { answers: [...state.answers, event.data.with] } : state,
  react: (event, state) => {
    const { orderId } = event.data;
    if (event.type === 'Withdrawn') return [{ kind: 'cancelTimer', key: 'deadline' }];
    if (event.type === 'Answered')
      return state.answers.length === 3 ? [{ kind: 'command', command: answer(orderId, 'done') }] : [];
    const { plan } = event.data;
    const due = dueAfter(event, plan === 'timer' ? 1_500 : 0);
    if (plan === 'commands')
      return ['a', 'b', 'c'].map((text) => ({ kind: 'command', command: answer(orderId, text) }));
    if (plan === 'timer') return [{ kind: 'timer', key: 'deadline', due, command: answer(orderId, 'late') }];
    return [{ kind: 'effect', key: 'ask', effect: { type: 'ask', data: { orderId, plan } } }];
  },
};

/** A decider of one line behind the real store: every command becomes an event under its idempotency key. */
const busOf = (world: World, fails: (command: Command) => Error | null = () => null): CommandBus => ({
  dispatch: async (command, { context, idempotencyKey }) => {
    const error = fails(command);
    if (error !== null) throw error;
    const { orderId, with: text } = command.data as Answer['data'];
    const bodyHash = createHash('sha256').update(JSON.stringify(command)).digest('hex');
    await world.log.append(
      [
        {
          streamName: `order-${orderId}`,
          events: [{ type: 'Answered', data: { orderId, with: text } }],
          expectedStreamVersion: 'NO_CONCURRENCY_CHECK',
        },
      ],
      { context, idempotency: { key: idempotencyKey, bodyHash } },
    );
  },
});

describe('process managers', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(() => world.close());

  const answers = async (orderId: string): Promise<readonly string[]> => {
    const { events } = await world.log.read<OrderEvent>(`order-${orderId}`);
    return events.flatMap((event) => (event.type === 'Answered' ? [event.data.with] : []));
  };
  const place = (orderId: string, plan: string) => world.append(`order-${orderId}`, ordered(orderId, plan));
  const reactor = (
    run: Reactor<Ask, Answer>['run'],
    more: Partial<Reactor<Ask, Answer>> = {},
  ): Reactor<Ask, Answer> => ({
    type: 'ask',
    maxAttempts: 3,
    backoffMs: () => 50,
    run,
    giveUp: (effect, failure) => [
      answer(effect.data.orderId, `gave up: ${failure.message} x${failure.attempts}`),
    ],
    ...more,
  });

  it('[ES-12] sends the commands of an instance once, in order, also when sending fails at first', async () => {
    let failures = 2;
    const bus = busOf(world, () => {
      failures -= 1;
      return failures >= 0 ? new Error('the database is away') : null;
    });
    await world.run({ processManagers: [orders], bus });
    await place('1', 'commands');
    await eventually(async () => (await answers('1')).length === 4, 30_000);
    expect(await answers('1')).toEqual(['a', 'b', 'c', 'done']);
    const { events } = await world.log.read('order-1');
    const [cause, first] = events;
    expect(first?.metadata).toMatchObject({
      causationId: cause?.metadata.messageId,
      correlationId: cause?.metadata.correlationId,
      actor: { type: 'system', id: 'orders' },
    });
  });

  it('[ES-12] keeps a refused command for people to look at, and sends the next ones', async () => {
    const bus = busOf(world, ({ data }) =>
      data['with'] === 'b' ? new Rejection('ORDER_CLOSED', 'the order is closed') : null,
    );
    await world.run({ processManagers: [orders], bus });
    await place('1', 'commands');
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
    await place('1', 'commands');
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
    await place('kept', 'timer');
    await place('cancelled', 'timer');
    await world.append('order-cancelled', { type: 'Withdrawn', data: { orderId: 'cancelled' } });
    await world.caughtUp('orders');
    await first.stop();
    expect(await answers('kept')).toEqual([]);
    await world.run(options);
    await eventually(async () => (await answers('kept')).length === 1);
    expect(await answers('kept')).toEqual(['late']);
    expect(await answers('cancelled')).toEqual([]);
    await eventually(async () => (await world.pool.query('select from graphile_worker.jobs')).rowCount === 0);
  });

  it('[ES-12] an effect is tried again after passing failures, under one key, and answers once', async () => {
    const keys = new Set<string>();
    const attempts: number[] = [];
    const ask = reactor(async (effect, context) => {
      keys.add(context.idempotencyKey);
      attempts.push(context.attempt);
      if (context.attempt < 3) throw new Error('gateway timeout');
      return [answer(effect.data.orderId, 'yes')];
    });
    await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask] });
    await place('1', 'effect');
    await eventually(async () => (await answers('1')).length === 1);
    expect(await answers('1')).toEqual(['yes']);
    expect(attempts).toEqual([1, 2, 3]);
    expect(keys.size).toBe(1);
  });

  it('[ES-12] an effect that always fails is given up with a command', async () => {
    const ask = reactor(async () => {
      throw new Error('no route');
    });
    await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask] });
    await place('1', 'effect');
    await eventually(async () => (await answers('1')).length === 1);
    expect(await answers('1')).toEqual(['gave up: no route x3']);
  });

  it('[ES-12] an event cancels a running effect and one that has not begun, and their answers are dropped', async () => {
    const begun: string[] = [];
    const ask = reactor(
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
    await place('running', 'effect');
    await eventually(() => begun.length === 1);
    await world.append('order-running', { type: 'Withdrawn', data: { orderId: 'running' } });
    await world.append('order-early', ordered('early', 'effect'), {
      type: 'Withdrawn',
      data: { orderId: 'early' },
    });
    await world.caughtUp('orders');
    await eventually(async () => (await world.pool.query('select from graphile_worker.jobs')).rowCount === 0);
    expect(begun).toEqual(['running']);
    expect(await answers('running')).toEqual([]);
    expect(await answers('early')).toEqual([]);
  });

  it('[ES-12] stopping gives a running effect back to the queue, and the next worker answers it', async () => {
    let runs = 0;
    const ask = reactor(async (effect, { signal }) => {
      runs += 1;
      if (runs === 1)
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      return [answer(effect.data.orderId, `run ${runs}`)];
    });
    const options = { processManagers: [orders], bus: busOf(world), reactors: [ask] };
    const first = await world.run(options);
    await place('1', 'effect');
    await eventually(() => runs === 1);
    await first.stop(200);
    await world.run(options);
    await eventually(async () => (await answers('1')).length === 1, 25_000);
    expect(await answers('1')).toEqual(['run 2']);
  });

  it('[ES-12] of two runs of one effect only the first answer is stored', async () => {
    let runs = 0;
    const gate = Promise.withResolvers<void>();
    const ask = reactor(async (effect) => {
      runs += 1;
      const own = runs;
      await gate.promise;
      return [answer(effect.data.orderId, `run ${own}`)];
    });
    await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask] });
    await place('1', 'effect');
    await eventually(() => runs === 1);
    // As the others do with a worker that they take for dead.
    await world.pool.query(
      `select graphile_worker.force_unlock_workers(array(select locked_by from graphile_worker.jobs
         where locked_by is not null))`,
    );
    await eventually(() => runs === 2);
    gate.resolve();
    await eventually(async () => (await world.pool.query('select from graphile_worker.jobs')).rowCount === 0);
    expect(await answers('1')).toHaveLength(1);
    const { rows } = await world.pool.query('select from runtime.rejected_commands');
    expect(rows).toHaveLength(0);
  });

  /** An effect that waits in the queue after `deaths` workers died of it. */
  const mourned = async (deaths: number): Promise<void> => {
    const sending = await world.run({ processManagers: [orders], bus: busOf(world) });
    await place('1', 'effect');
    await eventually(async () => (await world.pool.query('select from graphile_worker.jobs')).rowCount === 1);
    await sending.stop();
    await died(deaths);
  };
  const died = (deaths: number) =>
    world.pool.query('update graphile_worker._private_jobs set attempts = $1', [deaths]);
  /** Runs a worker until the effect has begun, and stops it. */
  const stopMidway = async (run: Reactor<Ask, Answer>['run']): Promise<void> => {
    const begun = Promise.withResolvers<void>();
    const ask = reactor((effect, context) => {
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
    reactors: [reactor(async (effect) => [answer(effect.data.orderId, text)])],
  });

  it('[ES-12] an effect that every worker dies of is given up', async () => {
    await mourned(20);
    const ask = reactor(async () => {
      throw new Error('it must not run again');
    });
    await world.run({ processManagers: [orders], bus: busOf(world), reactors: [ask] });
    await eventually(async () => (await answers('1')).length === 1);
    expect(await answers('1')).toEqual(['gave up: 20 workers died of it x20']);
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
    expect(await answers('1')).toEqual(['gave up: 20 workers died of it x20']);
  });

  it('[ES-12] nothing stays of a job whose worker died after it had queued a further attempt', async () => {
    const sending = await world.run({ processManagers: [orders], bus: busOf(world) });
    await place('1', 'effect');
    await eventually(async () => (await world.pool.query('select from graphile_worker.jobs')).rowCount === 1);
    await sending.stop();
    await world.pool.query(
      `update graphile_worker._private_jobs set locked_by = 'dead', locked_at = now() - interval '1 hour'`,
    );
    await world.pool.query(`select graphile_worker.add_job('effect:ask', payload => payload, job_key => 'effect/orders/1/ask')
      from graphile_worker._private_jobs`);
    await world.run(answering('yes'));
    await eventually(async () => (await answers('1')).length === 1);
    await eventually(async () => (await world.pool.query('select from graphile_worker.jobs')).rowCount === 0);
    expect(await answers('1')).toEqual(['yes']);
  });

  it('[ES-12] a second delivery of an event whose outputs are stored is refused as a whole', async () => {
    const runtime = await world.run({ processManagers: [orders], bus: busOf(world) });
    await place('1', 'commands');
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
    await place('1', 'commands');
    await eventually(async () => (await answers('1')).length === 4);
    await world.caughtUp('orders');
    await first.stop();
    const raised: typeof orders = {
      ...orders,
      revision: 2,
      evolve: (state, event) =>
        event.type === 'Answered' ? { answers: [...state.answers, `v2 ${event.data.with}`] } : state,
    };
    await world.run({ processManagers: [raised], bus: busOf(world) });
    const { rows } = await world.pool.query('select state from runtime.process_states');
    expect(rows).toEqual([{ state: { answers: ['v2 a', 'v2 b', 'v2 c', 'v2 done'] } }]);
    await world.append('order-1', { type: 'Withdrawn', data: { orderId: '1' } });
    await world.caughtUp('orders');
    expect(await answers('1')).toEqual(['a', 'b', 'c', 'done']);
  });
});
