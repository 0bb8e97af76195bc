import { deepStrictEqual, ok } from 'node:assert';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from '../kernel/decider.ts';
import { specificationFor } from '../kernel/specification.ts';
import {
  type BudgetCommand,
  type BudgetEvent,
  budget,
  leftOf,
  limitOf,
  missingOf,
  UNHELD_LIMIT,
} from './budget.ts';

const at = '2026-11-20T10:00:00.000Z';
const in_ = { jobId: 'j', userId: 'u', at };
const reserve = (callKey: string, atMost: number, hold: number | null = 100): BudgetCommand => ({
  type: 'ReserveCall',
  data: { ...in_, callKey, atMost, hold },
});
const reserved = (callKey: string, atMost: number, hold: number | null = 100): BudgetEvent => ({
  type: 'CallReserved',
  data: { ...in_, callKey, atMost, hold },
});
const reached = (
  callKey: string,
  atMost: number,
  left: number,
  limit: number,
  hold: number | null = 100,
): BudgetEvent => ({
  type: 'BudgetReached',
  data: { ...in_, callKey, atMost, hold, left, limit },
});
const settle = (callKey: string, microCredits: number): BudgetCommand => ({
  type: 'SettleCall',
  data: { ...in_, callKey, microCredits },
});
const settled = (callKey: string, microCredits: number): BudgetEvent => ({
  type: 'CallSettled',
  data: { ...in_, callKey, microCredits },
});
const warned = (threshold: 75 | 90, spent: number, limit: number): BudgetEvent => ({
  type: 'BudgetWarned',
  data: { ...in_, threshold, spent, limit },
});
const cap = (micro: number | null): BudgetCommand => ({ type: 'SetBudgetCap', data: { ...in_, cap: micro } });
const capped = (micro: number | null): BudgetEvent => ({
  type: 'BudgetCapSet',
  data: { ...in_, cap: micro },
});

