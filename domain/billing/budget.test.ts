import { deepStrictEqual, ok } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { specificationFor } from '../kernel/specification.ts';
import { type BudgetCommand, type BudgetEvent, budget, leftOf, limitOf } from './budget.ts';

const at = '2026-11-20T10:00:00.000Z';
const in_ = { jobId: 'j', at };
const opened = (hold: number, cap: number | null = null): BudgetEvent => ({
  type: 'BudgetOpened',
  data: { ...in_, hold, cap },
});
const reserve = (callKey: string, atMost: number): BudgetCommand => ({
  type: 'ReserveCall',
  data: { ...in_, callKey, atMost },
});
const reserved = (callKey: string, atMost: number): BudgetEvent => ({
  type: 'CallReserved',
  data: { ...in_, callKey, atMost },
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
const capped = (cap: number | null): BudgetEvent => ({
  type: 'BudgetCapSet',
  data: { ...in_, cap, by: 'u' },
});

describe('budget of a job', () => {
  const given = specificationFor(budget, deepStrictEqual);

  it('[BIL-08] lets no call through that could exceed the hold, also while others are under way', () => {
    given(opened(100), reserved('a', 60))
      .when(reserve('b', 41))
      .then({ type: 'BudgetReached', data: { ...in_, callKey: 'b', atMost: 41, left: 40, limit: 100 } });
    given(opened(100), reserved('a', 60)).when(reserve('b', 40)).then(reserved('b', 40));
  });

  it('[BIL-08] counts the cap of the person where it is lower, and not where it is higher', () => {
    given(opened(100, 30))
      .when(reserve('a', 31))
      .then({ type: 'BudgetReached', data: { ...in_, callKey: 'a', atMost: 31, left: 30, limit: 30 } });
    given(opened(100), capped(500))
      .when(reserve('a', 101))
      .then({ type: 'BudgetReached', data: { ...in_, callKey: 'a', atMost: 101, left: 100, limit: 100 } });
  });

  it('[BIL-08] gives back what a call did not need', () => {
    given(opened(100), reserved('a', 60), settled('a', 10)).when(reserve('b', 90)).then(reserved('b', 90));
  });

  it('[BIL-08] warns at 75 % and 90 %, once each', () => {
    given(opened(100), reserved('a', 74)).when(settle('a', 74)).then(settled('a', 74));
    given(opened(100), reserved('a', 75))
      .when(settle('a', 75))
      .then(settled('a', 75), warned(75, 75, 100));
    given(opened(100), reserved('a', 95))
      .when(settle('a', 95))
      .then(settled('a', 95), warned(75, 95, 100), warned(90, 95, 100));
    given(opened(100), reserved('a', 75), settled('a', 75), warned(75, 75, 100), reserved('b', 5))
      .when(settle('b', 5))
      .then(settled('b', 5));
  });

  it('[BIL-08] warns anew under a new limit', () => {
    const spent = [opened(100), reserved('a', 80), settled('a', 80), warned(75, 80, 100)];
    given(...spent)
      .when({ type: 'SetBudgetCap', data: { ...in_, cap: 85, by: 'u' } })
      .then(capped(85), warned(90, 80, 85));
    const raise = { ...in_, raiseId: 'r', microCredits: 100 };
    const raised: BudgetEvent = { type: 'BudgetRaised', data: raise };
    given(...spent)
      .when({ type: 'RaiseBudget', data: raise })
      .then(raised);
    given(...spent, raised)
      .when({ type: 'RaiseBudget', data: raise })
      .thenNothing();
    given(...spent, raised, reserved('b', 70))
      .when(settle('b', 70))
      .then(settled('b', 70), warned(75, 150, 200));
  });

  it('[BIL-08] takes each call once', () => {
    given(opened(100), reserved('a', 60)).when(reserve('a', 60)).thenNothing();
    given(opened(100), reserved('a', 60), settled('a', 5)).when(reserve('a', 60)).thenNothing();
    given(opened(100), reserved('a', 60), settled('a', 5)).when(settle('a', 5)).thenNothing();
    given(opened(100)).when(settle('a', 5)).thenNothing();
  });

  it('[BIL-08] refuses amounts that are none, and calls of a job without a budget', () => {
    for (const amount of [-1, 0.5, Number.NaN])
      given(opened(100)).when(reserve('a', amount)).thenRejected('AMOUNT_INVALID');
    given().when(reserve('a', 1)).thenRejected('BUDGET_NOT_OPEN');
  });

  it('[BIL-08] is never exceeded by any order of calls that cost at most what they reserved', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const step = fc.record({ key, atMost: fc.nat(60), share: fc.nat(100), reserves: fc.boolean() });
    fc.assert(
      fc.property(
        fc.nat(200),
        fc.option(fc.nat(200)),
        fc.array(step, { maxLength: 60 }),
        (hold, cap, steps) => {
          let state = budget.evolve(budget.initialState(), opened(hold, cap));
          for (const each of steps) {
            const atMost = state.status === 'OPEN' ? (state.reserved[each.key] ?? 0) : 0;
            const command = each.reserves
              ? reserve(each.key, each.atMost)
              : settle(each.key, Math.floor((atMost * each.share) / 100));
            state = budget.decide(command, state).reduce(budget.evolve, state);
            ok(state.status === 'OPEN' && leftOf(state) >= 0 && state.spent <= limitOf(state));
          }
        },
      ),
    );
  });
});
