import type { AccountEvent } from '../../domain/billing/account/events.ts';
import { account, accountStream } from '../../domain/billing/account.ts';
import { TIERS, type TierTerms } from '../../domain/billing/tiers.ts';
import { fold } from '../../domain/kernel/decider.ts';
import type { StreamAppend, StreamStore } from '../../domain/kernel/event-store.ts';

/** The account as it is now, and a claim on it that holds only if it still is so at the append. */
export type JobSlotOffer = Readonly<{
  terms: TierTerms;
  /**
   * Today's slot and the hold of `estimate` micro-credits, to be appended with the start of the job.
   * @throws Rejection DAILY_JOB_LIMIT, CREDITS_EXHAUSTED
   */
  claim: (jobId: string, at: string, estimate?: number) => StreamAppend;
}>;

export const offerJobSlot = async (store: StreamStore, userId: string): Promise<JobSlotOffer> => {
  const streamName = accountStream(userId);
  const { events, currentStreamVersion } = await store.read<AccountEvent>(streamName);
  const state = fold(account, events);
  return {
    terms: TIERS[state.tier],
    claim: (jobId, at, estimate = 0) => ({
      streamName,
      events: account.decide({ type: 'ClaimJobSlot', data: { userId, jobId, at, estimate } }, state),
      expectedStreamVersion: currentStreamVersion,
    }),
  };
};
