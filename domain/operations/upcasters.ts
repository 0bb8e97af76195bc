import { asItIs, type Upcaster } from '../kernel/upcasting.ts';

/** Events of operations that were stored in another shape before (ES-08). */
export const OPERATIONS_UPCASTERS: readonly (readonly [type: string, steps: readonly Upcaster[]])[] = [
  // What is looked at grew: first by what today's rules would decide, then by mails and exports, then by the reconciliation.
  ['LogRead', [asItIs, asItIs, asItIs]],
];
