import type { DeliverySelection, Omitted } from '../values.ts';
import type { In } from './in.ts';

/** What the person does with a delivery. */

export type DeliveryAccepted = In<'DeliveryAccepted', { selection: DeliverySelection; by: string }>;
export type DeliveryApplied = In<
  'DeliveryApplied',
  { files: readonly Readonly<{ path: string; before: string | null; after: string | null }>[] } & Omitted
>;
export type DeliveryReverted = In<'DeliveryReverted', { files: readonly string[] } & Omitted>;
export type RevertBlocked = In<
  'RevertBlocked',
  { code: 'BASE_CONFLICT' | 'POST_COMMIT_REVERT_BLOCKED'; files: readonly string[]; reason: string } & Omitted
>;
