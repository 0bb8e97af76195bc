import { type Priced, priceOf } from '../../domain/billing/prices.ts';
import type { EntryClass } from '../../domain/billing/usage.ts';
import type { ModelCall } from '../../domain/refactoring/job/values.ts';

/** BIL-06: what failed for our reasons is never charged. */
const failureClassOf = (outcome: ModelCall['outcome']): EntryClass | null => {
  if (outcome === 'LOST') return 'CALL_LOST';
  return outcome === 'INFRA_FAILURE' || outcome === 'SCHEMA_VIOLATION' ? outcome : null;
};

/**
 * What one model call costs the person; the same for the entry of the call and for the settlement of its job. What was stopped
 * while its job went on costs nothing: it is asked again. What was stopped because the job had ended was used (BIL-06, LLM-03).
 */
export const pricedCall = (call: ModelCall): Priced & Readonly<{ failureClass: EntryClass | null }> => {
  const price = priceOf(call);
  const failureClass = failureClassOf(call.outcome);
  const isFree = failureClass !== null || call.outcome === 'HALTED';
  return {
    ...price,
    microCredits: isFree ? 0 : price.microCredits,
    isPriced: price.isPriced && !isFree,
    failureClass,
  };
};
