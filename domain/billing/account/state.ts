import type { TierName } from '../../kernel/tiers.ts';
import type { LaterTier } from '../plan-term.ts';
import type { AlertThreshold, GrantSource, Part } from './events.ts';

export type Lot = Readonly<{
  lotId: string;
  source: GrantSource | 'CORRECTION';
  /** Micro-credits that are neither held nor used. */
  available: number;
  expiresAt: string | null;
  /** Ids of the refunds that it paid. */
  refunds: readonly string[];
  /** Micro-credits that were taken back because their money went back. */
  reclaimed: number;
  /** Micro-credits that are still to be taken back, as holds give them back; while there are any, nothing is available. */
  owed: number;
  /** Of a correction: the lots that had paid the charge, and how much of each part was taken back since its money went back. */
  stems: readonly Stem[];
}>;

export type Stem = Part & Readonly<{ reclaimed: number }>;

export type OpenHold = Readonly<{
  jobId: string;
  parts: readonly Part[];
  expiresAt: string;
  raises: readonly string[];
}>;

/** The month or cycle whose credits were granted last; its id is `''` before the first. Amounts in micro-credits. */
export type Period = Readonly<{
  id: string;
  granted: number;
  used: number;
  alerted: readonly AlertThreshold[];
}>;

/** What a hold came to: the charge, and what of it was corrected. Micro-credits. */
export type Charge = Readonly<{
  jobId: string;
  posted: number;
  reversed: number;
  corrections: readonly string[];
  /** The lots that paid what is not corrected, in the order in which they were drawn on. */
  parts: readonly Part[];
}>;

type EndedHold = Readonly<{ holdId: string; charge: Charge }>;

/** Ended holds that an account remembers. */
export const REMEMBERED = 100;

/**
 * As large as what a person has, and no larger with what they ever did: it is kept between events, and folded at every start.
 * What a charge from long ago came to is read from the events (`charges.ts`).
 */
export type AccountState = Readonly<{
  tier: TierName;
  /** What brings the credits of the tier. */
  renewal: 'MONTH' | 'INVOICE';
  /** What the tier comes to by itself. */
  then: readonly LaterTier[];
  /** The newest day with a claim, and the jobs that hold its slots. */
  day: string;
  jobs: readonly string[];
  period: Period;
  lots: Readonly<Record<string, Lot>>;
  holds: Readonly<Record<string, OpenHold>>;
  /** What the holds came to that ended last, so that no job gets a second one. */
  ended: readonly EndedHold[];
  /** All jobs that were charged and not wholly corrected, and what they come to. */
  charged: Readonly<{ jobs: number; microCredits: number }>;
}>;

/** Everybody begins on FREE, with nothing. */
export const initialState = (): AccountState => ({
  tier: 'FREE',
  renewal: 'MONTH',
  then: [],
  day: '',
  jobs: [],
  period: { id: '', granted: 0, used: 0, alerted: [] },
  lots: {},
  holds: {},
  ended: [],
  charged: { jobs: 0, microCredits: 0 },
});

const DAY_MS = 86_400_000;

/**
 * The UTC day that a claim is of, and the jobs that hold its slots. Clocks of processes differ: by one that is behind, a day that another has
 * begun goes on. One that is more than a day ahead was wrong.
 */
export const claimsAt = (
  { day, jobs }: AccountState,
  at: string,
): Readonly<{ day: string; jobs: readonly string[] }> => {
  const today = at.slice(0, 10);
  const tomorrow = new Date(Date.parse(at) + DAY_MS).toISOString().slice(0, 10);
  return day === today || day === tomorrow ? { day, jobs } : { day: today, jobs: [] };
};

/** For money, which can be given back. */
export const isBought = ({ source }: Pick<Lot, 'source'>): boolean =>
  source === 'TOP_UP' || source === 'SUBSCRIPTION';

export const sumOf = (parts: readonly Readonly<{ microCredits: number }>[]): number =>
  parts.reduce((sum, { microCredits }) => sum + microCredits, 0);

/** When the cycle ends that was paid last; null: none was. */
export const cycleEndOf = ({ lots }: Pick<AccountState, 'lots'>): string | null =>
  Object.values(lots).reduce<string | null>(
    (last, { source, expiresAt }) =>
      source === 'SUBSCRIPTION' && expiresAt !== null && (last === null || expiresAt > last)
        ? expiresAt
        : last,
    null,
  );

/** Micro-credits that a start may still hold. */
export const availableOf = (state: AccountState): number =>
  Object.values(state.lots).reduce((sum, { available }) => sum + available, 0);

export const heldOf = (state: AccountState): number =>
  Object.values(state.holds).reduce((sum, { parts }) => sum + sumOf(parts), 0);

/** What a remembered hold came to. */
export const chargeIn = ({ ended }: AccountState, holdId: string): Charge | undefined =>
  ended.find((hold) => hold.holdId === holdId)?.charge;
