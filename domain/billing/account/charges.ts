import type { AccountEvent, ChargeReversed, HoldPosted, HoldReleased } from './events.ts';
import { without } from './lots.ts';
import type { Charge } from './state.ts';

export const chargeAfter = (
  before: Charge | undefined,
  { type, data }: HoldPosted | HoldReleased | ChargeReversed,
): Charge => {
  const charge = before ?? { jobId: data.jobId, posted: 0, reversed: 0, corrections: [], parts: [] };
  const { posted, reversed, corrections, parts } = charge;
  if (type === 'HoldPosted')
    return { ...charge, posted: posted + data.microCredits, parts: [...parts, ...data.parts] };
  if (type === 'HoldReleased') return charge;
  return {
    ...charge,
    reversed: reversed + data.microCredits,
    corrections: [...corrections, data.correctionId],
    parts: without(parts, data.parts),
  };
};

/** From all events of the account, however long ago the hold ended; null: it has not, or there was none. */
export const chargeOf = (events: Iterable<AccountEvent>, holdId: string): Charge | null => {
  let charge: Charge | undefined;
  for (const event of events)
    if (event.type === 'HoldPosted' || event.type === 'HoldReleased' || event.type === 'ChargeReversed')
      if (event.data.holdId === holdId) charge = chargeAfter(charge, event);
  return charge ?? null;
};
