import { deepStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import type { HoldPosted, HoldRaised, HoldReleased, HoldTaken } from '../../domain/billing/account/events.ts';
import { history } from '../../domain/kernel/history.ts';
import { projectionSpecification } from '../../domain/kernel/projection.ts';
import { type QuotaReservationRow, quotaReservations } from './quota-reservations.ts';

const at = '2026-11-20T10:00:00.000Z';
const end = '2026-11-27T10:00:00.000Z';
const moved = (microCredits: number) => ({
  userId: 'u',
  holdId: 'j',
  jobId: 'j',
  microCredits,
  parts: [],
  at,
});
const taken: HoldTaken = { type: 'HoldTaken', data: { ...moved(10), expiresAt: end } };
const raised: HoldRaised = { type: 'HoldRaised', data: { ...moved(5), raiseId: 'r' } };
const posted = (microCredits: number): HoldPosted => ({
  type: 'HoldPosted',
  data: { ...moved(microCredits), chargeClass: 'SUCCESS', at: end },
});
const released = (microCredits: number, reason: 'SETTLED' | 'EXPIRED'): HoldReleased => ({
  type: 'HoldReleased',
  data: { ...moved(microCredits), reason, at: end },
});
const row: QuotaReservationRow = {
  hold_id: 'j',
  user_id: 'u',
  job_id: 'j',
  held: 10n,
  posted: 0n,
  released: 0n,
  status: 'OPEN',
  taken_at: at,
  expires_at: end,
  ended_at: null,
};

describe('quota_reservations', () => {
  const given = projectionSpecification(quotaReservations, deepStrictEqual);
  const story = (...events: readonly (HoldTaken | HoldRaised | HoldPosted | HoldReleased)[]) =>
    given(...history('account-u', events));

  it('[BIL-04] shows an open hold, and how much it was raised', () => {
    story(taken, raised).then([{ ...row, held: 15n }]);
  });

  it('[BIL-04] shows a hold as settled: what was posted and what was given back make up what was held', () => {
    story(taken, raised, posted(4), released(11, 'SETTLED')).then([
      { ...row, held: 15n, posted: 4n, released: 11n, status: 'SETTLED', ended_at: end },
    ]);
    story(taken, posted(10)).then([{ ...row, posted: 10n, status: 'SETTLED', ended_at: end }]);
  });

  it('[BIL-04] shows a hold that nobody settled in time as expired', () => {
    story(taken, released(10, 'EXPIRED')).then([{ ...row, released: 10n, status: 'EXPIRED', ended_at: end }]);
  });
});
