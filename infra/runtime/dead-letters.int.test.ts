import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Positioned } from '../../domain/kernel/message.ts';
import { DeadLetters, type Decision } from './dead-letters.ts';
import { runtimeHealth } from './health.ts';
import type { Subscription } from './subscription.ts';
import { deposited, opened } from './testing/sample.ts';
import { createWorld, eventually, testContext, type World } from './testing/world.ts';

const decision = (): Decision => ({
  actor: { type: 'admin', id: randomUUID() },
  reason: 'the deposit was entered by hand',
  context: testContext(),
});

/** Writes down, in the transaction of the checkpoint, what it was given; fails on demand. */
const scribe = (fails: (event: Positioned) => boolean, partitions = 2): Subscription => ({
  id: 'scribe',
  revision: 1,
  partitions,
  handles: null,
  lanesOf: (event) => [event.metadata.streamName],
  handle: async (deliveries, client) => {
    for (const { event } of deliveries) {
      await client.query('insert into read.seen (stream, version) values ($1, $2)', [
        event.metadata.streamName,
        String(event.metadata.streamPosition),
      ]);
      if (fails(event)) throw new Error(`cannot digest ${event.type}`);
    }
  },
});

describe('dead letters', () => {
  let world: World;
  let letters: DeadLetters;
  beforeEach(async () => {
    world = await createWorld();
    letters = new DeadLetters(world.pool, world.log);
    await world.pool.query(
      'create table read.seen (n bigint generated always as identity, stream text, version bigint)',
    );
  });
  afterEach(() => world.close());

  const seen = async (stream: string): Promise<readonly number[]> => {
    const { rows } = await world.pool.query<{ version: bigint }>(
      'select version from read.seen where stream = $1 order by n',
      [stream],
    );
    return rows.map(({ version }) => Number(version));
  };
  const parked = async () => {
    await eventually(async () => (await letters.list({ status: 'parked' })).length === 1);
    const [letter] = await letters.list();
    if (letter === undefined) throw new Error('a parked letter was expected');
    return letter;
  };

  it('[ES-11] [OPS-10] parks a poison event after its retries: its stream waits, all others go on, and the lines name its correlation', async () => {
    let attempts = 0;
    const isPoison = (event: Positioned): boolean => {
      if (event.data['micros'] !== 'poison') return false;
      attempts += 1;
      return true;
    };
    await world.run({ subscriptions: [scribe(isPoison, 1)] });
    await world.append('bad', opened('bad'), deposited('bad', 'poison'), deposited('bad', 1n));
    await world.append('good', opened('good'), deposited('good', 1n), deposited('good', 2n));
    const letter = await parked();
    await world.append('bad', deposited('bad', 2n));
    await world.append('good', deposited('good', 3n));
    await world.caughtUp('scribe');
    expect(await seen('good')).toEqual([1, 2, 3, 4]);
    expect(await seen('bad')).toEqual([1]);
    expect(letter).toMatchObject({
      lane: 'bad',
      position: 2n,
      attempts: 3,
      error: 'cannot digest Deposited',
    });
    // Once in its batch, once alone, and then as often as a delivery may be tried again.
    expect(attempts).toBe(4);
    const poison = (await world.log.read('bad')).events[1];
    for (const message of ['event failed, its lane waits', 'event parked in the dead letters'])
      expect(world.reports.find((line) => line.includes(message))).toContain(
        `"correlationId":"${poison?.metadata.correlationId}"`,
      );
    const health = await runtimeHealth(world.pool, await world.log.head());
    expect(health.subscriptions).toEqual([
      { subscription: 'scribe', partitions: 1, unheld: 0, lag: 0, retrying: 0, parked: 1, deferred: 2 },
    ]);
  });

  it('[ES-11] parks an event whose handler always runs into the timeout of its statement', async () => {
    const slow: Subscription = {
      ...scribe(() => false, 1),
      handle: async (deliveries, client) => {
        if (!deliveries.some(({ event }) => event.data['micros'] === 'slow')) return;
        await client.query('set local statement_timeout = 50');
        await client.query('select pg_sleep(5)');
      },
    };
    await world.run({ subscriptions: [slow] });
    await world.append('bad', opened('bad'), deposited('bad', 'slow'));
    expect((await parked()).error).toContain('statement timeout');
  });

  it('[ES-11] retry delivers what waited, in order, once the cause is gone, and until then parks it after as many retries as at first', async () => {
    let broken = true;
    await world.run({ subscriptions: [scribe((event) => broken && event.data['micros'] === '7')] });
    await world.append(
      'bad',
      opened('bad'),
      deposited('bad', 7n),
      deposited('bad', 7n),
      deposited('bad', 2n),
    );
    const letter = await parked();
    await letters.retry(letter.id, decision());
    expect((await parked()).attempts).toBe(letter.attempts);
    broken = false;
    await letters.retry(letter.id, decision());
    await eventually(async () => (await seen('bad')).length === 4);
    expect(await seen('bad')).toEqual([1, 2, 3, 4]);
    expect(await letters.list()).toEqual([]);
    expect((await letters.inspect(letter.id)).letter.status).toBe('resolved');
    await expect(letters.retry(letter.id, decision())).rejects.toMatchObject({ code: 'DEAD_LETTER_SETTLED' });
    const { events } = await world.log.read(`dead-letter-${letter.id}`);
    expect(events.map(({ type }) => type)).toEqual(['DeadLetterRetried', 'DeadLetterRetried']);
  });

  it('[ES-11] skip is an event with its author, and the lane goes on without the poison', async () => {
    await world.run({ subscriptions: [scribe((event) => event.data['micros'] === 'poison')] });
    await world.append('bad', opened('bad'), deposited('bad', 'poison'), deposited('bad', 1n));
    const letter = await parked();
    const skip = decision();
    await letters.skip(letter.id, skip);
    await eventually(async () => (await seen('bad')).length === 2);
    expect(await seen('bad')).toEqual([1, 3]);
    const { events } = await world.log.read(`dead-letter-${letter.id}`);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      type: 'DeadLetterSkipped',
      data: { position: '2', subscription: 'scribe', by: skip.actor, reason: skip.reason },
      metadata: { actor: skip.actor },
    });
    await expect(letters.skip(letter.id, decision())).rejects.toMatchObject({ code: 'DEAD_LETTER_SETTLED' });
    await expect(letters.inspect('999')).rejects.toMatchObject({ code: 'DEAD_LETTER_NOT_FOUND' });
    await expect(letters.inspect('x')).rejects.toMatchObject({ code: 'DEAD_LETTER_NOT_FOUND' });
  });

  it('[ES-11] one that was skipped is tried again though nothing has waited since', async () => {
    let broken = true;
    const alone = new DeadLetters(world.pool, world.log, ['scribe']);
    await world.run({ subscriptions: [scribe((event) => broken && event.data['micros'] === 'poison')] });
    await world.append('bad', opened('bad'), deposited('bad', 'poison'));
    const { id } = await parked();
    await alone.skip(id, decision());
    for (const count of [2, 3]) {
      await world.append('bad', deposited('bad', 1n));
      await eventually(async () => (await seen('bad')).length === count);
    }
    broken = false;
    await alone.retry(id, decision());
    await eventually(async () => (await seen('bad')).length === 4);
    expect(await seen('bad')).toEqual([1, 3, 4, 2]);
  });

  const decisionsOn = async (id: string): Promise<readonly string[]> =>
    (await world.log.read(`dead-letter-${id}`)).events.map(({ type }) => type);

  it('[ES-11] an event that is processed while it is being skipped was not skipped, and no event says so', async () => {
    await world.run({ subscriptions: [scribe((event) => event.data['micros'] === 'poison')] });
    await world.append('bad', opened('bad'), deposited('bad', 'poison'));
    const { id } = await parked();
    const worker = await world.connect();
    await worker.query('begin');
    await worker.query(`update runtime.dead_letters set status = 'resolved' where id = $1`, [id]);
    const skipping = letters.skip(id, decision()).catch((error: unknown) => error);
    await eventually(async () => {
      const waits = await world.pool.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return waits.rowCount === 1;
    });
    await worker.query('commit');
    await worker.end();
    expect(await skipping).toMatchObject({ code: 'DEAD_LETTER_SETTLED', data: { status: 'resolved' } });
    expect(await decisionsOn(id)).toEqual([]);
  });

  it('[ES-11] a decision that cannot be carried out is not in the log, and one that is repeated is there once', async () => {
    await world.run({ subscriptions: [scribe((event) => event.data['micros'] === 'poison')] });
    await world.append('bad', opened('bad'), deposited('bad', 'poison'));
    const { id } = await parked();
    const owner = new pg.Client({ connectionString: world.ownerUrl });
    await owner.connect();
    await owner.query(`alter table runtime.dead_letters add constraint never check (status <> 'skipped')`);
    const skip = decision();
    await expect(letters.skip(id, skip)).rejects.toThrow('never');
    expect(await decisionsOn(id)).toEqual([]);
    await owner.query('alter table runtime.dead_letters drop constraint never');
    await owner.end();
    await letters.skip(id, skip);
    // As whoever did not hear the answer.
    await letters.skip(id, skip);
    expect(await decisionsOn(id)).toEqual(['DeadLetterSkipped']);
    expect((await letters.inspect(id)).letter.status).toBe('skipped');
  });

  it('[ES-11] a lane survives a restart of the worker while it waits', async () => {
    let broken = true;
    const subscriptions = [scribe((event) => broken && event.data['micros'] === 'poison')];
    const first = await world.run({ subscriptions });
    await world.append('bad', opened('bad'), deposited('bad', 'poison'), deposited('bad', 1n));
    const letter = await parked();
    await first.stop();
    await world.run({ subscriptions });
    await world.append('bad', deposited('bad', 2n));
    await world.caughtUp('scribe');
    expect(await seen('bad')).toEqual([1]);
    broken = false;
    await letters.retry(letter.id, decision());
    await eventually(async () => (await seen('bad')).length === 4);
    expect(await seen('bad')).toEqual([1, 2, 3, 4]);
  });

  it('[ES-11] an event whose lanes cannot be told is set aside too', async () => {
    let broken = true;
    const subscription: Subscription = {
      ...scribe(() => false),
      lanesOf: (event) => {
        if (broken && event.data['micros'] === '13') throw new Error('no lane');
        return [event.metadata.streamName];
      },
    };
    await world.run({ subscriptions: [subscription] });
    await world.append('bad', opened('bad'), deposited('bad', 13n), deposited('bad', 1n));
    const letter = await parked();
    expect(letter.error).toBe('no lane');
    expect(await seen('bad')).toEqual([1]);
    broken = false;
    await letters.retry(letter.id, decision());
    await eventually(async () => (await seen('bad')).length === 3);
    expect(await seen('bad')).toEqual([1, 2, 3]);
  });

  it('[ES-11] an event whose lanes can be told by now is delivered to them, not to the one it waited in', async () => {
    let broken = true;
    const delivered: string[] = [];
    const subscription: Subscription = {
      ...scribe(() => false, 1),
      lanesOf: (event) => {
        if (event.data['micros'] !== '13') return [];
        if (broken) throw new Error('no lane');
        return ['payer', 'payee'];
      },
      handle: async (deliveries) => {
        delivered.push(...deliveries.map(({ lane }) => lane));
      },
    };
    await world.run({ subscriptions: [subscription] });
    await world.append('bad', opened('bad'), deposited('bad', 13n));
    const letter = await parked();
    expect(letter.lane).toBe('bad');
    broken = false;
    await letters.retry(letter.id, decision());
    await eventually(async () => (await letters.list()).length === 0);
    expect(delivered).toEqual(['payer', 'payee']);
  });
});
