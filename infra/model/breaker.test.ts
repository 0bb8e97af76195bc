import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breakerOf, breakerWithin, CALLS_LOOKED_AT, LOOKED_BACK_MS, type RouteCall } from './breaker.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const NOTHING = { fault: null, retryAfterMs: null };
const failed = (secondsAgo: number, told: Partial<RouteCall> = {}): RouteCall => ({
  ...NOTHING,
  failed: true,
  at: NOW - secondsAgo * 1_000,
  ...told,
});
const answered = (secondsAgo: number): RouteCall => ({ ...failed(secondsAgo), failed: false });
const failures = (count: number, lastSecondsAgo: number): RouteCall[] =>
  Array.from({ length: count }, (_, index) => failed(lastSecondsAgo + index));

describe('the breaker of a route', () => {
  it('[LLM-04] [OPS-05] opens at the fifth failure in a row, and not at four with an answer between them', () => {
    expect(breakerOf(failures(4, 1), NOW)).toEqual({ state: 'CLOSED', failures: 4, waitMs: 0, fault: null });
    expect(breakerOf(failures(5, 1), NOW)).toMatchObject({ state: 'OPEN', failures: 5, waitMs: 29_000 });
    expect(breakerOf([...failures(4, 1), answered(10), ...failures(4, 11)], NOW).state).toBe('CLOSED');
  });

  it('[LLM-04] is tried again after its wait: an answer closes it, a failure opens it for longer', () => {
    expect(breakerOf(failures(5, 30), NOW)).toMatchObject({ state: 'HALF_OPEN', failures: 5, waitMs: 0 });
    expect(breakerOf([answered(0), ...failures(5, 30)], NOW).state).toBe('CLOSED');
    expect(breakerOf([failed(0), ...failures(5, 30)], NOW).waitMs).toBe(60_000);
    expect(breakerOf(failures(CALLS_LOOKED_AT + 20, 0), NOW).waitMs).toBe(300_000);
  });

  it('[LLM-04] takes what the fast clock of another worker dates ahead for what was just now', () => {
    expect(breakerOf([failed(-60)], NOW)).toEqual({ state: 'CLOSED', failures: 1, waitMs: 0, fault: null });
    expect(breakerOf(failures(5, -60), NOW)).toMatchObject({ state: 'OPEN', waitMs: 30_000 });
    expect(breakerOf([failed(-60, { retryAfterMs: 2_000 })], NOW).waitMs).toBe(2_000);
    expect(breakerOf([answered(-60), ...failures(5, 1)], NOW).state).toBe('CLOSED');
  });

  it('[LLM-04] [OPS-05] is left alone for longer each time, however many workers try it again at once', () => {
    for (const workers of [1, 3, 10]) {
      const waits: number[] = [];
      let calls: readonly RouteCall[] = [];
      let now = NOW;
      for (let time = 0; time < 6; time += 1) {
        const at = now;
        const refused = { ...NOTHING, failed: true, fault: 'GATEWAY_KEY_REJECTED', at };
        calls = [...Array.from({ length: workers }, () => refused), ...calls];
        const { waitMs } = breakerOf(calls, now);
        waits.push(waitMs / 1_000);
        now += waitMs;
      }
      expect(waits).toEqual([30, 60, 120, 240, 300, 300]);
    }
  });

  it('[LLM-04] forgets what was long ago, and is closed without calls', () => {
    const closed = { state: 'CLOSED', failures: 0, waitMs: 0, fault: null };
    expect(breakerOf([], NOW)).toEqual(closed);
    expect(breakerOf(failures(20, LOOKED_BACK_MS / 1_000), NOW)).toEqual(closed);
  });

  it('[LLM-04] opens at the first failure that an operator has to mend, and names it until there is an answer', () => {
    const unpaid = { fault: 'GATEWAY_ACCOUNT_UNPAID' };
    const first = breakerOf([failed(1, unpaid), answered(2)], NOW);
    expect(first).toEqual({ state: 'OPEN', failures: 1, waitMs: 29_000, ...unpaid });
    expect(breakerOf([failed(30, unpaid)], NOW)).toEqual({
      state: 'HALF_OPEN',
      failures: 1,
      waitMs: 0,
      ...unpaid,
    });
    expect(breakerOf([failed(0, unpaid), failed(30, unpaid)], NOW).waitMs).toBe(60_000);
    expect(breakerOf([failed(0), failed(30, unpaid)], NOW)).toMatchObject({ state: 'OPEN', ...unpaid });
    expect(breakerOf([answered(0), failed(30, unpaid)], NOW)).toMatchObject({ state: 'CLOSED', fault: null });
  });

  it('[LLM-04] is open for as long as the gateway asked to be left alone, at most five minutes, and closed after that', () => {
    expect(breakerOf([failed(1, { retryAfterMs: 20_000 })], NOW)).toMatchObject({
      state: 'OPEN',
      waitMs: 19_000,
    });
    expect(breakerOf([failed(20, { retryAfterMs: 20_000 })], NOW).state).toBe('CLOSED');
    expect(breakerOf([failed(0), failed(1, { retryAfterMs: 20_000 })], NOW).waitMs).toBe(19_000);
    expect(breakerOf([failed(0, { retryAfterMs: 9e9 })], NOW).waitMs).toBe(300_000);
    expect(breakerOf([answered(0), failed(1, { retryAfterMs: 20_000 })], NOW).state).toBe('CLOSED');
    const both = [...failures(4, 2), failed(1, { retryAfterMs: 90_000 })];
    expect(breakerOf(both, NOW).waitMs).toBe(89_000);
    expect(
      breakerOf(
        both.map((call) => ({ ...call, at: call.at - 90_000 })),
        NOW,
      ).state,
    ).toBe('HALF_OPEN');
  });

  it('[LLM-04] is never closed without an answer while its route stays down and is tried each time that it may be', () => {
    const calls = failures(5, 0);
    let now = NOW;
    let tries = 0;
    for (; now < NOW + 6 * 3_600_000; tries += 1) {
      const { state, waitMs } = breakerOf(calls, now);
      expect([now - NOW, state]).toEqual([now - NOW, 'OPEN']);
      // As long as a call without an answer can take.
      now += waitMs + 60_000;
      expect(breakerOf(calls, now).state).toBe('HALF_OPEN');
      calls.push({ ...NOTHING, failed: true, at: now });
    }
    expect(tries).toBeLessThan(90);
  });

  it('[LLM-04] whatever the calls and their order: opens by failures alone, and for a time that ends', () => {
    const call = fc.record({
      failed: fc.boolean(),
      at: fc.integer({ min: NOW - 2 * LOOKED_BACK_MS, max: NOW }),
      fault: fc.constantFrom(null, null, 'GATEWAY_KEY_REJECTED'),
      retryAfterMs: fc.option(fc.integer({ min: 0, max: 2 ** 31 - 1 }), { nil: null }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(call, { selector: ({ at }) => at, maxLength: 30 }), (calls) => {
        const breaker = breakerOf(calls, NOW);
        expect(breakerOf(calls.toReversed(), NOW)).toEqual(breaker);
        expect(breaker.waitMs > 0).toBe(breaker.state === 'OPEN');
        expect(breaker.waitMs).toBeLessThanOrEqual(300_000);
        if (breaker.state !== 'CLOSED') {
          expect(breakerOf([...calls, { ...answered(0), at: NOW + 1 }], NOW + 1).state).toBe('CLOSED');
          expect(breakerOf(calls, NOW + LOOKED_BACK_MS).state).toBe('CLOSED');
          expect(breakerOf(calls, NOW + breaker.waitMs).state).not.toBe('OPEN');
        }
      }),
    );
  });
});

describe('the breaker of a route whose gateway has others', () => {
  const KEY = { fault: 'GATEWAY_KEY_REJECTED' };
  const of = (model: string, ...calls: readonly RouteCall[]) => calls.map((call) => ({ ...call, model }));
  const closed = { state: 'CLOSED', failures: 0, waitMs: 0, fault: null };

  it('[LLM-04] opens by what one of them says of the key or the account that they share, and not by what it says of its model, or how it does', () => {
    for (const fault of ['GATEWAY_KEY_REJECTED', 'GATEWAY_ACCOUNT_UNPAID'])
      expect(breakerWithin('b', of('a', failed(1, { fault })), NOW)).toEqual({
        state: 'OPEN',
        failures: 0,
        waitMs: 29_000,
        fault,
      });
    const others = [of('a', failed(1, { fault: 'GATEWAY_ROUTE_UNKNOWN' })), of('a', ...failures(9, 1)), []];
    for (const calls of others) expect(breakerWithin('b', calls, NOW)).toEqual(closed);
    expect(breakerWithin('b', of('a', failed(1, { retryAfterMs: 90_000 })), NOW)).toEqual(closed);
    const both = [...of('a', failed(1, KEY)), ...of('b', failed(20, { fault: 'GATEWAY_ROUTE_UNKNOWN' }))];
    expect(breakerWithin('b', both, NOW)).toMatchObject({ waitMs: 29_000, fault: 'GATEWAY_ROUTE_UNKNOWN' });
  });

  it('[LLM-04] is tried again after that, waits longer where it fails the same way, and closes by an answer of any of them', () => {
    const first = of('a', failed(30, KEY));
    expect(breakerWithin('b', first, NOW)).toMatchObject({ state: 'HALF_OPEN', ...KEY });
    const both = [...first, ...of('b', failed(0, KEY))];
    for (const model of ['a', 'b', 'c']) expect(breakerWithin(model, both, NOW).state).toBe('OPEN');
    expect(breakerWithin('c', both, NOW).waitMs).toBe(60_000);
    expect(breakerWithin('c', [...both, ...of('b', answered(0))], NOW)).toEqual(closed);
    expect(breakerWithin('c', [...first, ...of('c', answered(20))], NOW)).toEqual(closed);
    expect(breakerWithin('c', [...of('a', failed(1, KEY)), ...of('b', answered(2))], NOW).state).toBe('OPEN');
    const badMoment = [...of('a', failed(1, KEY), failed(3)), ...of('b', answered(2))];
    expect(breakerWithin('c', badMoment, NOW)).toMatchObject({ state: 'OPEN', ...KEY });
  });

  it('[LLM-04] is open for no longer where several of them, or several calls of one, were refused in the same moment', () => {
    const nine = [...'abcdefghi'].flatMap((model, place) => of(model, failed(1 + place / 10, KEY)));
    expect(breakerWithin('z', nine, NOW)).toMatchObject({ state: 'OPEN', waitMs: 29_000, ...KEY });
    for (const { model } of nine) expect(breakerWithin(model, nine, NOW).waitMs).toBe(29_000);
    const later = (ms: number) => nine.map((call) => ({ ...call, at: call.at + ms }));
    const again = [...nine, ...later(31_000)];
    expect(breakerWithin('z', again, NOW + 31_000).waitMs).toBe(59_000);
    expect(breakerWithin('z', [...again, ...later(95_000)], NOW + 95_000).waitMs).toBe(119_000);
    const busy = Array.from({ length: CALLS_LOOKED_AT }, (_, place) => failed(1 + (place % 20), KEY));
    expect(breakerOf(busy, NOW)).toMatchObject({ failures: CALLS_LOOKED_AT, waitMs: 29_000 });
    // What begins after the first wait is another try.
    expect(breakerOf([failed(0, KEY), failed(30, KEY), failed(31, KEY)], NOW).waitMs).toBe(60_000);
    expect(breakerOf([failed(0, KEY), failed(30, KEY), failed(60, KEY)], NOW).waitMs).toBe(120_000);
  });

  it('[LLM-04] is kept by no route whose model alone is refused while others answer under the same key', () => {
    const refused = of('a', failed(1, KEY), failed(31, KEY), failed(91, KEY));
    expect(breakerWithin('b', [...refused, ...of('b', answered(60))], NOW)).toEqual(closed);
    expect(breakerWithin('a', [...refused, ...of('b', answered(60))], NOW)).toMatchObject({
      state: 'OPEN',
      ...KEY,
    });
  });

  it('[LLM-04] is never less than its own, and ends', () => {
    const call = fc.record({
      model: fc.constantFrom('a', 'b', 'c'),
      failed: fc.boolean(),
      at: fc.integer({ min: NOW - 2 * LOOKED_BACK_MS, max: NOW }),
      fault: fc.constantFrom(null, null, 'GATEWAY_KEY_REJECTED', 'GATEWAY_ROUTE_UNKNOWN'),
      retryAfterMs: fc.option(fc.integer({ min: 0, max: 600_000 }), { nil: null }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(call, { selector: ({ at }) => at, maxLength: 30 }), (calls) => {
        const own = breakerOf(
          calls.filter(({ model }) => model === 'a'),
          NOW,
        );
        const within = breakerWithin('a', calls, NOW);
        expect(within.waitMs).toBeGreaterThanOrEqual(own.waitMs);
        expect(within.waitMs > 0).toBe(within.state === 'OPEN');
        expect(within.failures).toBe(own.failures);
        expect(within.waitMs).toBeLessThanOrEqual(300_000);
        expect(breakerWithin('a', calls, NOW + LOOKED_BACK_MS).state).toBe('CLOSED');
      }),
    );
  });
});
