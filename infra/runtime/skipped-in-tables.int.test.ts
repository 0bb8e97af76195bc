import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeadLetters, type Decision } from './dead-letters.ts';
import { buildProjection } from './projection-builder.ts';
import { replayProjection } from './projection-replay.ts';
import { accounts, deposited, opened } from './testing/sample.ts';
import { createWorld, eventually, testContext, type World } from './testing/world.ts';

const decision = (): Decision => ({
  actor: { type: 'admin', id: randomUUID() },
  reason: 'the deposit was entered by hand',
  context: testContext(),
});

describe('a read table of which an event was skipped', () => {
  let world: World;
  let letters: DeadLetters;
  beforeEach(async () => {
    world = await createWorld();
    letters = new DeadLetters(world.pool, world.log);
  });
  afterEach(() => world.close());

  const parked = async (): Promise<string> => {
    await eventually(async () => (await letters.list({ status: 'parked' })).length === 1);
    return (await letters.list())[0]?.id ?? '';
  };

  it('[ES-09] [ES-11] replay agrees with a table in which a row waits and one event was skipped', async () => {
    await world.run({ projections: [accounts] });
    await world.append('a', opened('a'), deposited('a', 5n), deposited('a', 'poison'), deposited('a', 6n));
    await world.append('b', opened('b'), deposited('b', 1n));
    const id = await parked();
    await world.caughtUp('accounts@1');
    expect(await replayProjection(accounts, world)).toMatchObject({ differingRows: 0, rowsLive: 2 });
    await letters.skip(id, decision());
    await eventually(async () => {
      const { rows } = await world.pool.query(`select balance from read.accounts where account_id = 'a'`);
      return rows[0]?.balance === 11n;
    });
    expect(await replayProjection(accounts, world)).toMatchObject({ differingRows: 0, rowsLive: 2 });
  });

  it('[ES-11] what was skipped stays skipped when the table is rebuilt by the same revision', async () => {
    await world.run({ projections: [accounts] });
    await world.append('bad', opened('bad'), deposited('bad', 'poison'), deposited('bad', 2n));
    await letters.skip(await parked(), decision());
    const balance = async () =>
      (await world.pool.query(`select balance from read.accounts where account_id = 'bad'`)).rows;
    await eventually(async () => (await balance())[0]?.balance === 2n);
    const builder = { ...world, partitions: 4, report: () => undefined };
    expect(await buildProjection(accounts, builder, { force: true })).toBe(true);
    expect(await balance()).toEqual([{ balance: 2n }]);
    expect(await letters.list()).toEqual([]);
  });
});
