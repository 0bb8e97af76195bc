import type { AccountCommand } from '../../../../domain/billing/account/commands.ts';
import { TERM_OVER } from '../../../../domain/billing/account/decide/due.ts';
import type {
  AccountEvent,
  ChargeWaived,
  CreditsOwed,
  CreditsReclaimed,
  CreditsRestored,
  HoldPosted,
  HoldReleased,
} from '../../../../domain/billing/account/events.ts';
import { evolve } from '../../../../domain/billing/account/evolve.ts';
import { type AccountState, chargeIn, sumOf } from '../../../../domain/billing/account/state.ts';
import type { Recorded } from '../../../../domain/kernel/message.ts';
import { among, type Found, known, type Sources, unknown, type Written } from './source.ts';

type Account = Written<AccountState, AccountEvent>;
type Asked = Found<AccountCommand>;

const ASSUMED = 'that the estimate of a start was what was held for it: the estimate is not in the log';

/** What time has made due comes before what was asked for, in the same append. */
const isDue = (event: AccountEvent): boolean =>
  event.type === 'CreditsExpired' ||
  (event.type === 'TierAssigned' && event.data.reason === TERM_OVER) ||
  (event.type === 'HoldReleased' && event.data.reason === 'EXPIRED') ||
  (event.type === 'CreditsReclaimed' && event.data.reason === 'HoldReleased') ||
  (event.type === 'CreditsGranted' && event.data.source === 'MONTHLY');

const settled = (
  { data: { userId, holdId, jobId, at } }: HoldPosted | HoldReleased | ChargeWaived,
  { rest }: Account,
): Asked => {
  const posted = among(rest, 'HoldPosted');
  const waived = among(rest, 'ChargeWaived');
  const microCredits = (posted?.microCredits ?? 0) + (waived?.microCredits ?? 0);
  // Where nothing was charged, its class is not looked at.
  const chargeClass = posted?.chargeClass ?? 'SUCCESS';
  return known({ type: 'SettleHold', data: { userId, holdId, jobId, microCredits, chargeClass, at } });
};

const reclaimed = (
  { data: { userId, lotId, reason, at } }: CreditsReclaimed | CreditsOwed | CreditsRestored,
  { rest, state }: Account,
): Asked => {
  const lot = state.lots[lotId];
  if (lot === undefined) return unknown('the lot that was taken back is not known');
  // One webhook may take back from several lots, and of one lot in several places.
  const moved = (type: 'CreditsReclaimed' | 'CreditsOwed' | 'CreditsRestored') => {
    const same = rest.filter((event) => event.type === type && event.data.lotId === lotId);
    return same.length === 0 ? null : sumOf(same.map(({ data }) => data as CreditsReclaimed['data']));
  };
  const taken = moved('CreditsReclaimed') ?? 0;
  const left = moved('CreditsOwed') ?? lot.owed;
  const restored = moved('CreditsRestored');
  const due = lot.reclaimed + (restored === null ? taken + left : -restored);
  return known({ type: 'ReclaimCredits', data: { userId, lotId, due, reason, at } });
};

const acted = (first: Recorded<AccountEvent>, written: Account): Asked => {
  switch (first.type) {
    case 'JobSlotClaimed': {
      const { userId, jobId, at } = first.data;
      const estimate = among(written.rest, 'HoldTaken')?.microCredits;
      return estimate === undefined
        ? known({ type: 'ClaimJobSlot', data: { userId, jobId, at } })
        : known({ type: 'ClaimJobSlot', data: { userId, jobId, at, estimate } }, ASSUMED);
    }
    case 'TierAssigned':
      return known({ type: 'AssignTier', data: first.data });
    case 'CreditsGranted': {
      const { period, source, ...data } = first.data;
      return source === 'MONTHLY'
        ? unknown('monthly credits are not asked for')
        : known({
            type: 'GrantCredits',
            data: { ...data, source, ...(period === null ? {} : { period }) },
          });
    }
    case 'TopUpRefunded':
      return known({ type: 'RefundTopUp', data: first.data });
    case 'CreditsReclaimed':
    case 'CreditsOwed':
    case 'CreditsRestored':
      return reclaimed(first, written);
    case 'HoldRaised': {
      const { jobId: _jobId, parts: _parts, ...data } = first.data;
      return known({ type: 'RaiseHold', data });
    }
    case 'HoldPosted':
    case 'HoldReleased':
    case 'ChargeWaived':
      return settled(first, written);
    case 'ChargeReversed': {
      const { jobId: _jobId, lotId: _lotId, parts: _parts, left: _left, ...data } = first.data;
      return chargeIn(written.state, data.holdId) === undefined
        ? unknown('the hold ended too long ago for the account to remember what it came to')
        : known({ type: 'ReverseCharge', data });
    }
    default:
      return unknown(`no command of today begins with ${first.type}`);
  }
};

/** The command that the first event belongs to which is not due by itself; where all are, the account was looked after. */
const asked = ({ data: { userId, at } }: Recorded<AccountEvent>, { rest, state }: Account): Asked => {
  const due = rest.findIndex((event) => !isDue(event));
  const first = rest[due];
  if (first === undefined) return known({ type: 'RefreshAccount', data: { userId, at } });
  return acted(first, { rest: rest.slice(due), state: rest.slice(0, due).reduce(evolve, state) });
};

/** Credits, holds and slots of a person. */
export const ACCOUNT_SOURCES: Sources<AccountState, AccountCommand, AccountEvent> = {
  JobSlotClaimed: asked,
  TierAssigned: asked,
  CreditsGranted: asked,
  CreditsExpired: asked,
  TopUpRefunded: asked,
  CreditsReclaimed: asked,
  CreditsOwed: asked,
  CreditsRestored: asked,
  HoldTaken: 'FOLLOWS',
  HoldRaised: asked,
  HoldPosted: asked,
  HoldReleased: asked,
  ChargeWaived: asked,
  ChargeReversed: asked,
  QuotaAlertRaised: 'FOLLOWS',
};
