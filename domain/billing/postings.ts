import { never } from '../kernel/never.ts';
import type { AccountEvent } from './account/events.ts';
import { isBought } from './account/state.ts';

/**
 * The chart of accounts for credits (decision 0050). Every account exists once a person; what flows in is positive.
 * `customer.*` is what the person has, the others are where it came from and went to.
 */
export const LEDGER_ACCOUNTS = [
  'customer.available',
  'customer.held',
  'source.granted',
  'source.sold',
  'sink.consumed',
  'sink.expired',
] as const;
export type CreditAccount = (typeof LEDGER_ACCOUNTS)[number];

/** One leg of an entry: `amount` is a signed integer in `unit`, never 0. */
export type Posting = Readonly<{ account: CreditAccount; unit: 'MICRO_CREDIT'; amount: number }>;

/** What moves credits: the only events that have an entry. */
export const MOVEMENTS = [
  'CreditsGranted',
  'CreditsExpired',
  'TopUpRefunded',
  'CreditsReclaimed',
  'CreditsRestored',
  'HoldTaken',
  'HoldRaised',
  'HoldPosted',
  'HoldReleased',
  'ChargeReversed',
] as const satisfies readonly AccountEvent['type'][];
export type Movement = Extract<AccountEvent, { type: (typeof MOVEMENTS)[number] }>;

const transfer = (from: CreditAccount, to: CreditAccount, microCredits: number): readonly Posting[] => [
  { account: from, unit: 'MICRO_CREDIT', amount: -microCredits },
  { account: to, unit: 'MICRO_CREDIT', amount: microCredits },
];

/** The balanced entry of an event (BIL-11); empty: nothing moves. */
export const postingsOf = ({ type, data }: AccountEvent): readonly Posting[] => {
  switch (type) {
    case 'CreditsGranted':
      return transfer(
        isBought(data) ? 'source.sold' : 'source.granted',
        'customer.available',
        data.microCredits,
      );
    case 'CreditsExpired':
      return transfer('customer.available', 'sink.expired', data.microCredits);
    case 'TopUpRefunded':
    case 'CreditsReclaimed':
      return transfer('customer.available', 'source.sold', data.microCredits);
    case 'CreditsRestored':
      return transfer('source.sold', 'customer.available', data.microCredits);
    case 'HoldTaken':
    case 'HoldRaised':
      return transfer('customer.available', 'customer.held', data.microCredits);
    case 'HoldPosted':
      return transfer('customer.held', 'sink.consumed', data.microCredits);
    case 'HoldReleased':
      return transfer('customer.held', 'customer.available', data.microCredits);
    case 'ChargeReversed':
      return transfer('sink.consumed', 'customer.available', data.microCredits);
    case 'CreditsOwed':
    case 'JobSlotClaimed':
    case 'TierAssigned':
    case 'ChargeWaived':
    case 'QuotaAlertRaised':
      return [];
    default:
      return never(type);
  }
};
