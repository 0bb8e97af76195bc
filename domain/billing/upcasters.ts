import { asItIs, type Upcaster } from '../kernel/upcasting.ts';

/** Events of billing that were stored in another shape before (ES-08). */
export const BILLING_UPCASTERS: readonly (readonly [type: string, steps: readonly Upcaster[]])[] = [
  // An invoice says since version 2 for which share of a cycle it charges; before, nothing was known of it.
  ['NoticeTaken', [asItIs]],
  ['NoticeKept', [asItIs]],
  // Of credits that a correction gave back it is said since version 2; before, a correction was never taken back.
  ['CreditsReclaimed', [asItIs]],
  ['CreditsRestored', [asItIs]],
  // A correction says since version 2 which lots had paid the charge, and what of it stands.
  ['ChargeReversed', [(data) => ({ ...data, parts: [], left: null })]],
  // Parquet was added to the formats.
  ['PeriodExported', [asItIs]],
];
