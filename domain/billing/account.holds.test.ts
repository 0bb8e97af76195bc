import { deepStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import { specificationFor } from '../kernel/specification.ts';
import type { AccountEvent, HoldTaken } from './account/events.ts';
import { draw } from './account/lots.ts';
import { credits } from './credits.ts';
import {
  assign,
  at,
  claim,
  claimed,
  held,
  monthly,
  nextDay,
  paid,
  posted,
  released,
  settle,
} from './testing/account-story.ts';
import { account } from './testing/seeded-account.ts';

describe('holds of an account', () => {
  const given = specificationFor(account, deepStrictEqual);

  it('[BIL-04] holds the estimate, at least 10 credits, and never more than there is', () => {
    const holdOf = (estimate: number): number => {
      const events = account.decide(
        { type: 'ClaimJobSlot', data: { ...claim('j').data, estimate } },
        [...paid].reduce(account.evolve, account.initialState()),
      );
      const hold = events.find(({ type }) => type === 'HoldTaken') as HoldTaken;
      return hold.data.microCredits;
    };
    deepStrictEqual([0, credits(25), credits(2_000)].map(holdOf), [credits(10), credits(25), credits(1_500)]);
  });

  it('[BIL-04] [BIL-11] draws first on what ends first, and last on what was bought and never ends', () => {
    const { data } = monthly(10, 'PLUS');
    const granted = (lotId: string, expiresAt: string | null): AccountEvent => ({
      type: 'CreditsGranted',
      data: { ...data, lotId, expiresAt, source: 'GOODWILL', period: null },
    });
    const lots = [
      granted('a', null),
      granted('b', '2026-12-20T00:00:00.000Z'),
      granted('c', '2026-11-30T00:00:00.000Z'),
    ];
    const state = lots.reduce(account.evolve, account.initialState());
    deepStrictEqual(draw(state, credits(25)), [
      { lotId: 'c', microCredits: credits(10) },
      { lotId: 'b', microCredits: credits(10) },
      { lotId: 'a', microCredits: credits(5) },
    ]);
  });

  it('[BIL-04] gives one job one hold, also on another day and after its end', () => {
    given(...paid, claimed('a', 1), held('a', 10))
      .when(claim('a', nextDay))
      .thenNothing();
    given(...paid, claimed('a', 1), held('a', 10), released('a', 10))
      .when(claim('a', nextDay))
      .thenNothing();
  });

  it('[BIL-04] posts once, at most the hold, and gives the rest back', () => {
    given(...paid, held('a', 10))
      .when(settle('a', 4))
      .then(posted('a', 4), released('a', 6));
    given(...paid, held('a', 10), posted('a', 4), released('a', 6))
      .when(settle('a', 4))
      .then({
        type: 'ChargeWaived',
        data: { userId: 'u', holdId: 'a', jobId: 'a', microCredits: credits(4), reason: 'NO_HOLD', at },
      });
    given(...paid, held('a', 10))
      .when(settle('a', 12))
      .then(posted('a', 10), {
        type: 'ChargeWaived',
        data: { userId: 'u', holdId: 'a', jobId: 'a', microCredits: credits(2), reason: 'ABOVE_HOLD', at },
      });
    given(...paid, held('a', 10))
      .when(settle('a', 0))
      .then(released('a', 10));
    given(...paid)
      .when(settle('a', 0))
      .thenNothing();
  });

  it('[BIL-04] refuses amounts that are no positive integers', () => {
    for (const amount of [0.5, -1, Number.NaN, Number.MAX_SAFE_INTEGER + 1])
      given(...paid, held('a', 10))
        .when({ ...settle('a', 0), data: { ...settle('a', 0).data, microCredits: amount } })
        .thenRejected('AMOUNT_INVALID');
  });

  it('[BIL-04] raises a hold once, by what the person agreed to, or not at all', () => {
    const raise = (whole: number, raiseId = 'r') =>
      ({
        type: 'RaiseHold',
        data: { userId: 'u', holdId: 'a', raiseId, microCredits: credits(whole), at },
      }) as const;
    const raised: AccountEvent = {
      type: 'HoldRaised',
      data: {
        userId: 'u',
        holdId: 'a',
        jobId: 'a',
        raiseId: 'r',
        microCredits: credits(5),
        parts: [{ lotId: 'monthly-2026-11-PLUS', microCredits: credits(5) }],
        at,
      },
    };
    given(...paid, held('a', 10))
      .when(raise(5))
      .then(raised);
    given(...paid, held('a', 10), raised)
      .when(raise(5))
      .thenNothing();
    given(...paid, held('a', 10), raised)
      .when(settle('a', 20))
      .then(
        {
          ...posted('a', 15),
          data: {
            ...posted('a', 15).data,
            parts: [10, 5].map((n) => ({ lotId: 'monthly-2026-11-PLUS', microCredits: credits(n) })),
          },
        },
        {
          type: 'ChargeWaived',
          data: { userId: 'u', holdId: 'a', jobId: 'a', microCredits: credits(5), reason: 'ABOVE_HOLD', at },
        },
      );
    given(...paid, held('a', 10))
      .when(raise(1_491))
      .thenRejected('CREDITS_INSUFFICIENT');
    given(...paid)
      .when(raise(1))
      .thenRejected('HOLD_NOT_OPEN', { hold_id: 'a' });
  });

  it('[BIL-02] leaves what is held for a running job as it is when the tier changes', () => {
    const running: readonly AccountEvent[] = [...paid, held('a', 10)];
    const heldFor = (events: readonly AccountEvent[]) =>
      events.reduce(account.evolve, account.initialState()).holds['a'];
    for (const tier of ['FREE', 'MAX'] as const) {
      const before = running.reduce(account.evolve, account.initialState());
      const changed = account.decide(assign(tier), before);
      deepStrictEqual(changed.filter(({ type }) => type === 'TierAssigned').length, 1);
      deepStrictEqual(heldFor([...running, ...changed]), heldFor(running));
      given(...running, ...changed)
        .when(settle('a', 4))
        .then(posted('a', 4), released('a', 6));
    }
  });

  it('[BIL-04] releases a hold that has expired before anything else is decided', () => {
    const late = '2026-11-27T23:59:59.999Z';
    given(...paid, held('a', 10))
      .when({ type: 'RefreshAccount', data: { userId: 'u', at: late } })
      .then({
        type: 'HoldReleased',
        data: { ...released('a', 10).data, reason: 'EXPIRED', at: late },
      });
    given(...paid, held('a', 10))
      .when({ type: 'RefreshAccount', data: { userId: 'u', at: '2026-11-27T23:59:59.998Z' } })
      .thenNothing();
  });
});
