import { ask } from '../ask.ts';
import { why } from '../given.ts';
import * as at from '../journey.ts';
import { outcomes } from '../samples.ts';
import { accepted, open, type Row } from './row.ts';

/** What becomes of a delivery. */
export const delivery: readonly Row[] = [
  [
    'is accepted',
    at.delivered,
    'DELIVERED',
    { type: 'AcceptDelivery', data: { ...why, selection: { files: ['index.ts'], hunks: [] }, unknown: [] } },
    ['DeliveryAccepted'],
    'DELIVERED',
  ],
  [
    'is applied',
    () => open(accepted(), 'ApplyDelivery'),
    'DELIVERED',
    ask.report('e-open', outcomes.applied),
    ['ExecutionReported', 'DeliveryApplied'],
    'DELIVERED',
  ],
  [
    'is reverted',
    () => open(at.applied(), 'RevertDelivery'),
    'DELIVERED',
    ask.report('e-open', outcomes.reverted),
    ['ExecutionReported', 'DeliveryReverted'],
    'DELIVERED',
  ],
  [
    'cannot be reverted',
    () => open(at.applied(), 'RevertDelivery'),
    'DELIVERED',
    ask.report('e-open', outcomes.blocked),
    ['ExecutionReported', 'RevertBlocked'],
    'DELIVERED',
  ],
];
