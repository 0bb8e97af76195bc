import type { RefreshAccount } from '../../domain/billing/account/commands.ts';
import type {
  CreditsGranted,
  HoldPosted,
  HoldReleased,
  HoldTaken,
  TierAssigned,
} from '../../domain/billing/account/events.ts';
import type { ProcessManager, ProcessOutput } from '../../domain/kernel/process-manager.ts';

export type DeadlineEvent = HoldTaken | HoldPosted | HoldReleased | CreditsGranted | TierAssigned;

const wake = (
  { userId }: Readonly<{ userId: string }>,
  key: string,
  due: string,
): ProcessOutput<RefreshAccount, never> => ({
  kind: 'timer',
  key,
  due,
  command: { type: 'RefreshAccount', data: { userId, at: due } },
});

/**
 * Wakes an account when a hold, a lot or the term of its tier ends, so that each ends also where nobody asks (BIL-04, BIL-13). The end
 * of a month's credits is the begin of the next month's.
 */
export const accountDeadlines: ProcessManager<null, DeadlineEvent, RefreshAccount> = {
  name: 'account-deadlines',
  revision: 1,
  handles: ['HoldTaken', 'HoldPosted', 'HoldReleased', 'CreditsGranted', 'TierAssigned'],
  correlate: (event) => event.data.userId,
  initialState: () => null,
  evolve: () => null,
  react: ({ type, data }) => {
    switch (type) {
      case 'HoldTaken':
        return [wake(data, `hold-${data.holdId}`, data.expiresAt)];
      case 'HoldPosted':
      case 'HoldReleased':
        return [{ kind: 'cancelTimer', key: `hold-${data.holdId}` }];
      case 'CreditsGranted':
        return data.expiresAt === null ? [] : [wake(data, `lot-${data.lotId}`, data.expiresAt)];
      case 'TierAssigned': {
        // What comes after the next is told when that has come.
        const [next] = data.then ?? [];
        return [next === undefined ? { kind: 'cancelTimer', key: 'term' } : wake(data, 'term', next.at)];
      }
    }
  },
};
