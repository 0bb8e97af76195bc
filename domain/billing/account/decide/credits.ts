import { Rejection } from '../../../kernel/rejection.ts';
import type { Tiers } from '../../../kernel/tiers.ts';
import { isMovement } from '../../credits.ts';
import type { LaterTier } from '../../plan-term.ts';
import type { AssignTier, GrantCredits, ReclaimCredits, RefundTopUp, ReverseCharge } from '../commands.ts';
import type { AccountEvent } from '../events.ts';
import { evolve } from '../evolve.ts';
import { firstOf, toReclaim, toRestore } from '../lots.ts';
import { type AccountState, chargeIn, isBought, sumOf } from '../state.ts';
import { assignedDue, lotsDue, reversedDue } from './due.ts';

/** @throws Rejection AMOUNT_INVALID */
export const expectMovement = (microCredits: number): void => {
  if (!isMovement(microCredits))
    throw new Rejection('AMOUNT_INVALID', 'Credits move in positive integers of micro-credits.', {
      micro_credits: Number.isFinite(microCredits) ? microCredits : null,
    });
};

const isSame = (a: readonly LaterTier[], b: readonly LaterTier[]): boolean =>
  a.length === b.length && a.every(({ tier, at }, index) => tier === b[index]?.tier && at === b[index]?.at);

/** A higher tier brings the rest of its monthly credits at once. */
export const assignTier = (tiers: Tiers, { data }: AssignTier, state: AccountState): AccountEvent[] => {
  const { tier, renewal, then } = evolve(state, { type: 'TierAssigned', data });
  if (tier === state.tier && renewal === state.renewal && isSame(then, state.then)) return [];
  const assigned: AccountEvent = { type: 'TierAssigned', data };
  return [assigned, ...assignedDue(tiers)(data, evolve(state, assigned))];
};

export const grantCredits = ({ data }: GrantCredits, state: AccountState): AccountEvent[] => {
  if (Object.hasOwn(state.lots, data.lotId)) return [];
  expectMovement(data.microCredits);
  const granted: AccountEvent = { type: 'CreditsGranted', data: { ...data, period: data.period ?? null } };
  // Those of a cycle that is over had waited for the next one to be paid.
  return [granted, ...lotsDue(data, evolve(state, granted))];
};

export const refundTopUp = ({ data }: RefundTopUp, state: AccountState): AccountEvent[] => {
  const { lotId, refundId, microCredits } = data;
  const lot = state.lots[lotId];
  if (lot === undefined || !isBought(lot))
    throw new Rejection('TOP_UP_NOT_FOUND', 'There is no such top-up.', { lot_id: lotId });
  if (lot.refunds.includes(refundId)) return [];
  expectMovement(microCredits);
  if (microCredits > lot.available)
    throw new Rejection('REFUND_EXCEEDS_CREDITS', 'Some of these credits are held or used.', {
      lot_id: lotId,
      available: lot.available,
    });
  return [{ type: 'TopUpRefunded', data }];
};

/** The money went back already: what is spent of the credits stays, what is held is taken when the hold ends. */
export const reclaimCredits = ({ data }: ReclaimCredits, state: AccountState): AccountEvent[] => {
  const { due, ...rest } = data;
  const lot = state.lots[data.lotId];
  if (lot === undefined || !isBought(lot)) return [];
  const more = due - lot.reclaimed;
  const taken = toReclaim(state.lots, data.lotId, more);
  const left = Math.max(0, more - sumOf(taken));
  const events: AccountEvent[] = taken.map((source) => ({
    type: 'CreditsReclaimed',
    data: { ...rest, ...source },
  }));
  if (left !== lot.owed) events.push({ type: 'CreditsOwed', data: { ...rest, microCredits: left } });
  for (const source of toRestore(state.lots, data.lotId, -more))
    events.push({ type: 'CreditsRestored', data: { ...rest, ...source } });
  // The lot may have ended meanwhile.
  return [...events, ...lotsDue(data, events.reduce(evolve, state))];
};

/**
 * BIL-11: a correction is a movement of its own that takes back at most what was charged. Nobody gets both: credits whose
 * money went back are taken back where they were charged and come back by a correction.
 */
export const reverseCharge = ({ data }: ReverseCharge, state: AccountState): AccountEvent[] => {
  const { charge = chargeIn(state, data.holdId), ...correction } = data;
  const { correctionId, holdId } = correction;
  if (charge === undefined)
    throw new Rejection('CHARGE_NOT_FOUND', 'There is no such charge.', { hold_id: holdId });
  if (charge.corrections.includes(correctionId)) return [];
  const left = charge.posted - charge.reversed;
  const microCredits = correction.microCredits ?? left;
  if (left > 0) expectMovement(microCredits);
  if (left === 0 || microCredits > left)
    throw new Rejection('CORRECTION_EXCEEDS_CHARGE', 'More than was charged cannot be taken back.', {
      hold_id: holdId,
      left,
    });
  // Of this charge: another may be corrected under the same id, and its lot must not take the place of this one.
  const lotId = `correction-${holdId}-${correctionId}`;
  const { jobId } = charge;
  // What was drawn on last comes back first.
  const parts = firstOf(charge.parts.toReversed(), microCredits);
  const reversed: AccountEvent = {
    type: 'ChargeReversed',
    data: { ...correction, microCredits, jobId, lotId, parts, left: left - microCredits },
  };
  return [reversed, ...reversedDue(data, evolve(state, reversed))];
};
