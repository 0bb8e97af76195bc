import { sumOf } from '../../domain/billing/account/state.ts';
import { accountStream, accountUnder } from '../../domain/billing/account.ts';
import { estimateOf, tokensOf } from '../../domain/billing/estimate.ts';
import type { ModelPrice } from '../../domain/billing/prices.ts';
import type { StreamAppend, StreamStore } from '../../domain/kernel/event-store.ts';
import { foldStream } from '../../domain/kernel/fold-stream.ts';
import type { Tiers, TierTerms } from '../../domain/kernel/tiers.ts';

/** The account as it is now, and a claim on it that holds only if it still is so at the append. */
export type JobSlotOffer = Readonly<{
  terms: TierTerms;
  /**
   * Today's slot and the hold for a job of so many bytes of context, to be appended with its start. `price`: of the route
   * that it may take; null: it costs nothing. `hold`: micro-credits.
   * @throws Rejection DAILY_JOB_LIMIT, CREDITS_EXHAUSTED
   */
  claim: (
    jobId: string,
    at: string,
    contextBytes: number,
    price: ModelPrice | null,
  ) => Readonly<{ append: StreamAppend; hold: number }>;
}>;

/** `tiers`: as they are now. */
export const offerJobSlot = async (
  store: StreamStore,
  tiers: Tiers,
  userId: string,
): Promise<JobSlotOffer> => {
  const account = accountUnder(tiers);
  const streamName = accountStream(userId);
  const { state, version } = await foldStream(store, account, streamName);
  return {
    terms: tiers[state.tier],
    claim: (jobId, at, contextBytes, price) => {
      const estimate = estimateOf(tokensOf(contextBytes), price);
      const claimed = account.decide({ type: 'ClaimJobSlot', data: { userId, jobId, at, estimate } }, state);
      const held = claimed.reduce(account.evolve, state).holds[jobId];
      return {
        append: { streamName, events: claimed, expectedStreamVersion: version },
        hold: sumOf(held?.parts ?? []),
      };
    },
  };
};
