import type { Tiers } from '../../../kernel/tiers.ts';
import { credits, isDue, MICRO, periodEnd, periodOf } from '../../credits.ts';
import type { AccountEvent } from '../events.ts';
import { evolve } from '../evolve.ts';
import { lastsUntil, toReclaim } from '../lots.ts';
import { type AccountState, sumOf } from '../state.ts';

type Who = Readonly<{ userId: string; at: string }>;
/** Why a tier was assigned that nobody asked for. */
export const TERM_OVER = 'TERM_OVER';

type Step = (who: Who, state: AccountState) => AccountEvent[];

const holdsDue = ({ userId, at }: Who, { holds }: AccountState): AccountEvent[] =>
  Object.entries(holds)
    .filter(([, { expiresAt }]) => isDue(expiresAt, at))
    .map(([holdId, { jobId, parts }]) => ({
      type: 'HoldReleased',
      data: { userId, holdId, jobId, microCredits: sumOf(parts), parts, reason: 'EXPIRED', at },
    }));

/** What holds and corrections gave back of lots whose money went back meanwhile. */
const owedDue =
  (reason: 'HoldReleased' | 'ChargeReversed'): Step =>
  ({ userId, at }, state) => {
    let { lots } = state;
    return Object.values(lots).flatMap(({ lotId, owed }) =>
      toReclaim(lots, lotId, owed).map((source) => {
        const event: AccountEvent = {
          type: 'CreditsReclaimed',
          data: { userId, lotId, ...source, reason, at },
        };
        ({ lots } = evolve({ ...state, lots }, event));
        return event;
      }),
    );
  };

/** What is available in lots that have ended. What they have in holds goes when the holds end. */
export const lotsDue: Step = ({ userId, at }, state) =>
  Object.values(state.lots)
    .filter((lot) => lot.available > 0 && isDue(lastsUntil(state, lot), at))
    .map(({ lotId, available }) => ({
      type: 'CreditsExpired',
      data: { userId, lotId, microCredits: available, at },
    }));

/**
 * The credits of this month that the tier gives beyond those granted already; a lower tier, or one that gives less since,
 * takes nothing back.
 */
export const monthlyDue =
  (tiers: Tiers): Step =>
  ({ userId, at }, { tier, renewal, period }) => {
    if (renewal === 'INVOICE') return [];
    const now = periodOf(at);
    if (now < period.id) return [];
    const granted = period.id === now ? period.granted : 0;
    const microCredits = credits(tiers[tier].monthlyCredits) - granted;
    if (microCredits <= 0) return [];
    // A tier may come to give more within the month: that is another lot than the one it gave before.
    const more = granted === 0 ? '' : `-beyond-${granted / MICRO}`;
    const data = {
      userId,
      lotId: `monthly-${now}-${tier}${more}`,
      source: 'MONTHLY' as const,
      microCredits,
      expiresAt: periodEnd(at),
      period: now,
      reference: tier,
      at,
    };
    return [{ type: 'CreditsGranted', data }];
  };

/** What the tier has come to by itself since it was assigned; the last that it comes to is one that nobody pays for. */
const tierDue: Step = ({ userId, at }, { then }) => {
  const begun = then.filter((later) => isDue(later.at, at));
  const last = begun.at(-1);
  if (last === undefined) return [];
  const left = then.slice(begun.length);
  const goesOn = left.length === 0 ? {} : { renewal: 'INVOICE' as const, then: left };
  return [{ type: 'TierAssigned', data: { userId, tier: last.tier, reason: TERM_OVER, ...goesOn, at } }];
};

const inTurn = (steps: readonly Step[]): Step => {
  return (who, state) => {
    const events: AccountEvent[] = [];
    let now = state;
    for (const step of steps) {
      const next = step(who, now);
      now = next.reduce(evolve, now);
      events.push(...next);
    }
    return events;
  };
};

/** What follows where holds have given back: what is owed goes first, then what has ended. */
export const releasedDue = inTurn([owedDue('HoldReleased'), lotsDue]);

/** The same where a charge was corrected. */
export const reversedDue = owedDue('ChargeReversed');

/** What follows where a tier was assigned. */
export const assignedDue = (tiers: Tiers): Step => inTurn([tierDue, lotsDue, monthlyDue(tiers)]);

/** What time has made due, in this order: holds give back to lots, a term is over, lots end, a new month begins. */
export const due = (tiers: Tiers): Step => inTurn([holdsDue, tierDue, releasedDue, monthlyDue(tiers)]);
