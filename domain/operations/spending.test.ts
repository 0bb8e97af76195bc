import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { fold } from '../kernel/decider.ts';
import { isRejection } from '../kernel/rejection.ts';
import { specificationFor } from '../kernel/specification.ts';
import {
  haltedMs,
  haltsNow,
  isHaltedFor,
  requireSpending,
  type SpendingCommand,
  type SpendingEvent,
  spending,
} from './spending.ts';

const given = specificationFor(spending, deepStrictEqual);
const minute = (n: number): string => `2026-11-21T10:${String(n).padStart(2, '0')}:00.000Z`;
const data = (userId: string | null, at = 0) => ({ userId, reason: 'a bill', by: 'eve', at: minute(at) });
const halted = (userId: string | null, at = 0): SpendingEvent => ({
  type: 'SpendingHalted',
  data: data(userId, at),
});
const released = (userId: string | null, at = 0): SpendingEvent => ({
  type: 'SpendingReleased',
  data: data(userId, at),
});

const all = (isHalted: boolean, at = 0): SpendingCommand => {
  const { userId: _, ...rest } = data(null, at);
  return { type: 'SwitchSpending', data: { halted: isHalted, ...rest } };
};
const one = (userId: string, isHalted: boolean, at = 0): SpendingCommand => ({
  type: 'SwitchUserSpending',
  data: { ...data(userId, at), userId, halted: isHalted },
});

describe('the kill switch', () => {
  it('[OPS-04] changes nothing when it is repeated', () => {
    given(halted(null)).when(all(true, 1)).thenNothing();
    given().when(all(false)).thenNothing();
    given(halted('ada'), released('ada')).when(one('ada', false)).thenNothing();
  });

  it('[OPS-04] halts and releases everybody or one person, each apart, with who did it and why', () => {
    given().when(all(true)).then(halted(null));
    given(halted(null))
      .when(one('ada', true, 2))
      .then(halted('ada', 2));
    given(halted(null), halted('ada'))
      .when(one('ada', false, 3))
      .then(released('ada', 3));
    given(halted('ada')).when(all(false)).thenNothing();
  });

  it('[ES-13] keeps no address of a halt of everybody, which no key of a person reaches; of one person, the words as they are', () => {
    const reason = 'abuse by bob@example.org';
    const said = <C extends SpendingCommand>(command: C): C => ({
      ...command,
      data: { ...command.data, reason },
    });
    given()
      .when(said(all(true)))
      .then({ type: 'SpendingHalted', data: { ...data(null), reason: 'abuse by [address]' } });
    given()
      .when(said(one('ada', true)))
      .then({ type: 'SpendingHalted', data: { ...data('ada'), reason } });
  });

  it('[OPS-04] refuses a person while one halt that concerns them lasts', () => {
    const both = fold(spending, [halted('ada'), halted(null), released(null)]);
    expect([isHaltedFor(both, 'ada'), isHaltedFor(both, 'bob')]).toEqual([true, false]);
    expect(haltsNow(both).map(({ userId }) => userId)).toEqual(['ada']);
    const everybody = fold(spending, [halted(null), halted('ada'), released('ada')]);
    expect(isHaltedFor(everybody, 'ada')).toBe(true);
    requireSpending(both, 'bob');
    try {
      requireSpending(both, 'ada');
      expect.unreachable();
    } catch (error) {
      expect(isRejection(error) && [error.code, error.data, error.message.includes('a bill')]).toEqual([
        'SPENDING_HALTED',
        {},
        false,
      ]);
    }
  });

  it('[OPS-04] counts the time of halts that overlap once, and none outside of what is asked', () => {
    const state = fold(spending, [
      halted('ada', 10),
      halted(null, 15),
      halted('bob', 16),
      released('ada', 20),
      released(null, 30),
      halted(null, 40),
    ]);
    const minutes = (userId: string, from: number, to: number): number =>
      haltedMs(state, userId, minute(from), minute(to)) / 60_000;
    expect(minutes('ada', 0, 50)).toBe(30);
    expect(minutes('ada', 0, 9)).toBe(0);
    expect(minutes('ada', 12, 17)).toBe(5);
    expect(minutes('ada', 31, 39)).toBe(0);
    expect(minutes('cy', 0, 50)).toBe(25);
    expect(minutes('bob', 20, 50)).toBe(30);
  });
});
