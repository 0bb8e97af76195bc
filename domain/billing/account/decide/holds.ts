import { Rejection } from '../../../kernel/rejection.ts';
import { isMovement } from '../../credits.ts';
import type { RaiseHold, SettleHold } from '../commands.ts';
import { type AccountEvent, ALERT_THRESHOLDS } from '../events.ts';
import { evolve } from '../evolve.ts';
import { draw, firstOf, without } from '../lots.ts';
import { type AccountState, availableOf, sumOf } from '../state.ts';
import { expectMovement } from './credits.ts';
import { releasedDue } from './due.ts';

/** BIL-04: all or nothing, as the person agreed to it. */
export const raiseHold = ({ data }: RaiseHold, state: AccountState): AccountEvent[] => {
  const { userId, holdId, raiseId, microCredits, at } = data;
  const hold = state.holds[holdId];
  if (hold === undefined) throw new Rejection('HOLD_NOT_OPEN', 'This hold has ended.', { hold_id: holdId });
  if (hold.raises.includes(raiseId)) return [];
  expectMovement(microCredits);
  const available = availableOf(state);
  if (microCredits > available)
    throw new Rejection('CREDITS_INSUFFICIENT', 'Fewer credits than this are left.', {
      available,
      required: microCredits,
    });
  const { jobId } = hold;
  const parts = draw(state, microCredits);
  return [{ type: 'HoldRaised', data: { userId, holdId, jobId, raiseId, microCredits, parts, at } }];
};

/** BIL-10: the thresholds that the last charge of this month has crossed for the first time. */
const alerts = (userId: string, at: string, { period }: AccountState): AccountEvent[] => {
  const { id, used, granted: limit, alerted } = period;
  return ALERT_THRESHOLDS.filter(
    (threshold) => limit > 0 && used * 100 >= limit * threshold && !alerted.includes(threshold),
  ).map((threshold) => ({
    type: 'QuotaAlertRaised',
    data: { userId, period: id, threshold, used, limit, at },
  }));
};

/** Charges once and at most the hold; what was used beyond is waived, what was held beyond is released. */
export const settleHold = ({ data }: SettleHold, state: AccountState): AccountEvent[] => {
  const { userId, holdId, jobId, microCredits, chargeClass, at } = data;
  if (microCredits !== 0 && !isMovement(microCredits)) expectMovement(microCredits);
  const hold = state.holds[holdId];
  const waived = (amount: number, reason: 'NO_HOLD' | 'ABOVE_HOLD'): AccountEvent[] =>
    amount === 0
      ? []
      : [{ type: 'ChargeWaived', data: { userId, holdId, jobId, microCredits: amount, reason, at } }];
  if (hold === undefined) return waived(microCredits, 'NO_HOLD');
  const charged = firstOf(hold.parts, microCredits);
  const rest = without(hold.parts, charged);
  const posted = sumOf(charged);
  const events: AccountEvent[] = [];
  if (posted > 0)
    events.push({
      type: 'HoldPosted',
      data: { userId, holdId, jobId, microCredits: posted, parts: charged, chargeClass, at },
    });
  if (rest.length > 0)
    events.push({
      type: 'HoldReleased',
      data: { userId, holdId, jobId, microCredits: sumOf(rest), parts: rest, reason: 'SETTLED', at },
    });
  events.push(...waived(microCredits - posted, 'ABOVE_HOLD'));
  const after = events.reduce(evolve, state);
  return [...events, ...releasedDue({ userId, at }, after), ...alerts(userId, at, after)];
};
