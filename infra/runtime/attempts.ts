import type { ClientBase, Pool } from 'pg';
import type { Placed } from '../../domain/kernel/message.ts';
import { type DueLetter, deliveryKey, missingDeliveries } from './dead-letter-store.ts';
import type { Lease } from './leases.ts';
import { partitionOf } from './partitioning.ts';
import type { Delivery, Subscription } from './subscription.ts';
import { isFaultOfEvent } from './transient-errors.ts';

/** What writes, in the transaction of the checkpoint. */
export type Work = (client: ClientBase) => Promise<void>;

/** The deliveries as the subscription handles them. */
export const handling =
  (subscription: Subscription, deliveries: readonly Delivery[]): Work =>
  async (client) => {
    if (deliveries.length === 0) return;
    const faulty = deliveries.find(({ fault }) => fault !== undefined);
    if (faulty !== undefined) throw faulty.fault;
    await subscription.handle(deliveries, client);
  };

/** Null when all is done; otherwise what was thrown, with everything that any of the works wrote rolled back: all are tried again. */
export const attempt = async (client: ClientBase, works: readonly Work[]): Promise<unknown> => {
  await client.query('savepoint delivery');
  try {
    for (const work of works) await work(client);
    return null;
  } catch (error) {
    if (!isFaultOfEvent(error)) throw error;
    await client.query('rollback to savepoint delivery');
    return error ?? new Error('undefined was thrown');
  }
};

export type Place = Readonly<{ pool: Pool; lease: Lease; position: bigint; signal: AbortSignal }>;

/** Of what was looked for before the transaction, a fault of the event belongs into the attempt. */
const remade = async (
  subscription: Subscription,
  { lease, position, signal }: Place,
  { lane, fault }: Delivery,
  counts: (event: Placed, lane: string) => boolean,
): Promise<Work | null> => {
  try {
    if (fault !== undefined) throw fault;
    // Another worker may write that row meanwhile.
    if (partitionOf(lane, lease.partitions) !== lease.partition)
      throw new Error(
        `${lane} was not known when the event was skipped: only a new revision has it in there`,
      );
    return (await subscription.refold?.(lane, position, counts, signal)) ?? null;
  } catch (error) {
    if (!isFaultOfEvent(error)) throw error;
    return () => Promise.reject(error);
  }
};

/**
 * How a letter is tried again whose event is to be delivered to these lanes. Lanes that went on without it are made anew up to the
 * `position` of the partition, without what is missing otherwise. Null: told to stop.
 */
export const worksAgain = async (
  subscription: Subscription,
  place: Place,
  letter: DueLetter,
  again: readonly Delivery[],
): Promise<readonly Work[] | null> => {
  if (!letter.takenBack || subscription.refold === undefined)
    return again.map((delivery) => handling(subscription, [delivery]));
  const missing = new Set(await missingDeliveries(place.pool, subscription.id));
  missing.delete(deliveryKey(letter.position, letter.lane));
  const counts = ({ metadata }: Placed, lane: string): boolean =>
    !missing.has(deliveryKey(metadata.globalPosition, lane));
  const works: Work[] = [];
  for (const delivery of again) {
    const work = await remade(subscription, place, delivery, counts);
    if (work === null) return null;
    works.push(work);
  }
  return works;
};
