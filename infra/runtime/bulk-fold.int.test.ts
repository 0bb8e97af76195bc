import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogReader } from '../../domain/kernel/event-store.ts';
import { history } from '../../domain/kernel/history.ts';
import { type Placed, type Positioned, placed } from '../../domain/kernel/message.ts';
import { type AnyProjection, foldProjection, type Projection } from '../../domain/kernel/projection.ts';
import { ofTypes } from '../event-store/ranges.ts';
import { BulkFold } from './bulk-fold.ts';
import { ProjectionTable } from './projection-table.ts';
import { type AccountEvent, type AccountRow, accounts, closed, deposited, opened } from './testing/sample.ts';
import { createWorld, type World } from './testing/world.ts';

/** Accounts that open, earn, close and open again, spread so that rows leave the cache and come back. */
const turbulent = (count: number): readonly Positioned<AccountEvent>[] => {
  const events: AccountEvent[] = [];
  for (let n = 0; n < count; n += 1) {
    const id = `${(n * 7919) % 97}`;
    if (n % 11 === 3) events.push(closed(id));
    else if (n % 3 === 0) events.push(opened(id, `o${n % 5}`));
    else events.push(deposited(id, BigInt(n), 'ada', n % 4 === 0 ? `note ${n}` : undefined));
  }
  return history('accounts', events);
};

const logOf = (events: readonly Positioned[]): LogReader => ({
  readLog: async ({ after, limit, to }) =>
    events.slice(Number(after), Math.min(Number(after) + Math.min(limit, 50), Number(to ?? events.length))),
  async readTypes(types, range) {
    return ofTypes(types, range, await this.readLog(range));
  },
  async readPlaced(types, range) {
    const { events: found, reached } = await this.readTypes(types, range);
    return { events: found.map(placed), reached };
  },
  head: async () => BigInt(events.length),
  waitFor: async () => undefined,
});

describe('BulkFold', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());

  it.each([
    ['one block', { block: 5_000, cache: 50_000 }],
    ['rows that leave the cache at each block', { block: 10, cache: 5 }],
    ['a row per block', { block: 1, cache: 0 }],
  ])('[ES-09] gives the rows of the plain fold: %s', async (_, limits) => {
    const events = turbulent(2_000);
    const client = await world.connect();
    const table = new ProjectionTable(accounts, { name: 'bulk' });
    await table.drop(client);
    await table.create(client);
    await new BulkFold({ projection: accounts, table, client, limits }).run(logOf(events), 0n, 2_000n);
    const expected = foldProjection(accounts, events);
    const rows = await table.select(client, [...Array(97).keys()].map(String));
    await client.end();
    expect(rows.size).toBeGreaterThan(50);
    expect(rows).toEqual(expected);
  });

  it('[ES-09] gives a projection the whole event only where it says that it sees it', async () => {
    const events = history('a', [opened('a'), deposited('a', 5n), opened('b')]);
    const seen = { place: new Set<string>(), all: new Set<string>() };
    const watching = (sees: 'place' | 'all'): AnyProjection => ({
      ...accounts,
      sees,
      table: `seen_${sees}`,
      evolve: (row, event, key) => {
        for (const name of Object.keys(event.metadata)) seen[sees].add(name);
        return (accounts as AnyProjection).evolve(row, event, key);
      },
    });
    const client = await world.connect();
    for (const sees of ['place', 'all'] as const) {
      const projection = watching(sees);
      const table = new ProjectionTable(projection, { name: projection.table });
      await table.create(client);
      await new BulkFold({ projection, table, client }).run(logOf(events), 0n, 3n);
      expect((await table.select(client, ['a', 'b'])).size).toBe(2);
    }
    await client.end();
    expect([...seen.place].toSorted()).toEqual([
      'globalPosition',
      'recordedAt',
      'schemaVersion',
      'streamName',
    ]);
    expect([...seen.all].toSorted()).toEqual(Object.keys(events[0]?.metadata ?? {}).toSorted());
  });

  it('[ES-09] stops at an event that cannot be applied, unless told where to put it', async () => {
    const events = history('a', [opened('a'), deposited('a', 'poison'), deposited('a', 5n)]);
    const client = await world.connect();
    const table = new ProjectionTable(accounts, { name: 'poisoned' });
    await table.create(client);
    const options = { projection: accounts, table, client };
    await expect(new BulkFold(options).run(logOf(events), 0n, 3n)).rejects.toThrow('poison deposit');
    const aside: string[] = [];
    const onPoison = (event: Placed, key: string) => aside.push(`${key}@${event.metadata.globalPosition}`);
    await new BulkFold({ ...options, onPoison }).run(logOf(events), 0n, 3n);
    await client.end();
    expect(aside).toEqual(['a@2']);
  });

  /** Folds as a build does: what fails blocks its lane, and what comes later in a blocked lane waits. */
  const foldAside = async (
    projection: AnyProjection,
    events: readonly Positioned[],
    limits: Readonly<{ block: number; cache: number }>,
  ) => {
    const client = await world.connect();
    const table = new ProjectionTable(projection, { name: projection.table });
    await table.create(client);
    const aside: string[] = [];
    const waiting: string[] = [];
    const blocked = new Set<string>();
    const counts = (event: Placed, lane: string) => {
      if (blocked.has(lane)) waiting.push(`${lane}@${event.metadata.globalPosition}`);
      return !blocked.has(lane);
    };
    const onPoison = (event: Placed, lane: string) => {
      blocked.add(lane);
      aside.push(`${lane}@${event.metadata.globalPosition}`);
    };
    const fold = new BulkFold({ projection, table, client, limits, counts, onPoison });
    await fold.run(logOf(events), 0n, BigInt(events.length));
    const rows = await table.select(client, ['a', 'b', 'c']);
    await client.end();
    return { aside, waiting, rows: [...rows.keys()].toSorted() };
  };

  it('[ES-09] sets an event without keys aside once, also after rows have left the cache', async () => {
    const projection: Projection<AccountRow, AccountEvent> = {
      ...accounts,
      table: 'keyless',
      keysOf: ({ data: { accountId } }) => {
        if (accountId === 'bad') throw new Error('no key');
        return [accountId];
      },
    };
    const early = Array.from({ length: 60 }, () => opened('a'));
    const events = history('s', [...early, deposited('bad', 1n), opened('b')]);
    const { aside, waiting, rows } = await foldAside(projection, events, { block: 1, cache: 0 });
    expect({ aside, waiting, rows }).toEqual({ aside: ['s@61'], waiting: [], rows: ['a', 'b'] });
  });

  it('[ES-09] sets the rows of one entry aside together, once', async () => {
    const projection: Projection<AccountRow, AccountEvent> = {
      ...accounts,
      table: 'entries',
      keysOf: () => ['a', 'b', 'c'],
      balanced: { entry: 'owner', amount: 'balance', unit: 'owner', entryOf: () => 'entry' },
      evolve: (row, event, key) => {
        if (key !== 'a') throw new Error('no such leg');
        return accounts.evolve(row, event, key);
      },
    };
    const { aside, waiting, rows } = await foldAside(projection, history('s', [opened('x')]), {
      block: 10,
      cache: 10,
    });
    expect({ aside, waiting, rows }).toEqual({ aside: ['entry@1'], waiting: [], rows: [] });
  });
});
