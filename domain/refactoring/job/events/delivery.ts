import type { DeliverySelection, Omitted, TestCounts } from '../values.ts';
import type { In } from './in.ts';

/** What the person does with a delivery. */

export type DeliveryAccepted = In<
  'DeliveryAccepted',
  {
    selection: DeliverySelection;
    by: string;
    /** Behaviours that no test reaches, whose risk the person took; absent: nothing had to be acknowledged. */
    acknowledgedUncovered?: number;
  }
>;
export type DeliveryApplied = In<
  'DeliveryApplied',
  {
    files: readonly Readonly<{ path: string; before: string | null; after: string | null }>[];
    /** Tests of the part on its own (DEL-03); absent: it was not tested again. */
    retest?: TestCounts;
  } & Omitted
>;
export type DeliveryReverted = In<'DeliveryReverted', { files: readonly string[] } & Omitted>;
export type RevertBlocked = In<
  'RevertBlocked',
  { code: 'BASE_CONFLICT' | 'POST_COMMIT_REVERT_BLOCKED'; files: readonly string[]; reason: string } & Omitted
>;
