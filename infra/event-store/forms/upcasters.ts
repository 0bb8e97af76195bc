import { BILLING_UPCASTERS } from '../../../domain/billing/upcasters.ts';
import type { Upcasters } from '../../../domain/kernel/upcasting.ts';
import { OPERATIONS_UPCASTERS } from '../../../domain/operations/upcasters.ts';
import { JOB_UPCASTERS } from '../../../domain/refactoring/job/upcasters.ts';

/** Of all contexts. */
export const UPCASTERS: Upcasters = new Map([
  ...BILLING_UPCASTERS,
  ...JOB_UPCASTERS,
  ...OPERATIONS_UPCASTERS,
]);