describe('budget of a job', () => {
  const given = specificationFor(budget, deepStrictEqual);

  it('[BIL-08] lets no call through that could exceed the hold, also while others are under way', () => {
    given(reserved('a', 60))
      .when(reserve('b', 41))
      .then(reached('b', 41, 40, 100));
    given(reserved('a', 60)).when(reserve('b', 40)).then(reserved('b', 40));
  });

  it('[BIL-08] lets no call through where nothing is held, or no more', () => {
    given()
      .when(reserve('a', 1, 0))
      .then(reached('a', 1, 0, 0, 0));
    given(reserved('a', 60), settled('a', 60))
      .when(reserve('b', 1, 0))
      .then(reached('b', 1, -60, 0, 0));
  });

  it('[BIL-08] [BIL-03] limits a job of which nothing is held to what it may cost us, and to the cap of the person where it is lower', () => {
    given(capped(30))
      .when(reserve('a', 31, null))
      .then(reached('a', 31, 30, 30, null));
    for (const most of [null, UNHELD_LIMIT + 1])
      given(capped(most), reserved('a', UNHELD_LIMIT, null), settled('a', 9))
        .when(reserve('b', UNHELD_LIMIT - 8, null))
        .then(reached('b', UNHELD_LIMIT - 8, UNHELD_LIMIT - 9, UNHELD_LIMIT, null));
    given(reserved('a', 30, null), settled('a', 20))
      .when(cap(25))
      .then(capped(25), warned(75, 20, 25));
    const lifted = fold(budget, [capped(30), reached('a', 31, 30, 30, null), capped(null)]);
    expect([limitOf(lifted), missingOf(lifted)]).toEqual([UNHELD_LIMIT, 0]);
  });

  it('[BIL-08] counts the cap of the person where it is lower, and not where it is higher', () => {
    given(capped(30))
      .when(reserve('a', 31))
      .then(reached('a', 31, 30, 30));
    given(capped(30)).when(reserve('a', 30)).then(reserved('a', 30));
    given(capped(500))
      .when(reserve('a', 101))
      .then(reached('a', 101, 100, 100));
    given(capped(30), capped(null)).when(reserve('a', 100)).then(reserved('a', 100));
  });

  it('[BIL-08] knows by how much the limit has to rise for the call that was not made', () => {
    const asking = [reserved('a', 60), reached('b', 50, 40, 100)];
    const missing = (...events: readonly BudgetEvent[]): number => missingOf(fold(budget, events));
    expect(missing(reserved('a', 60))).toBe(0);
    expect(missing(...asking)).toBe(10);
    expect(missing(...asking, capped(90))).toBe(20);
    expect(missing(...asking, reserved('b', 50, 110))).toBe(0);
  });

  it('[BIL-08] gives back what a call did not need', () => {
    given(reserved('a', 60), settled('a', 10)).when(reserve('b', 90)).then(reserved('b', 90));
  });

  it('[BIL-08] [BIL-05] reserves nothing for what has no price, also where the limit fell below what is spent', () => {
    const overdrawn = [
      reserved('a', 60),
      settled('a', 60),
      capped(50),
      warned(75, 60, 50),
      warned(90, 60, 50),
    ];
    given(...overdrawn)
      .when(reserve('b', 0))
      .then(reserved('b', 0));
    given(...overdrawn)
      .when(reserve('b', 1))
      .then(reached('b', 1, -10, 50));
  });

  it('[BIL-08] warns at 75 % and 90 %, once each', () => {
    given(reserved('a', 74)).when(settle('a', 74)).then(settled('a', 74));
    given(reserved('a', 75))
      .when(settle('a', 75))
      .then(settled('a', 75), warned(75, 75, 100));
    given(reserved('a', 95))
      .when(settle('a', 95))
      .then(settled('a', 95), warned(75, 95, 100), warned(90, 95, 100));
    given(reserved('a', 75), settled('a', 75), warned(75, 75, 100), reserved('b', 5))
      .when(settle('b', 5))
      .then(settled('b', 5));
  });

  it('[BIL-08] warns anew under a new limit', () => {
    const spent = [reserved('a', 80), settled('a', 80), warned(75, 80, 100)];
    given(...spent)
      .when(cap(85))
      .then(capped(85), warned(90, 80, 85));
    given(...spent)
      .when(cap(85_000))
      .then(capped(85_000));
    const raised = reserved('b', 70, 200);
    given(...spent)
      .when(reserve('b', 70, 200))
      .then(raised);
    given(...spent, raised)
      .when(settle('b', 70))
      .then(settled('b', 70), warned(75, 150, 200));
  });

  it('[BIL-08] reserves a call once until it is settled, settles it once, and takes a cap that is the same not at all', () => {
    given(reserved('a', 60)).when(reserve('a', 60)).thenNothing();
    given(reserved('a', 60), settled('a', 5)).when(reserve('a', 60)).then(reserved('a', 60));
    given(reserved('a', 60), settled('a', 5)).when(settle('a', 5)).thenNothing();
    given().when(settle('a', 5)).thenNothing();
    given(capped(5)).when(cap(5)).thenNothing();
    given().when(cap(null)).thenNothing();
  });

  it('[BIL-08] refuses amounts that are none', () => {
    for (const amount of [-1, 0.5, Number.NaN]) {
      given().when(reserve('a', amount)).thenRejected('AMOUNT_INVALID');
      given().when(cap(amount)).thenRejected('AMOUNT_INVALID');
      given(reserved('a', 9)).when(settle('a', amount)).thenRejected('AMOUNT_INVALID');
    }
  });

  it('[BIL-08] is never exceeded by any order of calls that cost at most what they reserved', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const step = fc.record({ key, atMost: fc.nat(60), share: fc.nat(100), reserves: fc.boolean() });
    fc.assert(
      fc.property(
        fc.option(fc.nat(200)),
        fc.option(fc.nat(200)),
        fc.array(step, { maxLength: 60 }),
        (hold, most, steps) => {
          let state = budget.evolve(budget.initialState(), capped(most));
          for (const each of steps) {
            const atMost = state.reserved[each.key] ?? 0;
            const command = each.reserves
              ? reserve(each.key, each.atMost, hold)
              : settle(each.key, Math.floor((atMost * each.share) / 100));
            state = budget.decide(command, state).reduce(budget.evolve, state);
            ok(leftOf(state) >= 0 && state.spent <= limitOf(state));
          }
        },
      ),
    );
  });
});
