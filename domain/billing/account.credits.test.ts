import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { specificationFor } from '../kernel/specification.ts';
import type { AccountEvent, CreditsGranted, HoldTaken } from './account/events.ts';
import { availableOf } from './account/state.ts';
import { credits } from './credits.ts';
import {
  assign,
  assigned,
  at,
  held,
  monthly,
  monthlyBeyond,
  paid,
  posted,
  released,
  settle,
} from './testing/account-story.ts';
import { account } from './testing/seeded-account.ts';

describe('credits of an account', () => {
  const given = specificationFor(account, deepStrictEqual);

  it('[BIL-01] brings the credits of a tier with the tier, and the rest of a higher one', () => {
    given().when(assign('PLUS')).then(assigned('PLUS'), monthly(1_500, 'PLUS'));
    given(...paid)
      .when(assign('PRO'))
      .then(assigned('PRO'), monthlyBeyond(1_500, 3_500, 'PRO'));
    given(...paid, assigned('PRO'), monthlyBeyond(1_500, 3_500, 'PRO'))
      .when(assign('PLUS'))
      .then(assigned('PLUS'));
    given(...paid)
      .when(assign('PLUS'))
      .thenNothing();
  });

  it('[BIL-01] brings no month a second time where another clock is behind', () => {
    const { data } = monthly(1_500, 'PLUS');
    const december: CreditsGranted = {
      type: 'CreditsGranted',
      data: {
        ...data,
        lotId: 'monthly-2026-12-PLUS',
        period: '2026-12',
        expiresAt: '2027-01-01T00:00:00.000Z',
      },
    };
    given(...paid, december)
      .when({ type: 'RefreshAccount', data: { userId: 'u', at: '2026-11-30T23:59:59.999Z' } })
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
      data: {
        ...reverse(3).data,
        jobId: 'a',
        lotId: 'correction-a-c',
        parts: [{ lotId: 'monthly-2026-11-PLUS', microCredits: credits(3) }],
        left: credits(1),
      },
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
    const rest = { ...reverse(0, 'd'), data: { ...reverse(0, 'd').data, microCredits: null } };
    given(...paid, held('a', 10), released('a', 10))
      .when(rest)
      .thenRejected('CORRECTION_EXCEEDS_CHARGE', { hold_id: 'a', left: 0 });
    const [whole] = account.decide(
      rest,
      [...charged, reversed].reduce(account.evolve, account.initialState()),
    );
    expect(whole?.data).toMatchObject({ microCredits: credits(1), left: 0 });
    for (const amount of [0, -1, 0.5])
      given(...charged)
        .when(reverse(amount / 1_000_000))
        .thenRejected('AMOUNT_INVALID', { micro_credits: amount });
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
    // Of credits that no month brought there is no share to tell of.
    const given10 = {
      ...monthly(10, 'PLUS').data,
      source: 'GOODWILL' as const,
      period: null,
      expiresAt: null,
    };
    given({ type: 'CreditsGranted', data: given10 }, held('a', 10))
      .when(settle('a', 10))
      .then(posted('a', 10));
  });
});
