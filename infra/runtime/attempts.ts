import type { ClientBase, Pool } from 'pg';
import { type DueLetter, deliveryKey, missingDeliveries } from './dead-letter-store.ts';
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

export type Place = Readonly<{ pool: Pool; position: bigint; signal: AbortSignal }>;

/** Of what was looked for before the transaction, a fault of the event belongs into the attempt. */
const remade = async (
  subscription: Subscription,
  { position, signal }: Place,
  { lane, fault }: Delivery,
  missing: ReadonlySet<string>,
): Promise<Work | null> => {
  try {
    if (fault !== undefined) throw fault;
    return (await subscription.refold?.(lane, position, missing, signal)) ?? null;
  } catch (error) {
    if (!isFaultOfEvent(error)) throw error;
    return () => Promise.reject(error);
  }
};

/**
 * True of a letter whose event could not be told where it belongs, and can be by now: `now` is where. Rows went on without it, of
 * other partitions too, so each takes it in by itself.
 */
export const isForOthers = (
  { refold }: Subscription,
  { lane }: DueLetter,
  now: readonly Delivery[],
): boolean => refold !== undefined && now.length > 0 && !now.some((delivery) => delivery.lane === lane);

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
  const works: Work[] = [];
  for (const delivery of again) {
    const work = await remade(subscription, place, delivery, missing);
    if (work === null) return null;
    works.push(work);
  }
  return works;
};
