import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { history, recorded } from './history.ts';
import { type Event, type Placed, placed } from './message.ts';
import type { AnyProcessManager } from './process-manager.ts';
import { dueAfter, type ProcessManager, processManagerSpecification } from './process-manager.ts';
import { type AnyProjection, type Projection, projectionSpecification } from './projection.ts';

type Opened = Event<'Opened', { accountId: string; owner: string | null }>;
type Paid = Event<'Paid', { accountId: string; micros: string }>;
type Closed = Event<'Closed', { accountId: string }>;
type AccountEvent = Opened | Paid | Closed;

type AccountRow = Readonly<{
  account_id: string;
  owner: string | null;
  total: bigint;
  paid_at: string | null;
}>;

const accounts: Projection<AccountRow, AccountEvent> = {
  name: 'accounts',
  revision: 1,
  table: 'accounts',
  handles: ['Opened', 'Paid', 'Closed'],
  columns: { account_id: 'text', owner: 'text?', total: 'bigint', paid_at: 'timestamptz?' },
  key: 'account_id',
  indexes: [['owner', '-paid_at']],
  keysOf: (event) => [event.data.accountId],
  evolve: (row, event, key) => {
    switch (event.type) {
      case 'Opened':
        return { account_id: key, owner: event.data.owner, total: 0n, paid_at: null };
      case 'Paid':
        return (
          row && { ...row, total: row.total + BigInt(event.data.micros), paid_at: event.metadata.recordedAt }
        );
      case 'Closed':
        return undefined;
    }
  },
};

type Remind = Readonly<{ type: 'Remind'; data: Readonly<{ accountId: string }> }>;

const reminders: ProcessManager<{ payments: number }, AccountEvent, Remind> = {
  name: 'reminders',
  revision: 1,
  handles: ['Opened', 'Paid'],
  correlate: (event) => event.data.accountId,
  initialState: () => ({ payments: 0 }),
  evolve: (state, event) => (event.type === 'Paid' ? { payments: state.payments + 1 } : state),
  react: (event, state) => {
    const { accountId } = event.data;
    if (event.type === 'Opened') {
      const command: Remind = { type: 'Remind', data: { accountId } };
      return [{ kind: 'timer', key: 'remind', due: dueAfter(event, 60_000), command }];
    }
    return state.payments === 1 ? [{ kind: 'cancelTimer', key: 'remind' }] : [];
  },
};

const opened: Opened = { type: 'Opened', data: { accountId: 'a', owner: 'ada' } };
const paid: Paid = { type: 'Paid', data: { accountId: 'a', micros: '70000000000000007' } };
const closed: Closed = { type: 'Closed', data: { accountId: 'a' } };

describe('projection specification', () => {
  const spec = projectionSpecification(accounts, deepStrictEqual);

  it('[ES-09] fails when a row differs', () => {
    expect(() => spec(...history('account-a', [opened])).then([])).toThrow();
  });

  it('[ES-09] folds rows by key and deletes on undefined', () => {
    const events = history<AccountEvent>('account-a', [opened, paid, paid, closed]);
    spec(...events.slice(0, 2))
      .when(...events.slice(2, 3))
      .then([
        { account_id: 'a', owner: 'ada', total: 140000000000000014n, paid_at: '2026-01-01T00:00:02.000000Z' },
      ]);
    spec(...events).then([]);
  });

  it('[ES-09] shows only what a rebuild shows: a row made of anything else fails', () => {
    const actorOf = ({ metadata }: { metadata: object }): string =>
      'actor' in metadata ? JSON.stringify(metadata.actor) : 'not seen';
    const keeping = {
      ...accounts,
      evolve: (_: unknown, event: Placed<Opened>, key: string) => ({
        account_id: key,
        owner: actorOf(event),
        total: 0n,
        paid_at: null,
      }),
    };
    const row = { account_id: 'a', total: 0n, paid_at: null };
    const events = history('account-a', [opened]);
    projectionSpecification<AccountRow, Opened>(
      { ...keeping, handles: ['Opened'] },
      deepStrictEqual,
    )(...events).then([{ ...row, owner: 'not seen' }]);
    projectionSpecification<AccountRow, Opened>(
      { ...keeping, handles: ['Opened'], sees: 'all' },
      deepStrictEqual,
    )(...events).then([{ ...row, owner: '{"type":"system","id":"test"}' }]);
  });

  it('is accepted by the runtime type', () => {
    const any: AnyProjection = accounts;
    expect(any.columns['total']).toBe('bigint');
    const nosy: Projection<AccountRow, AccountEvent> = {
      ...accounts,
      // @ts-expect-error -- who caused an event is seen by a `FullProjection` only.
      keysOf: (event) => [event.metadata.commandId],
    };
    expect(nosy.keysOf(placed(recorded(opened)))).toEqual([undefined]);
  });
});

describe('process manager specification', () => {
  const spec = processManagerSpecification(reminders, deepStrictEqual);
  const events = history<AccountEvent>('account-a', [opened, paid, paid, closed]);
  const [first, second, third, fourth] = events;
  if (!first || !second || !third || !fourth) throw new Error('four events expected');

  it('[ES-12] fails when an output differs', () => {
    expect(() => spec().when(first).thenNothing()).toThrow();
  });

  it('[ES-12] computes a due instant from the event, not from a clock', () => {
    const command: Remind = { type: 'Remind', data: { accountId: 'a' } };
    spec().when(first).then({ kind: 'timer', key: 'remind', due: '2026-01-01T00:01:00.000Z', command });
  });

  it('reacts on the state that includes the event, and passes over types it does not handle', () => {
    spec(first).when(second).then({ kind: 'cancelTimer', key: 'remind' });
    spec(first, second).when(third).thenNothing();
    spec(first).when(fourth).thenNothing();
    const any: AnyProcessManager = reminders;
    expect(any.name).toBe('reminders');
  });
});
