import { hash, randomUUID } from 'node:crypto';
import { balanceKey, takeBalance } from '../../commands/billing/take-balance.ts';
import { execute } from '../../commands/kernel/execute.ts';
import { BALANCE_STREAM, type BalanceMoved } from '../../domain/billing/payments/balance.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { Statements } from '../finance/statements.ts';
import { oldestFirst } from './oldest-first.ts';

/** What Stripe lists may be a little late; what is known of it already costs one look each. */
const OVERLAP_MS = 3_600_000;
/** Clocks differ: nothing that the provider tells of is ahead of this. */
const AHEAD_MS = 86_400_000;
const BEGINNING = new Date(0).toISOString();

/** The time of the newest movement that is booked, less the overlap. */
const begin = async (store: Pick<StreamStore, 'read'>): Promise<string> => {
  const { currentStreamVersion: from } = await store.read(BALANCE_STREAM, { maxCount: 1 });
  if (from === 0n) return BEGINNING;
  const [last] = (await store.read<BalanceMoved>(BALANCE_STREAM, { from, maxCount: 1 })).events;
  return last === undefined ? BEGINNING : new Date(Date.parse(last.data.at) - OVERLAP_MS).toISOString();
};

export type BalanceSweep = Readonly<{
  store: StreamStore;
  statements: Pick<Statements, 'movements'>;
  now: Date;
  /** Movements in memory at once. */
  most?: number;
}>;

/**
 * Books what moved on our balance at the payment provider since the last time (BIL-11), oldest first, so that whatever breaks it off
 * goes on where it ended. Any number of processes may do it: each movement is booked once. Gives how many were told of.
 */
export const sweepBalance = async (
  { store, statements, now, most }: BalanceSweep,
  signal: AbortSignal,
): Promise<number> => {
  let told = 0;
  const until = new Date(now.getTime() + AHEAD_MS).toISOString();
  for await (const batch of oldestFirst(statements, await begin(store), until, most))
    for (const data of batch) {
      if (signal.aborted) return told;
      const id = randomUUID();
      const command = { type: 'TakeBalance', data } as const;
      const actor = { type: 'system', id: 'balance-sweep' } as const;
      const context = { commandId: id, correlationId: id, causationId: id, actor };
      const key = balanceKey(command);
      const idempotency = { key, bodyHash: hash('sha256', key) };
      await execute(takeBalance, command, store, {}, { context, idempotency });
      told += 1;
    }
  return told;
};
