import { never } from '../../kernel/never.ts';
import type {
  AccountEvent,
  CreditsGranted,
  CreditsReclaimed,
  CreditsRestored,
  HoldPosted,
  HoldReleased,
} from './events.ts';
import { move, without } from './lots.ts';
import type { AccountState, EndedHold, Lot, Period } from './state.ts';

const withLot = (state: AccountState, lot: Lot): AccountState => ({
  ...state,
  lots: { ...state.lots, [lot.lotId]: lot },
});

const periodAfter = (period: Period, { period: id, microCredits }: CreditsGranted['data']): Period => {
  // An invoice that was paid long ago may be told of late.
  if (id === null || id < period.id) return period;
  return id === period.id
    ? { ...period, granted: period.granted + microCredits }
    : { id, granted: microCredits, used: 0, alerted: [] };
};

const granted = (state: AccountState, { data }: CreditsGranted): AccountState => {
  const { lotId, source, microCredits, expiresAt } = data;
  const lot: Lot = { lotId, source, available: microCredits, expiresAt, refunds: [], reclaimed: 0, owed: 0 };
  return { ...withLot(state, lot), period: periodAfter(state.period, data) };
};

/** `sign` 1: taken back from the lot; -1: given back to it. */
const reclaimed = (
  state: AccountState,
  { data: { lotId, microCredits } }: CreditsReclaimed | CreditsRestored,
  sign: 1 | -1,
): AccountState => {
  const lot = state.lots[lotId];
  if (lot === undefined) return state;
  const moved = sign * microCredits;
  return withLot(state, {
    ...lot,
    available: lot.available - moved,
    reclaimed: lot.reclaimed + moved,
    owed: sign === 1 ? Math.max(0, lot.owed - microCredits) : lot.owed,
  });
};

/** A hold without some of its parts; one that has none left has ended. */
const shrink = (
  state: AccountState,
  { data: { holdId, jobId, parts } }: HoldPosted | HoldReleased,
  posted: number,
): AccountState => {
  const { [holdId]: hold, ...others } = state.holds;
  if (hold === undefined) return state;
  const rest = without(hold.parts, parts);
  const before: EndedHold = state.ended[holdId] ?? { jobId, posted: 0, reversed: 0, corrections: [] };
  return {
    ...state,
    holds: rest.length === 0 ? others : { ...others, [holdId]: { ...hold, parts: rest } },
    ended: { ...state.ended, [holdId]: { ...before, posted: before.posted + posted } },
  };
};

export const evolve = (state: AccountState, event: AccountEvent): AccountState => {
  switch (event.type) {
    case 'JobSlotClaimed': {
      const { day, jobId } = event.data;
      return { ...state, day, jobs: day === state.day ? [...state.jobs, jobId] : [jobId] };
    }
    case 'TierAssigned':
      return { ...state, tier: event.data.tier, renewal: event.data.renewal ?? 'MONTH' };
    case 'CreditsGranted':
      return granted(state, event);
    case 'CreditsExpired':
      return { ...state, lots: move(state.lots, [event.data], -1) };
    case 'TopUpRefunded': {
      const { lotId, refundId } = event.data;
      const lots = move(state.lots, [event.data], -1);
      const lot = lots[lotId];
      if (lot === undefined) return state;
      return withLot({ ...state, lots }, { ...lot, refunds: [...lot.refunds, refundId] });
    }
    case 'CreditsReclaimed':
      return reclaimed(state, event, 1);
    case 'CreditsRestored':
      return reclaimed(state, event, -1);
    case 'CreditsOwed': {
      const lot = state.lots[event.data.lotId];
      return lot === undefined ? state : withLot(state, { ...lot, owed: event.data.microCredits });
    }
    case 'HoldTaken': {
      const { holdId, jobId, parts, expiresAt } = event.data;
      return {
        ...state,
        lots: move(state.lots, parts, -1),
        holds: { ...state.holds, [holdId]: { jobId, parts, expiresAt, raises: [] } },
      };
    }
    case 'HoldRaised': {
      const { holdId, raiseId, parts } = event.data;
      const hold = state.holds[holdId];
      if (hold === undefined) return state;
      const raised = { ...hold, parts: [...hold.parts, ...parts], raises: [...hold.raises, raiseId] };
      return {
        ...state,
        lots: move(state.lots, parts, -1),
        holds: { ...state.holds, [holdId]: raised },
      };
    }
    case 'HoldPosted': {
      const { microCredits } = event.data;
      const { period } = state;
      return {
        ...shrink(state, event, microCredits),
        period: { ...period, used: period.used + microCredits },
      };
    }
    case 'HoldReleased': {
      const after = shrink(state, event, 0);
      return { ...after, lots: move(after.lots, event.data.parts, 1) };
    }
    case 'ChargeWaived':
      return state;
    case 'ChargeReversed': {
      const { lotId, holdId, correctionId, microCredits } = event.data;
      const charge = state.ended[holdId];
      if (charge === undefined) return state;
      const { reversed, corrections } = charge;
      const corrected = {
        ...charge,
        reversed: reversed + microCredits,
        corrections: [...corrections, correctionId],
      };
      const lot: Lot = {
        lotId,
        source: 'CORRECTION',
        available: microCredits,
        expiresAt: null,
        refunds: [],
        reclaimed: 0,
        owed: 0,
      };
      return withLot({ ...state, ended: { ...state.ended, [holdId]: corrected } }, lot);
    }
    case 'QuotaAlertRaised': {
      const { period } = state;
      return { ...state, period: { ...period, alerted: [...period.alerted, event.data.threshold] } };
    }
    default:
      return never(event);
  }
};
