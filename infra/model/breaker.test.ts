import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breakerOf, CALLS_LOOKED_AT, LOOKED_BACK_MS, type RouteCall } from './breaker.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const failed = (secondsAgo: number): RouteCall => ({ failed: true, at: NOW - secondsAgo * 1_000 });
const answered = (secondsAgo: number): RouteCall => ({ failed: false, at: NOW - secondsAgo * 1_000 });
const failures = (count: number, lastSecondsAgo: number): RouteCall[] =>
  Array.from({ length: count }, (_, index) => failed(lastSecondsAgo + index));

describe('the breaker of a route', () => {
  it('[LLM-04] [OPS-05] opens at the fifth failure in a row, and not at four with an answer between them', () => {
    expect(breakerOf(failures(4, 1), NOW)).toEqual({ state: 'CLOSED', failures: 4, waitMs: 0 });
    expect(breakerOf(failures(5, 1), NOW)).toEqual({ state: 'OPEN', failures: 5, waitMs: 29_000 });
    expect(breakerOf([...failures(4, 1), answered(10), ...failures(4, 11)], NOW).state).toBe('CLOSED');
  });

  it('[LLM-04] is tried again after its wait: an answer closes it, a failure opens it for longer', () => {
    expect(breakerOf(failures(5, 30), NOW)).toEqual({ state: 'HALF_OPEN', failures: 5, waitMs: 0 });
    expect(breakerOf([answered(0), ...failures(5, 30)], NOW).state).toBe('CLOSED');
    expect(breakerOf([failed(0), ...failures(5, 30)], NOW).waitMs).toBe(60_000);
    expect(breakerOf(failures(CALLS_LOOKED_AT + 20, 0), NOW).waitMs).toBe(300_000);
  });

  it('[LLM-04] forgets what was long ago, and is closed without calls', () => {
    const closed = { state: 'CLOSED', failures: 0, waitMs: 0 };
    expect(breakerOf([], NOW)).toEqual(closed);
    expect(breakerOf(failures(20, LOOKED_BACK_MS / 1_000), NOW)).toEqual(closed);
  });

  it('[LLM-04] whatever the calls and their order: opens by failures alone, and for a time that ends', () => {
    const call = fc.record({
      failed: fc.boolean(),
      at: fc.integer({ min: NOW - 2 * LOOKED_BACK_MS, max: NOW }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(call, { selector: ({ at }) => at, maxLength: 30 }), (calls) => {
        const breaker = breakerOf(calls, NOW);
        expect(breakerOf(calls.toReversed(), NOW)).toEqual(breaker);
        expect(breaker.waitMs > 0).toBe(breaker.state === 'OPEN');
        expect(breaker.waitMs).toBeLessThanOrEqual(300_000);
        if (breaker.state !== 'CLOSED') {
          expect(breakerOf([...calls, { failed: false, at: NOW + 1 }], NOW + 1).state).toBe('CLOSED');
          expect(breakerOf(calls, NOW + LOOKED_BACK_MS).state).toBe('CLOSED');
          expect(breakerOf(calls, NOW + breaker.waitMs).state).not.toBe('OPEN');
        }
      }),
    );
  });
});
