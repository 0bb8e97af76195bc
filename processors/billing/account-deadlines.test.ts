import { deepStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import type {
  CreditsGranted,
  HoldReleased,
  HoldTaken,
  TierAssigned,
} from '../../domain/billing/account/events.ts';
import type { LaterTier } from '../../domain/billing/plan-term.ts';
import { recorded } from '../../domain/kernel/history.ts';
import { processManagerSpecification } from '../../domain/kernel/process-manager.ts';
import { accountDeadlines } from './account-deadlines.ts';

const at = '2026-11-20T10:00:00.000Z';
const end = '2026-11-27T10:00:00.000Z';
const moved = { userId: 'u', holdId: 'j', jobId: 'j', microCredits: 1, parts: [], at };
const held: HoldTaken = { type: 'HoldTaken', data: { ...moved, expiresAt: end } };
const released: HoldReleased = { type: 'HoldReleased', data: { ...moved, reason: 'SETTLED' } };
const granted = (expiresAt: string | null): CreditsGranted => ({
  type: 'CreditsGranted',
  data: {
    userId: 'u',
    lotId: 'l',
    source: 'TOP_UP',
    microCredits: 1,
    expiresAt,
    period: null,
    reference: 'p',
    at,
  },
});
const refresh = { type: 'RefreshAccount', data: { userId: 'u', at: end } } as const;

describe('deadlines of an account', () => {
  const given = processManagerSpecification(accountDeadlines, deepStrictEqual);

  it('[BIL-04] wakes the account when a hold expires, unless it has ended', () => {
    given().when(recorded(held)).then({ kind: 'timer', key: 'hold-j', due: end, command: refresh });
    given(recorded(held)).when(recorded(released)).then({ kind: 'cancelTimer', key: 'hold-j' });
  });

  it('[BIL-13] wakes the account when the term of its tier ends, for the next that comes and no other', () => {
    const assigned = (...then: readonly LaterTier[]): TierAssigned => ({
      type: 'TierAssigned',
      data: { userId: 'u', tier: 'PRO', reason: 'r', renewal: 'INVOICE', then, at },
    });
    given()
      .when(recorded(assigned({ tier: 'PLUS', at: end }, { tier: 'FREE', at: '2027-01-01T00:00:00.000Z' })))
      .then({ kind: 'timer', key: 'term', due: end, command: refresh });
    given().when(recorded(assigned())).then({ kind: 'cancelTimer', key: 'term' });
  });

  it('[BIL-11] wakes the account when a lot ends, if it ever does', () => {
    given()
      .when(recorded(granted(end)))
      .then({ kind: 'timer', key: 'lot-l', due: end, command: refresh });
    given()
      .when(recorded(granted(null)))
      .thenNothing();
  });
});
