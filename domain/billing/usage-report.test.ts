import { describe, expect, it } from 'vitest';
import type { AccountCommand } from './account/commands.ts';
import { credits } from './credits.ts';
import { at, plus, stateAfter, userId } from './testing/account-after.ts';
import { usageReport } from './usage-report.ts';

const lot = (lotId: string, source: 'TOP_UP' | 'GOODWILL', whole: number): AccountCommand => ({
  type: 'GrantCredits',
  data: { userId, lotId, source, microCredits: credits(whole), expiresAt: null, reference: 'r', at },
});
const used = (jobId: string, whole: number): readonly AccountCommand[] => [
  { type: 'ClaimJobSlot', data: { userId, jobId, estimate: credits(whole), at } },
  {
    type: 'SettleHold',
    data: { userId, holdId: jobId, jobId, microCredits: credits(whole), chargeClass: 'SUCCESS', at },
  },
];

describe('the report of use', () => {
  it('[BIL-12] tells what came with the plan, what was used of it, and that nothing need be bought', () => {
    const held: AccountCommand = { type: 'ClaimJobSlot', data: { userId, jobId: 'h', at } };
    expect(usageReport(stateAfter(plus, ...used('a', 400), held))).toEqual({
      granted: credits(1_500),
      used: credits(400),
      overage: 0,
      held: credits(10),
      available: { plan: credits(1_090), bought: 0, given: 0 },
      addOnCredits: 0,
    });
  });

  it('[BIL-12] tells what was used beyond the plan, and offers as much once more where it is not there', () => {
    const bought = [plus, lot('t', 'TOP_UP', 700), lot('g', 'GOODWILL', 100)];
    const report = usageReport(stateAfter(...bought, ...used('a', 1_500), ...used('b', 500)));
    expect(report).toMatchObject({
      overage: credits(500),
      available: { plan: 0, bought: credits(300), given: 0 },
      addOnCredits: 200,
    });
    const given = [plus, lot('g', 'GOODWILL', 900)];
    expect(usageReport(stateAfter(...given, ...used('a', 1_500), ...used('b', 400)))).toMatchObject({
      available: { given: credits(500) },
      addOnCredits: 0,
    });
    const little = usageReport(stateAfter(...bought, ...used('a', 1_500), ...used('b', 420)));
    expect(little).toMatchObject({ overage: credits(420), addOnCredits: 100 });
  });

  it('[BIL-12] offers the least that is sold where no job could start, and nothing to who cannot use it', () => {
    expect(usageReport(stateAfter(plus, ...used('a', 1_495))).addOnCredits).toBe(100);
    expect(usageReport(stateAfter()).addOnCredits).toBeNull();
  });
});
