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
  money === null ? {} : { returned: money };

/** What comes to nothing is left out. */
const exchangedOf = (moved: readonly Money[]): Readonly<{ exchanged?: readonly Money[] }> => {
  const exchanged = moved.filter(({ amount }) => amount !== 0);
  return exchanged.length === 0 ? {} : { exchanged };
};

type Ended = DisputeWon | DisputeLost;

/** Of one that is lost a part comes back where that part was refunded before; what else moved is of no part of the payment. */
const lostOf = ({ disputeId, at, moved }: Dispute, part: Part): DisputeLost => {
  const { amount, currency } = part;
  const back = moved?.returned ?? null;
  const kept = back?.currency === currency ? Math.min(back.amount, amount) : 0;
  const beyond = back === null ? [] : [{ amount: back.amount - kept, currency: back.currency }];
  const data = {
    ...part,
    amount: amount - kept,
    disputeId,
    ...returnedOf(kept === 0 ? null : { amount: kept, currency }),
    ...exchangedOf([...beyond, ...(moved?.further ?? [])]),
    lines: [],
    at,
  };
  return { type: 'DisputeLost', data };
};

type Moved = NonNullable<Dispute['moved']>;

/** What all that moved comes to, in each currency. */
const leftOf = ({ withdrawn, returned, further }: Moved): readonly Money[] => {
  const taken = { ...withdrawn, amount: 0 - withdrawn.amount };
  const all = [taken, ...(returned === null ? [] : [returned]), ...further];
  return [...Map.groupBy(all, ({ currency }) => currency)]
    .map(([currency, same]) => ({ currency, amount: same.reduce((sum, { amount }) => sum + amount, 0) }))
    .toSorted((one, other) => (one.currency < other.currency ? -1 : 1));
};

/**
 * What comes back is another amount where it was exchanged at the rate of another day, and nothing where it was taken again. Null: it is
 * not told yet; of what is disputed in the currency of the payment it is all, until something else is told.
 */
const wonOf = ({ disputeId, at, moved }: Dispute, part: Part, isExchanged: boolean): DisputeWon | null => {
  const { amount, currency } = part;
  const further = moved?.further ?? [];
  const isTold = moved !== null && (moved.returned !== null || further.length > 0);
  // Of what is disputed it took another amount than that: what came back is to be compared with what it took.
  if (isTold && !isSame(moved.withdrawn, { amount, currency }))
    return { type: 'DisputeWon', data: { ...part, disputeId, ...exchangedOf(leftOf(moved)), at } };
  const back = moved?.returned ?? (further.length === 0 ? null : { amount: 0, currency });
  if (isExchanged && back === null) return null;
  const isAsTaken = back === null || isSame(back, { amount, currency });
  const data = { ...part, disputeId, ...returnedOf(isAsTaken ? null : back), ...exchangedOf(further), at };
  return { type: 'DisputeWon', data };
};

/** What is to be booked of how a dispute ended; null: it has not, or it is not told yet what came back. */
const endOf = (dispute: Dispute, part: Part, { currency }: Invoice): Ended | null => {
  if (dispute.status === 'OPEN') return null;
  return dispute.status === 'LOST'
    ? lostOf(dispute, part)
    : wonOf(dispute, part, isForeign(dispute, currency));
};

/** The event by which it was booked how a dispute ended. */
const endedBy = (
  part: Part,
  disputeId: string,
  { status, amount, currency, returned, exchanged }: BookedDispute,
): Ended => {
  const data = { ...part, amount, currency, disputeId, ...returnedOf(returned), ...exchangedOf(exchanged) };
  return status === 'WON'
    ? { type: 'DisputeWon', data }
    : { type: 'DisputeLost', data: { ...data, lines: [] } };
};

const isSame = (one: Money | null, other: Money | null): boolean =>
  one?.amount === other?.amount && one?.currency === other?.currency;

/** Decided otherwise than it is booked, or lost in part only, or more of it came back or was taken again since. */
const isOtherwise = (
  { type, data }: Ended,
  { status, amount, returned, exchanged }: BookedDispute,
): boolean => {
  const { returned: back = null, exchanged: further = [] } = data;
  return (
    (type === 'DisputeWon' ? status !== 'WON' : status !== 'LOST' || data.amount !== amount) ||
    !isSame(back, returned) ||
    further.length !== exchanged.length ||
    further.some((each, place) => !isSame(each, exchanged[place] ?? null))
  );
};

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
