import { asItIs, type Upcaster } from '../kernel/upcasting.ts';

const SEEDED = { FREE: 0, PLUS: 1_500, PRO: 5_000, MAX: 20_000, ENTERPRISE: 100_000 };

const withoutNotice: Upcaster = (data) => ({ ...data, noticeId: null });
const withoutLines: Upcaster = (data) => ({ ...data, lines: [], noticeId: null });

/** Events of billing that were stored in another shape before (ES-08). */
export const BILLING_UPCASTERS: readonly (readonly [type: string, steps: readonly Upcaster[]])[] = [
  // An invoice says since version 2 for which share of a cycle it charges; before, nothing was known of it.
  // It says since version 3 what plans brought then; before, they had always brought the same. Since version 4 it keeps its lines.
  // A dispute says since version 6 in which currency it is, and what was taken for it; a refund that failed since version 7 whether it had left, and a
  // dispute since version 8 what is back of it, and since version 9 what else moved for it.
  [
    'NoticeTaken',
    [asItIs, (data) => ({ ...data, cycleCredits: SEEDED }), asItIs, asItIs, asItIs, asItIs, asItIs, asItIs],
  ],
  ['NoticeKept', [asItIs, asItIs, asItIs, asItIs, asItIs, asItIs]],
  // Money says since version 2 which lines it is for, and which news it followed from.
  ['PaymentReceived', [withoutLines]],
  ['PaymentRefunded', [withoutLines]],
  ['RefundReturned', [withoutLines]],
  ['DisputeOpened', [withoutNotice]],
  // A dispute says since version 3 what came back of it, where that is not what was taken, and since version 4 what exchanging it came to.
  ['DisputeWon', [withoutNotice, asItIs, asItIs]],
  ['DisputeLost', [withoutLines, asItIs, asItIs]],
  ['DisputeReopened', [asItIs]],
  // A tier and a plan say since version 2, and a subscription since version 5 of its notice, what they come to by themselves.
  ['TierAssigned', [asItIs]],
  ['PlanChanged', [asItIs]],
  // Of credits that a correction gave back it is said since version 2; before, a correction was never taken back.
  ['CreditsReclaimed', [asItIs]],
  ['CreditsRestored', [asItIs]],
  // What may be spent is limited by no hold since version 2, where a tier draws no credits.
  // Since version 3 it says what was to be asked of whom, since version 4 of a call without a price too.
  ['CallReserved', [asItIs, asItIs, asItIs]],
  ['BudgetReached', [asItIs]],
  // An entry says since version 2 what its route is at fault for, and what a call can have cost of which nobody told the end.
  ['UsageRecorded', [asItIs]],
  // A correction says since version 2 which lots had paid the charge, and what of it stands.
  ['ChargeReversed', [(data) => ({ ...data, parts: [], left: null })]],
  // Parquet was added to the formats. Since version 3 the signature is kept.
  ['PeriodExported', [asItIs, (data) => ({ ...data, signed: null })]],
];
