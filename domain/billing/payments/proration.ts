import { perTier, type TierName, type Tiers } from '../../kernel/tiers.ts';
import { credits } from '../credits.ts';
import type { CycleCredits, InvoicePaid, ProratedPlan } from './notice.ts';

const lastDay = (year: number, month: number): number => new Date(Date.UTC(year, month + 1, 0)).getUTCDate();

/**
 * Milliseconds of the monthly cycle that ends then. A cycle that ends with its month may have begun on several days of the
 * month before; the last of them is taken, which is the dearest share.
 */
const cycleBefore = (to: string): number => {
  const end = new Date(to);
  const [year, month, day] = [end.getUTCFullYear(), end.getUTCMonth(), end.getUTCDate()];
  const latest = lastDay(year, month - 1);
  const begin = new Date(end);
  begin.setUTCMonth(month - 1, day === lastDay(year, month) ? latest : Math.min(day, latest));
  return end.getTime() - begin.getTime();
};

/** What plans bring while the tiers are so. */
export const cycleCreditsOf = (tiers: Tiers): CycleCredits => perTier((tier) => tiers[tier].monthlyCredits);

/** The share of the credits of a whole cycle, to the millisecond, rounded down. */
const share = (whole: number, { from, to }: ProratedPlan): number => {
  const cycle = cycleBefore(to);
  const left = Math.max(0, Math.min(cycle, Date.parse(to) - Date.parse(from)));
  return Number((BigInt(whole) * BigInt(left)) / BigInt(cycle));
};

const sum = (amounts: readonly number[]): number => amounts.reduce((all, amount) => all + amount, 0);

type Plans = Pick<InvoicePaid, 'charged' | 'returned' | 'prorated'> &
  Readonly<{ cycleCredits: CycleCredits }>;

/** Below 0: a plan was given back for a cheaper one. */
const creditsOfPlans = ({ charged, returned, prorated = [], cycleCredits }: Plans): number => {
  const ofCycle = (tier: TierName): number => credits(cycleCredits[tier]);
  const parts = (isCharged: boolean) =>
    prorated.filter((part) => part.isCharged === isCharged).map((part) => share(ofCycle(part.tier), part));
  const gained = sum([...charged.map(ofCycle), ...parts(true)]);
  const lost = sum([...returned.map(ofCycle), ...parts(false)]);
  return gained - lost;
};

/**
 * Micro-credits that an invoice brings: those of its plans, of a plan that is charged or given back within a cycle in the share
 * of the cycle that is left, as the provider charges it (decision 0053).
 */
export const creditsOfInvoice = (invoice: Plans & Pick<InvoicePaid, 'topUpCredits'>): number =>
  Math.max(0, creditsOfPlans(invoice)) + credits(invoice.topUpCredits);

/** Micro-credits of its cycle that an invoice takes back, because a dearer plan was given back than is charged. */
export const creditsReturnedBy = (invoice: Plans): number => Math.max(0, -creditsOfPlans(invoice));
