import { credits } from '../../../domain/billing/credits.ts';
import type { UsageRecorded } from '../../../domain/billing/usage.ts';

type Lost = Readonly<{
  userId: string;
  /** The only call of its job. */
  jobId: string;
  at: string;
  /** Micro-credits; null: its model had no price. */
  atMost?: number | null;
}>;

/** The entry of a call that nobody told the end of. */
export const lostCall = ({ userId, jobId, at, atMost = credits(7) }: Lost): UsageRecorded => ({
  type: 'UsageRecorded',
  data: {
    entryKey: jobId,
    userId,
    jobId,
    modelClass: 'L1',
    attempt: 0,
    ordinal: 1,
    stage: 'ANALYSE',
    gateway: 'g',
    model: 'm',
    priceVersion: 'v1',
    inputTokens: 0,
    cachedTokens: 0,
    outputTokens: 0,
    microCredits: 0,
    billable: false,
    failureClass: 'CALL_LOST',
    ...(atMost === null ? {} : { atMost }),
    at,
  },
});
