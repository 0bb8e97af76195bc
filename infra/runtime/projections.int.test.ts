import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Projection } from '../../domain/kernel/projection.ts';
import { buildProjection, ensureLive, liveRevision } from './projection-builder.ts';
import { replayProjection } from './projection-replay.ts';
import {
  type AccountEvent,
  type AccountRow,
  accounts,
  closed,
  deposited,
  opened,
  owners,
} from './testing/sample.ts';
import { createWorld, eventually, type World } from './testing/world.ts';

/** Keeps in a row the names of all that it is told of an event, as a cast or a spread would. */
const told: Projection<AccountRow, AccountEvent> = {
  ...accounts,
  name: 'told',
  table: 'told',
  evolve: (row, event, key) => {
    const next = accounts.evolve(row, event, key);
    return next && { ...next, notes: Object.keys(event.metadata).sort() };
  },
};

const dump = async (world: World, table: string, key: string): Promise<string> => {
  const { rows } = await world.pool.query<{ line: string }>(
    `select whole::text as line from read.${table} whole order by ${key}`,
  );
  return rows.map(({ line }) => line).join('\n');
};

const deps = (world: World) => ({
  pool: world.pool,
  connect: world.connect,
  log: world.log,
  partitions: 4,
  report: () => undefined,
});

describe('projections', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
    await world.run({ projections: [accounts, owners, told] });
  });
  afterAll(() => world.close());

  it('[ES-09] follows the log, several streams into one row, and deletes', async () => {
    for (let n = 0; n < 40; n += 1) {
      await world.append(`account-${n}`, opened(`${n}`, `owner-${n % 3}`));
      await world.append(
        `account-${n}`,
        deposited(`${n}`, BigInt(n) * 100n, `owner-${n % 3}`, `nöte "${n}" \u0000`),
      );
    }
    await world.append('account-7', closed('7'));
    await world.caughtUp('accounts@1');
    await world.caughtUp('owners@1');
    const { rows } = await world.pool.query('select account_id, balance, note from read.accounts order by 1');
    expect(rows).toHaveLength(39);
    expect(rows.find((row) => row.account_id === '12')).toEqual({
      account_id: '12',
      balance: 1200n,
      note: 'nöte "12" \uFFFD',
    });
    const everyone = await world.pool.query(`select total from read.owners where owner = 'everyone'`);
    expect(everyone.rows).toEqual([{ total: 78_000n }]);
  });

  it('[ES-09] [SEC-11] is byte-identical after a rebuild, by dump and by replay', async () => {
    const before = {
      accounts: await dump(world, 'accounts', 'account_id'),
      owners: await dump(world, 'owners', 'owner'),
    };
    expect(before.accounts.split('\n')).toHaveLength(39);
    expect(await buildProjection(accounts, deps(world), { force: true })).toBe(true);
    expect(await buildProjection(owners, deps(world), { force: true })).toBe(true);
    expect(await dump(world, 'accounts', 'account_id')).toBe(before.accounts);
    expect(await dump(world, 'owners', 'owner')).toBe(before.owners);
    const result = await replayProjection(owners, world);
    expect(result).toMatchObject({ differingRows: 0, rowsLive: 4, rowsRebuilt: 4, examples: [] });
  });

  it('[ES-09] shows an event that goes on to a table as a rebuild shows it, whatever is kept of it', async () => {
    await world.caughtUp('told@1');
    const { rows } = await world.pool.query('select distinct notes::jsonb as notes from read.told');
    expect(rows).toEqual([{ notes: ['globalPosition', 'recordedAt', 'schemaVersion', 'streamName'] }]);
    expect(await replayProjection(told, world)).toMatchObject({ differingRows: 0, rowsLive: 39 });
  });

  it('[ES-09] replay finds a changed, a missing and an invented row', async () => {
    await world.pool.query(`update read.accounts set note = 'forged' where account_id = '1'`);
    await world.pool.query(`delete from read.accounts where account_id = '2'`);
    await world.pool.query(
      `insert into read.accounts select 'invented', owner, balance, deposits, average, rich, last_at, note, notes
       from read.accounts where account_id = '3'`,
    );
    const result = await replayProjection(accounts, world);
    expect(result.differingRows).toBe(3);
    expect(result.examples.map(({ key }) => key)).toEqual(['1', '2', 'invented']);
    expect(await buildProjection(accounts, deps(world), { force: true })).toBe(true);
    expect((await replayProjection(accounts, world)).differingRows).toBe(0);
  });

  it('[ES-09] a raised revision is built beside and swapped while writes and reads go on', async () => {
    const raised = { ...accounts, revision: 2, handles: accounts.handles, evolve: accounts.evolve };
    await expect(replayProjection(raised, world)).rejects.toMatchObject({ code: 'PROJECTION_NOT_LIVE' });
    let writing = true;
    const writer = (async () => {
      for (let n = 0; writing; n += 1) await world.append(`account-${n % 40}`, deposited(`${n % 40}`, 1n));
    })();
    const reader = (async () => {
      let least = Number.POSITIVE_INFINITY;
      while (writing) {
        const { rows } = await world.pool.query<{ n: bigint }>('select count(*) as n from read.accounts');
        least = Math.min(least, Number(rows[0]?.n));
      }
      return least;
    })();
    await world.run({ projections: [raised] });
    await eventually(async () => {
      const { rows } = await world.pool.query(
        `select from runtime.projections where name = 'accounts' and live_revision = 2`,
      );
      return rows.length === 1;
    });
    for (let turn = 0; turn < 5; turn += 1)
      expect(await replayProjection(raised, world)).toMatchObject({ differingRows: 0, rowsLive: 39 });
    writing = false;
    await writer;
    expect(await reader).toBe(39);
    await world.caughtUp('accounts@2');
    expect(await replayProjection(raised, world)).toMatchObject({ differingRows: 0, rowsLive: 39 });
    const old = await world.pool.query(`select from runtime.partitions where subscription = 'accounts@1'`);
    expect(old.rowCount).toBe(0);
  });

  it('[ES-09] [BIL-14] a table with checks that wait for the commit is swapped with what came last', async () => {
    const head = await world.log.head();
    let asked = 0;
    // The last events arrive when the table is nearly built, so that they are folded in the transaction of the swap.
    const log = {
      readLog: world.log.readLog,
      readTypes: world.log.readTypes,
      readPlaced: world.log.readPlaced,
      waitFor: world.log.waitFor,
      head: async () => (asked++ === 0 ? 1n : head),
    };
    const openings: Projection<AccountRow, AccountEvent> = {
      ...accounts,
      name: 'openings',
      table: 'openings',
      handles: ['AccountOpened'],
      balanced: { entry: 'owner', amount: 'balance', unit: 'owner', entryOf: () => 'entry' },
    };
    expect(await buildProjection(openings, { ...deps(world), log })).toBe(true);
    const { rows } = await world.pool.query('select count(*)::int as n from read.openings');
    expect(rows).toEqual([{ n: 40 }]);
  });

  it('[ES-09] an older process does not touch the table of a newer revision', async () => {
    await world.run({ projections: [accounts] });
    const { rows } = await world.pool.query(
      `select live_revision from runtime.projections where name = 'accounts'`,
    );
    expect(rows).toEqual([{ live_revision: 2 }]);
    expect(await ensureLive(accounts, deps(world), new AbortController().signal)).toBe(false);
    // As one that had looked before the newer revision came.
    expect(await buildProjection(accounts, deps(world))).toBe(true);
    expect(await liveRevision(world.pool, 'accounts')).toBe(2);
  });
});
