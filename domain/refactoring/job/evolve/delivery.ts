import { never } from '../../../kernel/never.ts';
import type {
  DeliveryAccepted,
  DeliveryApplied,
  DeliveryReverted,
  RevertBlocked,
  TestsPassed,
} from '../events.ts';
import { isTested, testedOf } from '../layers.ts';
import type { JobState } from '../state.ts';

type DeliveryEvent = TestsPassed | DeliveryAccepted | DeliveryApplied | DeliveryReverted | RevertBlocked;

/** Delivered work and what the person did with it; the status stays DELIVERED. */
export const evolveDelivery = (state: JobState, event: DeliveryEvent): JobState => {
  if (event.type === 'TestsPassed')
    return isTested(state)
      ? {
          ...testedOf(state),
          status: 'DELIVERED',
          artifact: event.data.delivery,
          delivery: { phase: 'OFFERED' },
          execution: null,
        }
      : state;
  if (state.status !== 'DELIVERED') return state;
  switch (event.type) {
    case 'DeliveryAccepted':
      return { ...state, delivery: { phase: 'ACCEPTED', selection: event.data.selection } };
    case 'DeliveryApplied':
      return { ...state, delivery: { phase: 'APPLIED' } };
    case 'DeliveryReverted':
      return { ...state, delivery: { phase: 'REVERTED' } };
    case 'RevertBlocked':
      return state;
    default:
      return never(event);
  }
};
