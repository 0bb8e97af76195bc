import { never } from '../../kernel/never.ts';
import { chargeAfter } from './charges.ts';
import type {
  AccountEvent,
  ChargeReversed,
  CreditsGranted,
  CreditsReclaimed,
  CreditsRestored,
  HoldPosted,
  HoldReleased,
} from './events.ts';
import { move, without } from './lots.ts';
import { type AccountState, chargeIn, type Lot, type Period, REMEMBERED } from './state.ts';

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

const newLot = (lotId: string, source: Lot['source'], available: number): Lot => ({
  lotId,
  source,
  available,
  expiresAt: null,
  refunds: [],
  reclaimed: 0,
  owed: 0,
  stems: [],
});

const granted = (state: AccountState, { data }: CreditsGranted): AccountState => {
  const { lotId, source, microCredits, expiresAt } = data;
  const lot: Lot = { ...newLot(lotId, source, microCredits), expiresAt };
  return { ...withLot(state, lot), period: periodAfter(state.period, data) };
};

/** `sign` 1: taken back from the lot; -1: given back to it. */
const reclaimed = (
  state: AccountState,
  { data: { lotId, microCredits, correctionLotId } }: CreditsReclaimed | CreditsRestored,
  sign: 1 | -1,
): AccountState => {
  const lot = state.lots[lotId];
  if (lot === undefined) return state;
  const moved = sign * microCredits;
  const owner = {
    ...lot,
    reclaimed: lot.reclaimed + moved,
    owed: sign === 1 ? Math.max(0, lot.owed - microCredits) : lot.owed,
  };
  if (correctionLotId === undefined) return withLot(state, { ...owner, available: lot.available - moved });
  const correction = state.lots[correctionLotId];
  if (correction === undefined) return state;
  return withLot(withLot(state, owner), {
    ...correction,
    available: correction.available - moved,
    stems: correction.stems.map((stem) =>
      stem.lotId === lotId ? { ...stem, reclaimed: stem.reclaimed + moved } : stem,
    ),
  });
};

/** In an array, because whole accounts are folded: records of a hundred were most of the time that it took. */
const remembered = (
  state: AccountState,
  event: HoldPosted | HoldReleased | ChargeReversed,
): AccountState['ended'] => {
  const { holdId } = event.data;
  const before = chargeIn(state, holdId);
  const ended = { holdId, charge: chargeAfter(before, event) };
  return before === undefined
    ? [...state.ended.slice(1 - REMEMBERED), ended]
    : state.ended.map((hold) => (hold.holdId === holdId ? ended : hold));
};

/** A hold without some of its parts; one that has none left has ended. */
const shrink = (state: AccountState, event: HoldPosted | HoldReleased): AccountState => {
  const { holdId, parts } = event.data;
  const { [holdId]: hold, ...others } = state.holds;
  if (hold === undefined) return state;
  const rest = without(hold.parts, parts);
  return {
    ...state,
    holds: rest.length === 0 ? others : { ...others, [holdId]: { ...hold, parts: rest } },
    ended: remembered(state, event),
  };
};

const reversed = (state: AccountState, event: ChargeReversed): AccountState => {
  const { holdId, lotId, microCredits, parts, left } = event.data;
  const stems = parts.map((part) => ({ ...part, reclaimed: 0 }));
  const { jobs, microCredits: sum } = state.charged;
  return {
    ...withLot(state, { ...newLot(lotId, 'CORRECTION', microCredits), stems }),
    ended: chargeIn(state, holdId) === undefined ? state.ended : remembered(state, event),
    charged: { jobs: left === 0 ? jobs - 1 : jobs, microCredits: sum - microCredits },
  };
};

export const evolve = (state: AccountState, event: AccountEvent): AccountState => {
  switch (event.type) {
    case 'JobSlotClaimed': {
      const { day, jobId } = event.data;
      return { ...state, day, jobs: day === state.day ? [...state.jobs, jobId] : [jobId] };
    }
    case 'TierAssigned':
      return {
        ...state,
        tier: event.data.tier,
        renewal: event.data.renewal ?? 'MONTH',
        then: event.data.then ?? [],
      };
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
      const { period, charged } = state;
      return {
        ...shrink(state, event),
        period: { ...period, used: period.used + microCredits },
        charged: { jobs: charged.jobs + 1, microCredits: charged.microCredits + microCredits },
      };
    }
    case 'HoldReleased': {
      const after = shrink(state, event);
      return { ...after, lots: move(after.lots, event.data.parts, 1) };
    }
    case 'ChargeWaived':
      return state;
    case 'ChargeReversed':
      return reversed(state, event);
    case 'QuotaAlertRaised': {
      const { period } = state;
      return { ...state, period: { ...period, alerted: [...period.alerted, event.data.threshold] } };
    }
    default:
      return never(event);
  }
};
