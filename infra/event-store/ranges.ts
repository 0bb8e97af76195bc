import { InvalidAppend, type LogRange, type TypesRead } from '../../domain/kernel/event-store.ts';
import type { Placed, Positioned } from '../../domain/kernel/message.ts';
import { LIMITS } from './encoding.ts';

/** The largest position or version that the database can hold. */
export const MAX_BIGINT = 2n ** 63n - 1n;

const refuse = (path: string, message: string): never => {
  throw new InvalidAppend('INVALID_RANGE', path, message);
};

const checkPosition = (value: bigint, path: string): bigint =>
  typeof value === 'bigint' && value >= 0n && value <= MAX_BIGINT
    ? value
    : refuse(path, 'must be a bigint, not negative');

const checkCount = (value: number, path: string): number =>
  Number.isInteger(value) && value > 0 ? value : refuse(path, 'must be a positive integer');

/** Versions `from` to `to`, both inclusive, oldest first. Without `maxCount` the whole stream is read. */
export const checkStreamRange = (
  range: Readonly<{ from?: bigint; to?: bigint; maxCount?: number }> = {},
): { from: bigint; to: bigint; maxCount: number } => ({
  from: checkPosition(range.from ?? 0n, 'from'),
  to: checkPosition(range.to ?? MAX_BIGINT, 'to'),
  maxCount: checkCount(range.maxCount ?? 2_147_483_647, 'maxCount'),
});

/** Positions above `after`, up to `to` inclusive; `limit` is capped at `LIMITS.readCount`. */
export const checkLogRange = (range: LogRange): { after: bigint; limit: number; to: bigint } => ({
  after: checkPosition(range.after, 'after'),
  to: checkPosition(range.to ?? MAX_BIGINT, 'to'),
  limit: Math.min(checkCount(range.limit, 'limit'), LIMITS.readCount),
});

/** All events that were found in the range, as an answer that tells how far was looked. */
export const lookedAt = <E extends Placed>({ after }: LogRange, events: readonly E[]): TypesRead<E> => ({
  events,
  reached: events.at(-1)?.metadata.globalPosition ?? after,
});

/** What `readTypes` answers where all events of the range have been read: `looked`. */
export const ofTypes = (
  types: readonly string[],
  range: LogRange,
  looked: readonly Positioned[],
): TypesRead => ({ ...lookedAt(range, looked), events: looked.filter(({ type }) => types.includes(type)) });
