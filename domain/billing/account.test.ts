import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { specificationFor } from '../kernel/specification.ts';
import type { AssignTier, ClaimJobSlot, SettleHold } from './account/commands.ts';
import type { AccountEvent, CreditsGranted, HoldPosted, HoldReleased, HoldTaken } from './account/events.ts';
import { availableOf } from './account/state.ts';
import { account } from './account.ts';
import { credits } from './credits.ts';
import type { TierName } from './tiers.ts';

const at = '2026-11-20T23:59:59.999Z';
const nextDay = '2026-11-21T00:00:00.000Z';
const claim = (jobId: string, when = at): ClaimJobSlot => ({
  type: 'ClaimJobSlot',
  data: { userId: 'u', jobId, at: when },
});
const claimed = (jobId: string, used: number, when = at): AccountEvent => ({
  type: 'JobSlotClaimed',
  data: { userId: 'u', jobId, day: when.slice(0, 10), tier: 'FREE', used, limit: 3, at: when },
});
const lot = 'monthly-2026-11-PLUS';
const assign = (tier: TierName): AssignTier => ({
  type: 'AssignTier',
  data: { userId: 'u', tier, reason: 'upgrade', at },
});
const assigned = (tier: TierName): AccountEvent => ({ type: 'TierAssigned', data: assign(tier).data });
const monthly = (whole: number, tier: TierName): CreditsGranted => ({
  type: 'CreditsGranted',
  data: {
    userId: 'u',
    lotId: `monthly-2026-11-${tier}`,
    source: 'MONTHLY',
    microCredits: credits(whole),
    expiresAt: '2026-12-01T00:00:00.000Z',
    period: '2026-11',
    reference: tier,
    at,
  },
});
const moved = (jobId: string, whole: number) => ({
  userId: 'u',
  holdId: jobId,
  jobId,
  microCredits: credits(whole),
  parts: [{ lotId: lot, microCredits: credits(whole) }],
  at,
});
const held = (jobId: string, whole: number): HoldTaken => ({
  type: 'HoldTaken',
  data: { ...moved(jobId, whole), expiresAt: '2026-11-27T23:59:59.999Z' },
});
const posted = (jobId: string, whole: number): HoldPosted => ({
  type: 'HoldPosted',
  data: { ...moved(jobId, whole), chargeClass: 'SUCCESS' },
});
const released = (jobId: string, whole: number): HoldReleased => ({
  type: 'HoldReleased',
  data: { ...moved(jobId, whole), reason: 'SETTLED' },
});
const settle = (jobId: string, whole: number): SettleHold => ({
  type: 'SettleHold',
  data: {
    userId: 'u',
    holdId: jobId,
    jobId,
    microCredits: credits(whole),
    chargeClass: 'SUCCESS',
    at,
  },
});
const three = [claimed('a', 1), claimed('b', 2), claimed('c', 3)];

describe('account', () => {
  const given = specificationFor(account, deepStrictEqual);

  it('[BIL-03] denies the fourth FREE job of a day, in words a machine reads', () => {
    given(...three)
      .when(claim('d'))
      .thenRejected('DAILY_JOB_LIMIT', { tier: 'FREE', limit: 3, used: 3, upgrade_to: 'PLUS' });
  });

  it('[BIL-03] counts by UTC day', () => {
    given(...three)
      .when(claim('d', nextDay))
      .then(claimed('d', 1, nextDay));
  });

  it('[BIL-03] gives one job one slot', () => {
    given(...three)
      .when(claim('b'))
      .thenNothing();
  });

  it('[BIL-03] follows the tier', () => {
    given(...three, assigned('PLUS'), monthly(1_500, 'PLUS'))
      .when(claim('d'))
      .then(
        {
          type: 'JobSlotClaimed',
          data: { userId: 'u', jobId: 'd', day: '2026-11-20', tier: 'PLUS', used: 4, limit: 20, at },
        },
        held('d', 10),
      );
  });
});

