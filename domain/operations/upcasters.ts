import { asItIs, type Upcaster } from '../kernel/upcasting.ts';

/** Events of operations that were stored in another shape before (ES-08). */
export const OPERATIONS_UPCASTERS: readonly (readonly [type: string, steps: readonly Upcaster[]])[] = [
  // Asking what today's rules would decide was added to what is looked at.
  ['LogRead', [asItIs]],
];
