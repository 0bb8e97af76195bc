import type { Decider } from '../kernel/decider.ts';
import type { Command, Event } from '../kernel/message.ts';
import { never } from '../kernel/never.ts';
import { Rejection } from '../kernel/rejection.ts';
import { TIERS, type TierName } from './tiers.ts';

/**
 * What a person may start today; stream `account-<userId>` (BIL-03 layer 1). A claim is appended atomically with
 * `JobStarted`, so of two starts for the last slot exactly one wins.
 */
export type JobSlotClaimed = Event<
  'JobSlotClaimed',
  {
    userId: string;
    jobId: string;
    /** UTC calendar day, `YYYY-MM-DD`. */
    day: string;
    tier: TierName;
    /** Slots used on that day, this one included. */
    used: number;
    limit: number;
    at: string;
  }
>;
export type TierAssigned = Event<
  'TierAssigned',
  { userId: string; tier: TierName; reason: string; at: string }
>;
export type AccountEvent = JobSlotClaimed | TierAssigned;

export type ClaimJobSlot = Command<'ClaimJobSlot', { userId: string; jobId: string; at: string }>;
/** By the system or an administrator; there is no HTTP route to it. */
export type AssignTier = Command<
  'AssignTier',
  { userId: string; tier: TierName; reason: string; at: string }
>;
export type AccountCommand = ClaimJobSlot | AssignTier;

export type AccountState = Readonly<{
  tier: TierName;
  /** The newest day with a claim, and the jobs that hold its slots. */
  day: string;
  jobs: readonly string[];
}>;

const dayOf = (at: string): string => at.slice(0, 10);

const evolve = (state: AccountState, event: AccountEvent): AccountState => {
  switch (event.type) {
    case 'JobSlotClaimed': {
      const { day, jobId } = event.data;
      return { ...state, day, jobs: day === state.day ? [...state.jobs, jobId] : [jobId] };
    }
    case 'TierAssigned':
      return { ...state, tier: event.data.tier };
    default:
      return never(event);
  }
};

const decide = (command: AccountCommand, state: AccountState): AccountEvent[] => {
  switch (command.type) {
    case 'ClaimJobSlot': {
      const { userId, jobId, at } = command.data;
      const { jobsPerDay: limit, upgradeTo } = TIERS[state.tier];
      const day = dayOf(at);
      const today = state.day === day ? state.jobs : [];
      if (today.includes(jobId)) return [];
      if (today.length >= limit)
        throw new Rejection('DAILY_JOB_LIMIT', `The ${state.tier} tier starts ${limit} jobs a day.`, {
          tier: state.tier,
          limit,
          used: today.length,
          upgrade_to: upgradeTo,
        });
      const data = { userId, jobId, day, tier: state.tier, used: today.length + 1, limit, at };
      return [{ type: 'JobSlotClaimed', data }];
    }
    case 'AssignTier':
      return command.data.tier === state.tier ? [] : [{ type: 'TierAssigned', data: command.data }];
    default:
      return never(command);
  }
};

/** Everybody begins on FREE. */
export const account: Decider<AccountState, AccountCommand, AccountEvent> = {
  initialState: () => ({ tier: 'FREE', day: '', jobs: [] }),
  evolve,
  decide,
};

export const accountStream = (userId: string): string => `account-${userId}`;
