import type { Upcaster } from '../kernel/upcasting.ts';

const asItIs: Upcaster = (data) => data;

/** Events of billing that were stored in another shape before (ES-08). */
export const BILLING_UPCASTERS: readonly (readonly [type: string, steps: readonly Upcaster[]])[] = [
  // An invoice says since version 2 for which share of a cycle it charges; before, nothing was known of it.
  ['NoticeTaken', [asItIs]],
  ['NoticeKept', [asItIs]],
  // Parquet was added to the formats.
  ['PeriodExported', [asItIs]],
];
