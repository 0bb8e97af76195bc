import { describe, expect, it } from 'vitest';
import { TIERS } from '../kernel/tiers.ts';
import type { AccountCommand } from './account/commands.ts';
import { accountAt } from './account.ts';
import { credits } from './credits.ts';
import { usageBar, usageSummary } from './summary.ts';
import { at, plus, stateAfter, userId } from './testing/account-after.ts';

const claim = (jobId: string, whole: number): AccountCommand => ({
  type: 'ClaimJobSlot',
  data: { userId, jobId, estimate: credits(whole), at },
});
const settle = (jobId: string, whole: number): AccountCommand => ({
  type: 'SettleHold',
  data: { userId, holdId: jobId, jobId, microCredits: credits(whole), chargeClass: 'SUCCESS', at },
});

describe('summary of use', () => {
  it('[BIL-09] tells FREE of the jobs of the day', () => {
    expect(usageSummary(TIERS, stateAfter(claim('a', 0)), at)).toEqual({
      basis: 'JOBS_OF_DAY',
      percentUsed: 33,
      typicalRefactorsLeft: 2,
    });
    expect(usageSummary(TIERS, stateAfter(claim('a', 0)), '2026-11-21T00:00:00.000Z').percentUsed).toBe(0);
  });

  it('[BIL-09] tells the others of the credits of the month, in jobs as theirs were', () => {
    expect(usageSummary(TIERS, stateAfter(plus), at)).toEqual({
      basis: 'CREDITS_OF_MONTH',
      percentUsed: 0,
      typicalRefactorsLeft: 150,
    });
    const used = stateAfter(plus, claim('a', 300), settle('a', 200), claim('b', 300), settle('b', 100));
    expect(usageSummary(TIERS, used, at)).toEqual({
      basis: 'CREDITS_OF_MONTH',
      percentUsed: 20,
      typicalRefactorsLeft: 8,
    });
  });

  it('[BIL-09] promises no job more than what is left pays at the average', () => {
    const used = (job: string, microCredits: number): readonly AccountCommand[] => [
      claim(job, 500),
      { type: 'SettleHold', data: { ...settle(job, 0).data, microCredits } } as AccountCommand,
    ];
    // 15,151,515 and a third on average; 96 times 15,151,515 are left, and not 96 times a third more.
    const three = ['a', 'b', 'c'].flatMap((job, index) => used(job, 15_151_515 + Number(index === 0)));
    const left = stateAfter(plus, ...three);
    expect(usageSummary(TIERS, left, at).typicalRefactorsLeft).toBe(95);
  });

  it('[BIL-09] counts the credits of a new month before anybody has started a job in it', () => {
    const next = '2026-12-01T00:00:00.000Z';
    const used = stateAfter(plus, claim('a', 1_500), settle('a', 1_500));
    expect(usageSummary(TIERS, used, at).percentUsed).toBe(100);
    expect(usageSummary(TIERS, accountAt(TIERS, used, userId, next), next)).toMatchObject({ percentUsed: 0 });
  });

  it('[BIL-09] draws a bar that is empty only at nothing and never overflows', () => {
    const filled = (share: number) => [...usageBar(share)].filter((cell) => cell === '█').length;
    expect([0, 1, 50, 99, 100, 140].map(filled)).toEqual([0, 1, 10, 20, 20, 20]);
    expect([...usageBar(33)]).toHaveLength(20);
  });
});
