import { deepStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import { specificationFor } from '../kernel/specification.ts';
import { type AccountEvent, account, type ClaimJobSlot } from './account.ts';

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
    const plus: AccountEvent = {
      type: 'TierAssigned',
      data: { userId: 'u', tier: 'PLUS', reason: 'upgrade', at },
    };
    given(...three, plus)
      .when(claim('d'))
      .then({
        type: 'JobSlotClaimed',
        data: { userId: 'u', jobId: 'd', day: '2026-11-20', tier: 'PLUS', used: 4, limit: 20, at },
      });
    given(plus).when({ type: 'AssignTier', data: plus.data }).thenNothing();
  });
});
