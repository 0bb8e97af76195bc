import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWorker, type WorkerChild } from './testing/child.ts';
import { auditLedger, createLedger } from './testing/ledger.ts';
import { deposited } from './testing/sample.ts';
import { createWorld, eventually, type World } from './testing/world.ts';

const STREAMS = 24;
const CLEAN = { lost: 0, repeated: 0, reordered: 0 };

describe('workers under faults', () => {
  let world: World;
  let workers: WorkerChild[];
  beforeEach(async () => {
    world = await createWorld();
    workers = [];
    await createLedger(world.pool);
  });
  afterEach(async () => {
    for (const worker of workers) {
      worker.signal('SIGCONT');
      worker.signal('SIGKILL');
    }
    await Promise.all(workers.map(({ gone }) => gone));
    await world.close();
  });

  /** Production timings: the 10 s of ES-10 are measured with them. */
  const start = async (
    name: string,
    more: { pingMs?: number; dawdleMs?: number } = {},
  ): Promise<WorkerChild> => {
    const settings = {
      name,
      url: world.url,
      directUrl: world.directUrl,
      subscriptions: ['a', 'b'],
      partitions: 8,
      dawdleMs: 20,
      ...more,
    };
    const worker = await startWorker(settings);
    workers.push(worker);
    return worker;
  };
  const append = async (events: number): Promise<void> => {
    for (let n = 0; n < events; n += 1) await world.append(`s-${n % STREAMS}`, deposited(`${n}`, 1n));
  };
  const holders = async (): Promise<Map<string, number>> => {
    const { rows } = await world.pool.query<{ owner: string | null; n: number }>(
      'select owner, count(*)::int as n from runtime.partitions group by owner',
    );
    return new Map(rows.map(({ owner, n }) => [owner ?? 'nobody', n]));
  };
  const audits = async () => {
    await world.caughtUp('a');
    await world.caughtUp('b');
    return Promise.all(['a', 'b'].map((id) => auditLedger(world.pool, id)));
  };

  it('[ES-10] kill -9 in the middle of batches: partitions move within 10 s, nothing is lost or done twice', async () => {
    const [victim] = [await start('one'), await start('two')];
    await eventually(async () => [...(await holders()).values()].every((n) => n === 8));
    const writing = append(400);
    await sleep(300);
    victim.signal('SIGKILL');
    await victim.gone;
    const killedAt = Date.now();
    await eventually(async () => [...(await holders()).values()].join() === '16', 12_000);
    const moved = Date.now() - killedAt;
    await writing;
    expect(moved).toBeLessThan(10_000);
    for (const audit of await audits()) expect(audit).toEqual({ processed: 400, ...CLEAN });
  }, 60_000);

  it('[ES-10] a holder paused beyond its lease is fenced out: its commit is refused', async () => {
    // Longer than what follows the last event, so that a batch is open when it is paused.
    const paused = await start('paused', { dawdleMs: 1_000 });
    await append(50);
    await sleep(200);
    paused.signal('SIGSTOP');
    await start('other');
    await append(50);
    for (const audit of await audits()) expect(audit).toEqual({ processed: 100, ...CLEAN });
    paused.signal('SIGCONT');
    await eventually(() => paused.reports.some(({ message }) => message === 'lease lost'));
    await append(50);
    for (const audit of await audits()) expect(audit).toEqual({ processed: 150, ...CLEAN });
  }, 60_000);

  it('[ES-10] terminated sessions: every batch is done once', async () => {
    await start('one');
    await start('two');
    const owner = new pg.Client({ connectionString: world.ownerUrl });
    await owner.connect();
    const writing = append(300);
    let killed = 0;
    for (let turn = 0; turn < 25; turn += 1) {
      await sleep(60);
      const { rowCount } = await owner.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name in ('one', 'two') and random() < 0.4`,
      );
      killed += rowCount ?? 0;
    }
    await writing;
    await owner.end();
    expect(killed).toBeGreaterThan(25);
    for (const audit of await audits()) expect(audit).toEqual({ processed: 300, ...CLEAN });
  }, 60_000);

  it('[ES-12] effects of a killed worker run again elsewhere, and each is answered once', async () => {
    const [victim] = [await start('one', { pingMs: 400 }), await start('two', { pingMs: 400 })];
    for (let n = 0; n < 20; n += 1)
      await world.append(`ping-${n}`, { type: 'Pinged', data: { pingId: `${n}` } });
    await sleep(500);
    victim.signal('SIGKILL');
    const pongs = async () => {
      const { rows } = await world.pool.query<{ stream: string; n: number }>(
        `select stream, count(*)::int as n from events where type = 'Ponged' group by stream`,
      );
      return rows;
    };
    await eventually(async () => (await pongs()).length === 20, 30_000);
    expect((await pongs()).every(({ n }) => n === 1)).toBe(true);
  }, 60_000);
});
