import type { DisputeLost, DisputeWon } from './events.ts';
import type { Money } from './notice.ts';
import { type News, type Part, partOf } from './parts.ts';
import type { BookedDispute, Booking, PaymentsState } from './state.ts';

type Invoice = PaymentsState['invoices'][string];
type Dispute = PaymentsState['disputes'][string];

/** What follows from all that is known; what is booked is said with it, because shares are reckoned of all that went back. */
export type Due = Readonly<{ event: Booking; isBooked: boolean }>;
const due = (event: Booking): Due => ({ event, isBooked: false });

/** Of another currency than that of the payment, which is this one. */
const isForeign = (dispute: Dispute, currency: string): boolean =>
  (dispute.currency ?? currency) !== currency;

/**
 * What a dispute takes of our balance; null: that is not told yet. What is disputed in another currency than was paid is no amount of
 * ours: of that it counts what the provider took.
 */
const takenBy = (dispute: Dispute, { currency }: Invoice): Money | null =>
  isForeign(dispute, currency) ? (dispute.moved?.withdrawn ?? null) : { amount: dispute.amount, currency };

/** Some of the money, where it is not all of it. */
const returnedOf = (money: Money | null): Readonly<{ returned?: Money }> =>
  money === null || money.amount === 0 ? {} : { returned: money };

type Ended = DisputeWon | DisputeLost;

/**
 * What is to be booked of how a dispute ended; null: it has not, or it is not told yet what came back. What was taken in another currency
 * comes back at the rate of another day. Of one that is lost a part comes back where that part was refunded before.
 */
const endOf = (dispute: Dispute, part: Part, { currency }: Invoice): Ended | null => {
  const { disputeId, status, at, moved } = dispute;
  if (status === 'OPEN') return null;
  const back = moved?.returned ?? null;
  if (status === 'LOST') {
    const kept = back?.currency === part.currency ? Math.min(back.amount, part.amount) : 0;
    const returned = returnedOf({ amount: kept, currency: part.currency });
    const data = { ...part, amount: part.amount - kept, disputeId, ...returned, lines: [], at };
    return { type: 'DisputeLost', data };
  }
  if (isForeign(dispute, currency) && back === null) return null;
  const isAsTaken =
    !isForeign(dispute, currency) || (back?.amount === part.amount && back.currency === part.currency);
  return { type: 'DisputeWon', data: { ...part, disputeId, ...returnedOf(isAsTaken ? null : back), at } };
};

/** The event by which it was booked how a dispute ended. */
const endedBy = (
  part: Part,
  disputeId: string,
  { status, amount, currency, returned }: BookedDispute,
): Ended => {
  const data = { ...part, amount, currency, disputeId, ...returnedOf(returned) };
  return status === 'WON'
    ? { type: 'DisputeWon', data }
    : { type: 'DisputeLost', data: { ...data, lines: [] } };
};

const isSame = (one: Money | null, other: Money | null): boolean =>
  one?.amount === other?.amount && one?.currency === other?.currency;

/** Decided otherwise than it is booked, or lost in part only, or more of it came back since. */
const isOtherwise = (end: Ended, { status, amount, returned }: BookedDispute): boolean =>
  end.type === 'DisputeWon'
    ? status !== 'WON' || !isSame(end.data.returned ?? null, returned)
    : status !== 'LOST' || end.data.amount !== amount;

/** What follows of each dispute. What was decided may be decided otherwise later: its entry is taken back then, and another is made. */
export const disputesDue = (news: News, state: PaymentsState): readonly Due[] =>
  Object.values(state.disputes).flatMap((dispute): Due[] => {
    const part = partOf(news, state, dispute, (of) => takenBy(dispute, of));
    const invoice = part === null ? undefined : state.invoices[part.invoiceId];
    if (part === null || invoice === undefined) return [];
    const { disputeId, at } = dispute;
    const booked = state.disputed[disputeId];
    const end = endOf(dispute, part, invoice);
    const ends = end === null ? [] : [due(end)];
    if (booked === undefined) return [due({ type: 'DisputeOpened', data: { ...part, disputeId } }), ...ends];
    if (booked.status === 'OPEN') return ends;
    const before = endedBy(part, disputeId, booked);
    const done: Due = { event: before, isBooked: true };
    if (end === null || !isOtherwise(end, booked)) return [done];
    const data = { ...before.data, lines: [], was: booked.status, at };
    return [done, due({ type: 'DisputeReopened', data }), due(end)];
  });
