import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogReader } from '../../domain/kernel/event-store.ts';
import { type DeadLetterStatus, DeadLetters, type Decision } from './dead-letters.ts';
import { buildProjection } from './projection-builder.ts';
import { replayProjection } from './projection-replay.ts';
import { accounts, deposited, opened } from './testing/sample.ts';
import { createWorld, eventually, testContext, type World } from './testing/world.ts';

const decision = (): Decision => ({
  actor: { type: 'admin', id: randomUUID() },
  reason: 'the next release can',
  context: testContext(),
});

/** A release that cannot take in a deposit of 13; the next one can. */
let isBroken = true;
const broken: typeof accounts = {
  ...accounts,
  evolve: (row, event, key) => {
    if (isBroken && event.type === 'Deposited' && event.data.micros === '13') throw new Error('not yet');
    return accounts.evolve(row, event, key);
  },
};

describe('an event of a row that others have a part in', { timeout: 60_000 }, () => {
  let world: World;
  let letters: DeadLetters;
  beforeEach(async () => {
    isBroken = true;
    world = await createWorld();
    letters = new DeadLetters(world.pool, world.log, ['accounts@1']);
  });
  afterEach(() => world.close());

  const only = async (status: DeadLetterStatus, count = 1): Promise<string> => {
    await eventually(async () => (await letters.list({ status })).length === count);
    return (await letters.list({ status }))[0]?.id ?? '';
  };
  const rows = async () =>
    (
      await world.pool.query<{ balance: bigint; notes: string[] }>(
        `select balance, notes from read.accounts where account_id = 'a'`,
      )
    ).rows;
  const is = (balance: bigint, notes: string) =>
    eventually(async () => {
      const [row] = await rows();
      return row?.balance === balance && row.notes.join('') === notes;
    });
  /** An account whose second deposit was skipped, and its third is there. */
  const skipped = async (): Promise<string> => {
    await world.append(
      'a',
      opened('a'),
      deposited('a', 1n, 'ada', 'x'),
      deposited('a', 13n, 'ada', 'y'),
      deposited('a', 5n, 'ada', 'z'),
    );
    const id = await only('parked');
    await letters.skip(id, decision());
    await is(6n, 'xz');
    return id;
  };
  const agrees = async () => {
    await world.caughtUp('accounts@1');
    expect(await replayProjection(broken, world)).toMatchObject({ differingRows: 0, rowsLive: 1 });
  };
  const builder = (log: LogReader = world.log) => ({
    pool: world.pool,
    connect: world.connect,
    log,
    partitions: 4,
    report: () => undefined,
  });
  /** A log in which something happens when the build asks for its end. */
  const during = (act: () => Promise<unknown>): LogReader => {
    let done: Promise<unknown> | null = null;
    return {
      head: async () => {
        done ??= act();
        await done;
        return world.log.head();
      },
      readLog: (range) => world.log.readLog(range),
      readTypes: (types, range) => world.log.readTypes(types, range),
      readPlaced: (types, range) => world.log.readPlaced(types, range),
      waitFor: (after, timeoutMs, signal) => world.log.waitFor(after, timeoutMs, signal),
    };
  };

  it('[ES-11] [ES-09] waits again with what follows where it is taken back too early, and can be skipped again', async () => {
    await world.run({ projections: [broken] });
    const id = await skipped();
    await letters.retry(id, decision());
    await only('parked');
    await world.append('a', deposited('a', 7n, 'ada', 'w'));
    await world.caughtUp('accounts@1');
    expect(await rows()).toMatchObject([{ balance: 6n }]);
    await agrees();
    await letters.skip(id, decision());
    await is(13n, 'xzw');
    await agrees();
  });

  it('[ES-11] [ES-09] is taken back to its place in the order of its row, also by a worker that was started since', async () => {
    const first = await world.run({ projections: [broken] });
    const id = await skipped();
    await letters.retry(id, decision());
    await only('parked');
    await world.append('a', deposited('a', 7n, 'ada', 'w'));
    await first.stop();
    isBroken = false;
    await world.run({ projections: [broken] });
    await letters.retry(id, decision());
    await only('resolved');
    // The last three notes, in the order of the events.
    await is(26n, 'yzw');
    await agrees();
    await expect(letters.retry(id, decision())).rejects.toMatchObject({ code: 'DEAD_LETTER_SETTLED' });
  });

  it('[ES-11] [ES-09] is taken back without another one of its row that stays skipped', async () => {
    await world.run({ projections: [broken] });
    const id = await skipped();
    await world.append('a', deposited('a', 13n, 'ada', 'v'), deposited('a', 2n, 'ada', 'u'));
    const other = await only('parked');
    await letters.skip(other, decision());
    await is(8n, 'xzu');
    isBroken = false;
    await letters.retry(id, decision());
    await is(21n, 'yzu');
    await agrees();
    await letters.retry(other, decision());
    await is(34n, 'zvu');
    await agrees();
  });

  it.each([
    ['no worker runs', false],
    ['a worker takes it in', true],
  ])(
    '[ES-11] [ES-09] is not lost where it is taken back while the table is built anew and %s',
    async (_title, runs) => {
      const worker = await world.run({ projections: [broken] });
      const id = await skipped();
      isBroken = false;
      if (!runs) await worker.stop();
      const log = during(async () => {
        await letters.retry(id, decision());
        if (runs) await only('resolved');
      });
      expect(await buildProjection(broken, builder(log), { force: true })).toBe(true);
      if (!runs) await world.run({ projections: [broken] });
      await is(19n, 'xyz');
      await agrees();
      expect(await letters.list()).toEqual([]);
    },
  );

  it('[ES-11] [ES-09] stays skipped where that is decided while the table is built anew', async () => {
    await world.run({ projections: [broken] });
    await world.append('a', opened('a'), deposited('a', 13n, 'ada', 'y'), deposited('a', 5n, 'ada', 'z'));
    const id = await only('parked');
    const log = during(() => letters.skip(id, decision()));
    expect(await buildProjection(broken, builder(log), { force: true })).toBe(true);
    await is(5n, 'z');
    await agrees();
    expect(await letters.list({ status: 'skipped' })).toHaveLength(1);
  });
});
