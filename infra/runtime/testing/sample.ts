import type { Event } from '../../../domain/kernel/message.ts';
import type { Projection } from '../../../domain/kernel/projection.ts';

export type Opened = Event<'AccountOpened', { accountId: string; owner: string }>;
export type Deposited = Event<
  'Deposited',
  { accountId: string; owner: string; micros: string; note?: string }
>;
export type Closed = Event<'AccountClosed', { accountId: string }>;
export type AccountEvent = Opened | Deposited | Closed;

export const opened = (accountId: string, owner = 'ada'): Opened => ({
  type: 'AccountOpened',
  data: { accountId, owner },
});
export const deposited = (
  accountId: string,
  micros: bigint | string,
  owner = 'ada',
  note?: string,
): Deposited => ({
  type: 'Deposited',
  data: { accountId, owner, micros: String(micros), ...(note === undefined ? {} : { note }) },
});
export const closed = (accountId: string): Closed => ({ type: 'AccountClosed', data: { accountId } });

export type AccountRow = Readonly<{
  account_id: string;
  owner: string;
  balance: bigint;
  deposits: number;
  average: number;
  rich: boolean;
  last_at: string;
  note: string | null;
  notes: readonly string[];
}>;

/** One row per account, with a column of every type. Throws on the deposit `poison`. */
export const accounts: Projection<AccountRow, AccountEvent> = {
  name: 'accounts',
  revision: 1,
  table: 'accounts',
  handles: ['AccountOpened', 'Deposited', 'AccountClosed'],
  columns: {
    account_id: 'text',
    owner: 'text',
    balance: 'bigint',
    deposits: 'int',
    average: 'double',
    rich: 'boolean',
    last_at: 'timestamptz',
    note: 'text?',
    notes: 'json',
  },
  key: 'account_id',
  indexes: [['owner', '-last_at']],
  keysOf: (event) => [event.data.accountId],
  evolve: (row, event, key) => {
    switch (event.type) {
      case 'AccountOpened':
        return {
          account_id: key,
          owner: event.data.owner,
          balance: 0n,
          deposits: 0,
          average: 0,
          rich: false,
          last_at: event.metadata.recordedAt,
          note: null,
          notes: [],
        };
      case 'Deposited': {
        if (row === undefined) return undefined;
        if (event.data.micros === 'poison') throw new Error('poison deposit');
        const balance = row.balance + BigInt(event.data.micros);
        const deposits = row.deposits + 1;
        const note = event.data.note ?? null;
        return {
          ...row,
          balance,
          deposits,
          average: Number(balance) / deposits / 3,
          rich: balance > 1_000n,
          last_at: event.metadata.recordedAt,
          note,
          notes: note === null ? row.notes : [...row.notes.slice(-2), note],
        };
      }
      case 'AccountClosed':
        return undefined;
    }
  },
};

export type OwnerRow = Readonly<{ owner: string; total: bigint; trail: string }>;

/** One row per owner, fed by many streams: the order across streams shows in `trail`. */
export const owners: Projection<OwnerRow, Deposited> = {
  name: 'owners',
  revision: 1,
  table: 'owners',
  handles: ['Deposited'],
  columns: { owner: 'text', total: 'bigint', trail: 'text' },
  key: 'owner',
  keysOf: (event) => [event.data.owner, 'everyone'],
  evolve: (row, event, key) => ({
    owner: key,
    total: (row?.total ?? 0n) + BigInt(event.data.micros),
    trail: `${(row?.trail ?? '').slice(-60)}/${event.metadata.globalPosition}`,
  }),
};
