import { usesCredits } from '../kernel/tiers.ts';
import { type AccountState, availableOf, heldOf, type Lot } from './account/state.ts';
import { LEAST_ADD_ON, LEAST_HOLD, MICRO } from './credits.ts';

type Origin = 'plan' | 'bought' | 'given';

/** What was used beyond the plan, and what there is beside it (BIL-12). Micro-credits, but for the add-on. */
export type UsageReport = Readonly<{
  /** Of the month or cycle: what came with the plan, and what was charged. */
  granted: number;
  used: number;
  /** What was charged beyond the plan. */
  overage: number;
  held: number;
  /** By what brought them. */
  available: Readonly<Record<Origin, number>>;
  /** Whole credits to buy so that a job can start and the same overage is paid once more; null: the tier cannot use any. */
  addOnCredits: number | null;
}>;

const ORIGIN: Readonly<Record<Lot['source'], Origin>> = {
  MONTHLY: 'plan',
  SUBSCRIPTION: 'plan',
  TOP_UP: 'bought',
  GOODWILL: 'given',
  CORRECTION: 'given',
};

/** `state` as it is now (`accountAt`). */
export const usageReport = (state: AccountState): UsageReport => {
  const { granted, used } = state.period;
  const available = { plan: 0, bought: 0, given: 0 };
  for (const lot of Object.values(state.lots)) available[ORIGIN[lot.source]] += lot.available;
  const overage = Math.max(0, used - granted);
  const missing = Math.max(
    overage - available.bought - available.given,
    availableOf(state) < LEAST_HOLD ? LEAST_HOLD : 0,
  );
  const toBuy = missing <= 0 ? 0 : Math.max(LEAST_ADD_ON, Math.ceil(missing / MICRO));
  return {
    granted,
    used,
    overage,
    held: heldOf(state),
    available,
    addOnCredits: usesCredits(state.tier) ? toBuy : null,
  };
};
