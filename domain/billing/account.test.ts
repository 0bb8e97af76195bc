import { deepStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import { specificationFor } from '../kernel/specification.ts';
import { assigned, at, claim, claimed, held, monthly, nextDay, three } from './testing/account-story.ts';
import { account } from './testing/seeded-account.ts';

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

  it('[BIL-03] does not begin a day again that is over, though the clock of a second process still says so', () => {
    const begun = ['a', 'b', 'c'].map((jobId, index) => claimed(jobId, index + 1, nextDay));
    given(...begun)
      .when(claim('d'))
      .thenRejected('DAILY_JOB_LIMIT', { tier: 'FREE', limit: 3, used: 3, upgrade_to: 'PLUS' });
    given(...begun)
      .when(claim('b'))
      .thenNothing();
    // A clock that was years ahead holds nobody up.
    given(...['a', 'b', 'c'].map((jobId, index) => claimed(jobId, index + 1, '2031-01-01T00:00:00.000Z')))
      .when(claim('d'))
      .then(claimed('d', 1));
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

  it('[BIL-03] denies a start with fewer than 10 credits, in words a machine reads', () => {
    given(assigned('PLUS'), monthly(1_500, 'PLUS'), held('a', 1_490.5))
      .when(claim('b'))
      .thenRejected('CREDITS_EXHAUSTED', { tier: 'PLUS', limit: 1_500, used: 1_491, upgrade_to: 'PRO' });
  });

  it('[BIL-03] has no second layer on FREE', () => {
    given().when(claim('a')).then(claimed('a', 1));
  });
});
