import {
  type AccountEvent,
  account,
  accountStream,
  type ClaimJobSlot,
} from '../../domain/billing/account.ts';
import { TIERS, type TierTerms } from '../../domain/billing/tiers.ts';
import { fold } from '../../domain/kernel/decider.ts';
import type { StreamAppend, StreamStore } from '../../domain/kernel/event-store.ts';
import type { CommandFile } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';

export const claimJobSlot: CommandFile<ClaimJobSlot, unknown> = {
  type: 'ClaimJobSlot',
  access: 'SYSTEM',
  route: null,
  async decide(command, { store }) {
    const { append } = await decideOn(store, account, accountStream(command.data.userId), command);
    return { appends: [append], answer: null };
  },
};

/** The account as it is now, and a claim on it that holds only if it still is so at the append. */
export type JobSlotOffer = Readonly<{
  terms: TierTerms;
  /** Throws `Rejection` DAILY_JOB_LIMIT. */
  claim: (jobId: string, at: string) => StreamAppend;
}>;

export const offerJobSlot = async (store: StreamStore, userId: string): Promise<JobSlotOffer> => {
  const streamName = accountStream(userId);
  const { events, currentStreamVersion } = await store.read<AccountEvent>(streamName);
  const state = fold(account, events);
  return {
    terms: TIERS[state.tier],
    claim: (jobId, at) => ({
      streamName,
      events: account.decide({ type: 'ClaimJobSlot', data: { userId, jobId, at } }, state),
      expectedStreamVersion: currentStreamVersion,
    }),
  };
};
