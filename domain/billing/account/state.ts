import type { TierName } from '../tiers.ts';
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
}>;

export type OpenHold = Readonly<{
  jobId: string;
  parts: readonly Part[];
  expiresAt: string;
  raises: readonly string[];
}>;

/** What a hold came to; `posted` may be corrected down to 0. */
export type EndedHold = Readonly<{
  jobId: string;
  posted: number;
  reversed: number;
  corrections: readonly string[];
}>;

/** The month or cycle whose credits were granted last; its id is `''` before the first. Amounts in micro-credits. */
export type Period = Readonly<{
  id: string;
  granted: number;
  used: number;
  alerted: readonly AlertThreshold[];
}>;

export type AccountState = Readonly<{
  tier: TierName;
  /** What brings the credits of the tier. */
  renewal: 'MONTH' | 'INVOICE';
  /** The newest day with a claim, and the jobs that hold its slots. */
  day: string;
  jobs: readonly string[];
  period: Period;
  lots: Readonly<Record<string, Lot>>;
  holds: Readonly<Record<string, OpenHold>>;
  ended: Readonly<Record<string, EndedHold>>;
}>;

/** Everybody begins on FREE, with nothing. */
export const initialState = (): AccountState => ({
  tier: 'FREE',
  renewal: 'MONTH',
  day: '',
  jobs: [],
  period: { id: '', granted: 0, used: 0, alerted: [] },
  lots: {},
  holds: {},
  ended: {},
});

/** For money, which can be given back. */
export const isBought = ({ source }: Pick<Lot, 'source'>): boolean =>
  source === 'TOP_UP' || source === 'SUBSCRIPTION';

export const sumOf = (parts: readonly Readonly<{ microCredits: number }>[]): number =>
  parts.reduce((sum, { microCredits }) => sum + microCredits, 0);

/** When the cycle ends that was paid last; null: none was. */
export const cycleEndOf = ({ lots }: AccountState): string | null =>
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
