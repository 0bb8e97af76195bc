import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeadLetterStatus, DeadLetters, type Decision } from './dead-letters.ts';
import { buildProjection } from './projection-builder.ts';
import { replayProjection } from './projection-replay.ts';
import { accounts, deposited, opened } from './testing/sample.ts';
import { createWorld, eventually, testContext, type World } from './testing/world.ts';

const decision = (): Decision => ({
  actor: { type: 'admin', id: randomUUID() },
  reason: 'the next release can name its rows',
  context: testContext(),
});

/** Rows in more than one partition. */
const ROWS = ['a', 'b', 'c', 'd', 'e', 'f'];
const PARTITIONS = 4;

/** Release 1 cannot tell whose a deposit of 13 is, release 2 not take it into one of its rows, release 3 can both. */
let release = 1;
/** A deposit of 7 cannot be taken in, by any release. */
let isPoisoned = false;
const changing: typeof accounts = {
  ...accounts,
  keysOf: (event) => {
    if (event.type !== 'Deposited' || event.data.micros !== '13') return accounts.keysOf(event);
    if (release === 1) throw new Error('of whom?');
    return ROWS;
  },
  evolve: (row, event, key) => {
    if (release === 2 && key === 'b' && event.type === 'Deposited' && event.data.micros === '13')
      throw new Error('not yet');
    if (isPoisoned && event.type === 'Deposited' && event.data.micros === '7') throw new Error('poison');
    return accounts.evolve(row, event, key);
  },
};

describe('an event whose rows could not be named', { timeout: 60_000 }, () => {
  let world: World;
  let letters: DeadLetters;
  let first: string;
  beforeEach(async () => {
    release = 1;
    isPoisoned = false;
    world = await createWorld();
    letters = new DeadLetters(world.pool, world.log, ['accounts@1']);
    await world.run({ projections: [changing], partitions: PARTITIONS });
    await world.append(
      's',
      ...ROWS.map((id) => opened(id)),
      deposited('all', 13n, 'ada', 'y'),
      ...ROWS.map((id) => deposited(id, 5n, 'ada', 'z')),
    );
    first = await only('parked');
    await world.caughtUp('accounts@1');
  });
  afterEach(() => world.close());

  const only = async (status: DeadLetterStatus): Promise<string> => {
    await eventually(async () => (await letters.list({ status })).length === 1);
    return (await letters.list({ status }))[0]?.id ?? '';
  };
  const notes = async () => {
    const { rows } = await world.pool.query<{ account_id: string; notes: readonly string[] }>(
      'select account_id, notes from read.accounts order by account_id',
    );
    return rows.map(({ notes: kept }) => kept.join(''));
  };
  const are = (expected: readonly string[]) =>
    eventually(async () => (await notes()).join() === expected.join());
  const agrees = async () => {
    await world.caughtUp('accounts@1');
    expect(await replayProjection(changing, world)).toMatchObject({ differingRows: 0, rowsLive: 6 });
  };
  const rebuild = () =>
    buildProjection(changing, { ...world, partitions: PARTITIONS, report: () => undefined }, { force: true });

  it('[ES-11] [ES-09] waits in its other rows where one of them cannot take it in, and counts once in each', async () => {
    release = 2;
    await agrees();
    await letters.retry(first, decision());
    await are(['yz', 'z', 'yz', 'yz', 'yz', 'yz']);
    const second = await only('parked');
    expect(await letters.inspect(second)).toMatchObject({ letter: { lane: 'b', error: 'not yet' } });
    await world.append('s', deposited('b', 1n, 'ada', 'w'), deposited('c', 1n, 'ada', 'w'));
    await are(['yz', 'z', 'yzw', 'yz', 'yz', 'yz']);
    await agrees();
    release = 3;
    await letters.retry(second, decision());
    await are(['yz', 'yzw', 'yzw', 'yz', 'yz', 'yz']);
    await agrees();
    expect(await letters.list()).toEqual([]);
  });

  it.each([
    ['waits', false],
    ['was skipped', true],
  ])(
    '[ES-11] [ES-09] gets to its place in rows of every partition where it %s',
    async (_title, isSkipped) => {
      if (isSkipped) await letters.skip(first, decision());
      release = 3;
      await agrees();
      await letters.retry(first, decision());
      await are(ROWS.map(() => 'yz'));
      await agrees();
      await rebuild();
      expect(await notes()).toEqual(ROWS.map(() => 'yz'));
      expect(await letters.list()).toEqual([]);
    },
  );

  it('[ES-11] [ES-09] waits in a row for what waits there before it', async () => {
    isPoisoned = true;
    await world.append('t', deposited('b', 7n, 'ada', 'p'), deposited('b', 1n, 'ada', 'q'));
    await world.append('t', deposited('all', 13n, 'ada', 'r'), deposited('b', 1n, 'ada', 'v'));
    const parkedIn = async (lane: string) =>
      (await letters.list({ status: 'parked' })).find((letter) => letter.lane === lane)?.id;
    await eventually(async () => (await parkedIn('b')) !== undefined && (await parkedIn('t')) !== undefined);
    release = 3;
    await letters.retry((await parkedIn('t')) ?? '', decision());
    await are(['zr', 'z', 'zr', 'zr', 'zr', 'zr']);
    await agrees();
    isPoisoned = false;
    await letters.retry((await parkedIn('b')) ?? '', decision());
    await are(['zr', 'qrv', 'zr', 'zr', 'zr', 'zr']);
    await agrees();
    await letters.retry(first, decision());
    await are(['yzr', 'qrv', 'yzr', 'yzr', 'yzr', 'yzr']);
    await agrees();
  });

  it('[ES-11] [ES-09] stays skipped in a rebuild by a release that can name them, until it is taken back', async () => {
    await letters.skip(first, decision());
    release = 3;
    await rebuild();
    expect(await notes()).toEqual(ROWS.map(() => 'z'));
    await agrees();
    await letters.retry(first, decision());
    await are(ROWS.map(() => 'yz'));
    await agrees();
  });
});
