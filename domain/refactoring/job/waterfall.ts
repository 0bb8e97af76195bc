import { ATTEMPTS_PER_PHASE, hasRecipe, MAX_ATTEMPTS } from './limits.ts';
import type { Counters } from './state.ts';
import type { EntitlementSnapshot, Goal, ModelClass } from './values.ts';

/** What comes next in the repair loop (JOB-07, JOB-08). */
export type Step =
  | Readonly<{ kind: 'ATTEMPT'; attempt: number; modelClass: ModelClass }>
  | Readonly<{ kind: 'ASK'; toClass: ModelClass }>
  | Readonly<{ kind: 'EXHAUSTED'; reason: 'LIMIT' | 'NO_ENTITLED_PHASE' }>;

/** Recipes are free and local: no tier excludes L0. */
export const isEntitled = (entitlement: EntitlementSnapshot, modelClass: ModelClass): boolean =>
  modelClass === 'L0' || entitlement.modelClasses.includes(modelClass);

/** INT-02: L3 runs only where the log holds a confirmation or a pre-authorisation. */
export const isAllowed = (counters: Counters, modelClass: ModelClass): boolean =>
  modelClass !== 'L3' || counters.confirmed.includes('L3');

/** The class of the next counted attempt: 1-3 L1, 4-6 L2, then L3 where entitled, else L2. */
const classOfPhase = (used: number, entitlement: EntitlementSnapshot): ModelClass => {
  if (used < ATTEMPTS_PER_PHASE) return 'L1';
  if (used < 2 * ATTEMPTS_PER_PHASE) return 'L2';
  return isEntitled(entitlement, 'L3') ? 'L3' : 'L2';
};

/** Counted attempts that lie before the phase of a class: where a retry with a stronger class starts. */
export const usedBefore = (modelClass: 'L2' | 'L3'): number =>
  modelClass === 'L2' ? ATTEMPTS_PER_PHASE : 2 * ATTEMPTS_PER_PHASE;

export const nextStep = (goal: Goal, entitlement: EntitlementSnapshot, counters: Counters): Step => {
  if (hasRecipe(goal) && !counters.recipeTried)
    return { kind: 'ATTEMPT', attempt: counters.last + 1, modelClass: 'L0' };
  if (counters.used >= MAX_ATTEMPTS) return { kind: 'EXHAUSTED', reason: 'LIMIT' };
  const modelClass = classOfPhase(counters.used, entitlement);
  if (!isEntitled(entitlement, modelClass)) return { kind: 'EXHAUSTED', reason: 'NO_ENTITLED_PHASE' };
  if (!isAllowed(counters, modelClass)) return { kind: 'ASK', toClass: modelClass };
  // 0 is the number of a recipe attempt only.
  return { kind: 'ATTEMPT', attempt: Math.max(counters.last + 1, 1), modelClass };
};
