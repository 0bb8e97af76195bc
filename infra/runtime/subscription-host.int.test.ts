import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPool } from '../postgres/pool.ts';
import { LogWindow } from './log-window.ts';
import { DEFAULT_TIMINGS, type Subscription } from './subscription.ts';
import { SubscriptionHost } from './subscription-host.ts';
import { createWorld, eventually, TEST_TIMINGS, type World } from './testing/world.ts';

const idle: Subscription = {
  id: 'idle',
  revision: 1,
  partitions: 4,
  handles: null,
  lanesOf: () => [],
  handle: async () => undefined,
};

describe('subscription host', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(() => world.close());

  it('[ES-10] gives back partitions that it claimed while it was told to stop', async () => {
    const claiming = Promise.withResolvers<void>();
    const stopped = Promise.withResolvers<void>();
    const report = () => undefined;
    const tail = new LogWindow(world.log, 200, report);
    await tail.start();
    const host = new SubscriptionHost({
      pool: world.pool,
      tail,
      report,
      // The lease bounds its statements as well: those of a busy machine take their time.
      timings: { ...DEFAULT_TIMINGS, ...TEST_TIMINGS, leaseMs: 10_000 },
      // Its claim reaches the database before the stop, and the answer arrives after it.
      connect: async () => {
        const client = await world.connect();
        const query = client.query.bind(client);
        const delayed = async (text: string, values: unknown[]) => {
          const result = await query(text, values);
          if (text.includes('skip locked')) {
            claiming.resolve();
            await stopped.promise;
          }
          return result;
        };
        return Object.assign(client, { query: delayed });
      },
    });
    await host.add(idle);
    host.start();
    await claiming.promise;
    const stopping = host.stop(1_000);
    await host.drain(1_000);
    stopped.resolve();
    await stopping;
    await tail.stop();
    expect(host.held).toBe(0);
    const { rows } = await world.pool.query('select distinct owner from runtime.partitions');
    expect(rows).toEqual([{ owner: null }]);
  });

  it('[ES-10] lets run out what it claimed without hearing so: it renewed a lease that nobody ran, for ever', async () => {
    const tail = new LogWindow(world.log, 200, () => undefined);
    await tail.start();
    let isLost = false;
    const host = new SubscriptionHost({
      pool: world.pool,
      tail,
      report: () => undefined,
      timings: { ...DEFAULT_TIMINGS, ...TEST_TIMINGS },
      // The session ends after its first claim is stored and before the answer arrives.
      connect: async () => {
        const client = await world.connect();
        const query = client.query.bind(client);
        const cut = async (text: string, values: unknown[]) => {
          const result = await query(text, values);
          if (!isLost && text.includes('skip locked')) {
            isLost = true;
            throw new Error('Connection terminated unexpectedly');
          }
          return result;
        };
        return Object.assign(client, { query: cut });
      },
    });
    await host.add(idle);
    host.start();
    await eventually(() => host.held === idle.partitions);
    expect(isLost).toBe(true);
    await host.stop(1_000);
    await tail.stop();
  });

  it('[OPS-12] [ES-10] gives all it holds back at once, and needs no connection of the pool for it', async () => {
    const tail = new LogWindow(world.log, 200, () => undefined);
    await tail.start();
    const reports: string[] = [];
    let givenBack = 0;
    const pool = createPool({ connectionString: world.url, max: 1, onIdleError: () => undefined });
    const host = new SubscriptionHost({
      pool,
      tail,
      report: (_level, message) => reports.push(message),
      timings: { ...DEFAULT_TIMINGS, ...TEST_TIMINGS, leaseMs: 20_000 },
      connect: async () => {
        const client = await world.connect();
        const query = client.query.bind(client);
        const counted = (text: string, values: unknown[]) => {
          if (text.includes('owner = null')) givenBack += 1;
          return query(text, values);
        };
        return Object.assign(client, { query: counted });
      },
    });
    await host.add({ ...idle, partitions: 64 });
    host.start();
    await eventually(() => host.held === 64);
    // Somebody else has the only connection of the pool.
    const taken = await pool.connect();
    const toldAt = Date.now();
    await host.stop(30_000);
    // Less than what waits for a connection waits.
    expect(Date.now() - toldAt).toBeLessThan(9_000);
    const { rows } = await world.pool.query('select distinct owner from runtime.partitions');
    taken.release();
    await pool.end();
    await tail.stop();
    expect([rows, reports]).toEqual([[{ owner: null }], []]);
    expect(givenBack).toBeLessThan(64);
  });
});