describe('credits of an account', () => {
  const given = specificationFor(account, deepStrictEqual);
  const paid = [assigned('PLUS'), monthly(1_500, 'PLUS')];

  it('[BIL-03] denies a start with fewer than 10 credits, in words a machine reads', () => {
    given(assigned('PLUS'), monthly(1_500, 'PLUS'), held('a', 1_490.5))
      .when(claim('b'))
      .thenRejected('CREDITS_EXHAUSTED', { tier: 'PLUS', limit: 1_500, used: 1_491, upgrade_to: 'PRO' });
  });

  it('[BIL-03] has no second layer on FREE', () => {
    given().when(claim('a')).then(claimed('a', 1));
  });

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

  it('[BIL-01] brings the credits of a tier with the tier, and the rest of a higher one', () => {
    given().when(assign('PLUS')).then(assigned('PLUS'), monthly(1_500, 'PLUS'));
    given(...paid)
      .when(assign('PRO'))
      .then(assigned('PRO'), monthly(3_500, 'PRO'));
    given(...paid, assigned('PRO'), monthly(3_500, 'PRO'))
      .when(assign('PLUS'))
      .then(assigned('PLUS'));
    given(...paid)
      .when(assign('PLUS'))
      .thenNothing();
  });

  it('[BIL-01] reads accounts from before there were credits: the tier brings this month’s', () => {
    given(assigned('MAX'))
      .when({ type: 'RefreshAccount', data: { userId: 'u', at } })
      .then(monthly(20_000, 'MAX'));
  });

  it('[BIL-11] ends the credits of a month with the month; what a hold kept ends with the hold', () => {
    const december = '2026-12-01T00:00:00.000Z';
    const next: CreditsGranted = {
      type: 'CreditsGranted',
      data: {
        ...monthly(1_500, 'PLUS').data,
        lotId: 'monthly-2026-12-PLUS',
        period: '2026-12',
        expiresAt: '2027-01-01T00:00:00.000Z',
        at: december,
      },
    };
    const expired = (whole: number): AccountEvent => ({
      type: 'CreditsExpired',
      data: { userId: 'u', lotId: 'monthly-2026-11-PLUS', microCredits: credits(whole), at: december },
    });
    const long: HoldTaken = {
      type: 'HoldTaken',
      data: { ...held('a', 10).data, expiresAt: '2026-12-05T00:00:00.000Z' },
    };
    const turned = [...paid, long, expired(1_490), next];
    given(...paid, long)
      .when({ type: 'RefreshAccount', data: { userId: 'u', at: december } })
      .then(expired(1_490), next);
    given(...turned)
      .when({ type: 'SettleHold', data: { ...settle('a', 4).data, at: december } })
      .then(
        { type: 'HoldPosted', data: { ...posted('a', 4).data, at: december } },
        { type: 'HoldReleased', data: { ...released('a', 6).data, at: december } },
        expired(6),
      );
  });

  it('[BIL-11] corrects a charge by a reversal, once, and by no more than was charged', () => {
    const reverse = (whole: number, correctionId = 'c') =>
      ({
        type: 'ReverseCharge',
        data: { userId: 'u', correctionId, holdId: 'a', microCredits: credits(whole), reason: 'wrong', at },
      }) as const;
    const reversed: AccountEvent = {
      type: 'ChargeReversed',
      data: { ...reverse(3).data, jobId: 'a', lotId: 'correction-a-c' },
    };
    const charged = [...paid, held('a', 10), posted('a', 4), released('a', 6)];
    given(...charged)
      .when(reverse(3))
      .then(reversed);
    given(...charged, reversed)
      .when(reverse(3))
      .thenNothing();
    given(...charged, reversed)
      .when(reverse(2, 'd'))
      .thenRejected('CORRECTION_EXCEEDS_CHARGE', { hold_id: 'a', left: credits(1) });
    given(...paid)
      .when(reverse(1))
      .thenRejected('CHARGE_NOT_FOUND', { hold_id: 'a' });
  });

  it('[BIL-11] keeps the credits of two corrections that bear one id, of two charges', () => {
    const charged = ['a', 'b'].flatMap((id) => [held(id, 10), posted(id, 4), released(id, 6)]);
    const reverse = (holdId: string) =>
      ({
        type: 'ReverseCharge',
        data: { userId: 'u', correctionId: 'c', holdId, microCredits: credits(3), reason: 'wrong', at },
      }) as const;
    let state = [...paid, ...charged].reduce(account.evolve, account.initialState());
    const before = availableOf(state);
    for (const holdId of ['a', 'b'])
      state = account.decide(reverse(holdId), state).reduce(account.evolve, state);
    expect(availableOf(state) - before).toBe(credits(6));
  });

  it('[BIL-11] refunds of a top-up what is neither held nor used', () => {
    const topUp = {
      type: 'GrantCredits',
      data: {
        userId: 'u',
        lotId: 't',
        source: 'TOP_UP',
        microCredits: credits(100),
        expiresAt: null,
        reference: 'payment',
        at,
      },
    } as const;
    const bought: AccountEvent = { type: 'CreditsGranted', data: { ...topUp.data, period: null } };
    const refund = (whole: number) =>
      ({
        type: 'RefundTopUp',
        data: { userId: 'u', refundId: 'r', lotId: 't', microCredits: credits(whole), reason: 'asked', at },
      }) as const;
    given().when(topUp).then(bought);
    given(bought).when(topUp).thenNothing();
    given(bought)
      .when(refund(100))
      .then({ type: 'TopUpRefunded', data: refund(100).data });
    given(bought)
      .when(refund(101))
      .thenRejected('REFUND_EXCEEDS_CREDITS', { lot_id: 't', available: credits(100) });
    given(bought, { type: 'TopUpRefunded', data: refund(60).data })
      .when(refund(60))
      .thenNothing();
    given(...paid)
      .when(refund(1))
      .thenRejected('TOP_UP_NOT_FOUND');
  });

  it('[BIL-10] raises 80 % and 100 % once a month each, whatever is corrected in between', () => {
    const alert = (threshold: 80 | 100, used: number): AccountEvent => ({
      type: 'QuotaAlertRaised',
      data: {
        userId: 'u',
        period: '2026-11',
        threshold,
        used: credits(used),
        limit: credits(1_500),
        at,
      },
    });
    given(...paid, held('a', 1_199))
      .when(settle('a', 1_199))
      .then(posted('a', 1_199));
    given(...paid, held('a', 1_200))
      .when(settle('a', 1_200))
      .then(posted('a', 1_200), alert(80, 1_200));
    given(...paid, held('a', 1_500))
      .when(settle('a', 1_500))
      .then(posted('a', 1_500), alert(80, 1_500), alert(100, 1_500));
    given(...paid, held('a', 1_200), posted('a', 1_200), alert(80, 1_200), held('b', 10))
      .when(settle('b', 10))
      .then(posted('b', 10));
  });
});
