import { type Tiers, usesCredits } from '../kernel/tiers.ts';
import { type AccountState, availableOf, claimsAt } from './account/state.ts';
import { LEAST_HOLD } from './credits.ts';

/** What a person is told about their use (BIL-09): shares and refactors rather than credits. */
export type UsageSummary = Readonly<{
  /** What the share is of: credits of the month, or, without any, jobs of the day. */
  basis: 'CREDITS_OF_MONTH' | 'JOBS_OF_DAY';
  /** Whole percent, rounded down; may exceed 100 where credits were bought. */
  percentUsed: number;
  /** About so many jobs as the person's own were on average so far; before the first, as the least hold pays. */
  typicalRefactorsLeft: number;
}>;

/** Nothing is used of nothing: a plan whose first invoice is not paid yet. */
const percent = (used: number, limit: number): number => (limit === 0 ? 0 : Math.floor((used * 100) / limit));

/** Micro-credits of one job, from those that were charged. */
const typicalCharge = ({ charged: { jobs, microCredits } }: AccountState): number =>
  jobs === 0 ? LEAST_HOLD : Math.ceil(microCredits / jobs);

/** `state` as it is at `at` (`accountAt`). */
export const usageSummary = (tiers: Tiers, state: AccountState, at: string): UsageSummary => {
  const { jobsPerDay } = tiers[state.tier];
  const jobsToday = claimsAt(state, at).jobs.length;
  const slots = Math.max(0, jobsPerDay - jobsToday);
  if (!usesCredits(state.tier))
    return {
      basis: 'JOBS_OF_DAY',
      percentUsed: percent(jobsToday, jobsPerDay),
      typicalRefactorsLeft: slots,
    };
  return {
    basis: 'CREDITS_OF_MONTH',
    percentUsed: percent(state.period.used, state.period.granted),
    typicalRefactorsLeft: Math.floor(availableOf(state) / typicalCharge(state)),
  };
};

const CELLS = 20;

/** A bar of 20 cells; full from 100 % on, and empty only at 0 %. */
export const usageBar = (percentUsed: number): string => {
  const filled = Math.min(CELLS, Math.ceil((percentUsed * CELLS) / 100));
  return '█'.repeat(filled) + '░'.repeat(CELLS - filled);
};
