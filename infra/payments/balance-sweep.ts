import { hash, randomUUID } from 'node:crypto';
import { balanceKey, takeBalance } from '../../commands/billing/take-balance.ts';
import { execute } from '../../commands/kernel/execute.ts';
import {
  BALANCE_STREAM,
  type BalanceMoved,
  type BalanceMovement,
} from '../../domain/billing/payments/balance.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { Statements } from '../finance/statements.ts';

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

/**
 * Books what moved on our balance at the payment provider since the last time (BIL-11), oldest first, so that whatever breaks off
 * goes on where it ended. Any number of processes may do it: each movement is booked once. Gives how many were told of.
 */
export const sweepBalance = async (
  store: StreamStore,
  statements: Pick<Statements, 'movements'>,
  now: Date,
): Promise<number> => {
  const told: BalanceMovement[] = [];
  const until = new Date(now.getTime() + AHEAD_MS).toISOString();
  for await (const movement of statements.movements(await begin(store), until)) told.push(movement);
  told.sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
  for (const data of told) {
    const id = randomUUID();
    const command = { type: 'TakeBalance', data } as const;
    const actor = { type: 'system', id: 'balance-sweep' } as const;
    const context = { commandId: id, correlationId: id, causationId: id, actor };
    const key = balanceKey(command);
    const idempotency = { key, bodyHash: hash('sha256', key) };
    await execute(takeBalance, command, store, {}, { context, idempotency });
  }
  return told.length;
};
