import { describe, expect, it } from 'vitest';
import { deterministicId } from './deterministic-id.ts';
import { isNoteworthy } from './partition-runner.ts';
import { partitionOf, stableHash } from './partitioning.ts';
import { DEFAULT_TIMINGS, retryDelayMs } from './subscription.ts';
import { isFaultOfEvent, isLeaseLost, isTransient, LeaseLost } from './transient-errors.ts';

const coded = (code: string): Error => Object.assign(new Error('x'), { code });

describe('partitioning', () => {
  it('[ES-10] never changes: checkpoints depend on it', () => {
    expect(stableHash('')).toBe(0x811c9dc5);
    // Published FNV-1a vectors.
    expect(stableHash('a')).toBe(0xe40c292c);
    expect(stableHash('foobar')).toBe(0xbf9cf968);
    expect(partitionOf('foobar', 8)).toBe(0);
    expect(partitionOf('anything', 1)).toBe(0);
  });

  it('[ES-10] spreads streams', () => {
    const counts = new Array<number>(8).fill(0);
    for (let n = 0; n < 8_000; n += 1) {
      const partition = partitionOf(`job-${n}`, 8);
      counts[partition] = (counts[partition] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});

describe('deterministicId', () => {
  it('[ES-12] is a UUID, the same for the same parts and another for others', () => {
    const id = deterministicId('output', 'orders', 'a', 7n, 0);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(deterministicId('output', 'orders', 'a', 7n, 0)).toBe(id);
    expect(deterministicId('output', 'orders', 'a', 7n, 1)).not.toBe(id);
    expect(deterministicId('ab', 'c')).not.toBe(deterministicId('a', 'bc'));
  });
});

describe('errors', () => {
  it.each(['08006', '40001', '40P01', '53300', '57P01', '57014', '25P03', 'ECONNRESET', 'ECONNREFUSED'])(
    '[ES-11] %s says nothing about the event',
    (code) => {
      expect(isTransient(coded(code))).toBe(true);
    },
  );

  it.each(['ENOENT', '22003', '23505', '42P01', 'P0001', 'ERR_INVALID_ARG_TYPE'])(
    '[ES-11] %s counts against the event',
    (code) => {
      expect(isTransient(coded(code))).toBe(false);
    },
  );

  it('[ES-11] waits for a socket that is away, not for a file that is missing', () => {
    expect(isTransient(coded('EPIPE'))).toBe(true);
    expect(isTransient(Object.assign(coded('ENOENT'), { syscall: 'connect' }))).toBe(true);
    expect(isTransient(Object.assign(coded('ENOENT'), { syscall: 'open' }))).toBe(false);
  });

  it('[ES-11] blames the event for a statement that ran into its timeout, not for a full disk', () => {
    expect([coded('57014'), coded('53100'), coded('22003')].map(isFaultOfEvent)).toEqual([true, false, true]);
  });

  it('[ES-11] tells of a failure that does not pass, ever less often', () => {
    const told = Array.from({ length: 40 }, (_, index) => index + 1).filter(isNoteworthy);
    expect(told).toEqual([4, 8, 16, 32]);
  });

  it('[ES-11] knows the plain errors of pg', () => {
    expect(isTransient(new Error('Connection terminated unexpectedly'))).toBe(true);
    // Of a client without a pool that could not connect in time; nothing of ours says it.
    expect(isTransient(new Error('timeout expired'))).toBe(true);
    expect(isTransient(new Error('the timeout expired of this order'))).toBe(false);
    expect(isTransient(new AggregateError([coded('ECONNREFUSED')]))).toBe(true);
    expect(isTransient(new TypeError('x is not a function'))).toBe(false);
    expect(isTransient('thrown text')).toBe(false);
  });

  it('[ES-10] tells a lost lease', () => {
    expect(isLeaseLost(coded('IA001'))).toBe(true);
    expect(isLeaseLost(new LeaseLost('x'))).toBe(true);
    expect(isLeaseLost(coded('40001'))).toBe(false);
  });
});

describe('retryDelayMs', () => {
  it('[ES-11] grows and stays below a minute', () => {
    const delays = [1, 2, 3, 4, 10].map((attempts) => retryDelayMs(DEFAULT_TIMINGS, attempts));
    expect(delays).toEqual([200, 800, 3_200, 12_800, 60_000]);
  });
});
