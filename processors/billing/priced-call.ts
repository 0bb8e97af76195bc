import { type Priced, priceOf } from '../../domain/billing/prices.ts';
import type { ChargeClass } from '../../domain/billing/usage.ts';
import type { ModelCall } from '../../domain/refactoring/job/values.ts';

/** BIL-06: what failed for our reasons is never charged. */
const failureClassOf = (outcome: ModelCall['outcome']): ChargeClass | null =>
  outcome === 'INFRA_FAILURE' || outcome === 'SCHEMA_VIOLATION' ? outcome : null;

/** What one model call costs the person; the same for the entry of the call and for the settlement of its job. */
export const pricedCall = (call: ModelCall): Priced & Readonly<{ failureClass: ChargeClass | null }> => {
  const price = priceOf(call);
  const failureClass = failureClassOf(call.outcome);
  return { ...price, microCredits: failureClass === null ? price.microCredits : 0, failureClass };
};
