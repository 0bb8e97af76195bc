import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { specificationFor } from '../kernel/specification.ts';
import type { ReclaimCredits, ReverseCharge } from './account/commands.ts';
import type { AccountEvent } from './account/events.ts';
import { availableOf } from './account/state.ts';
import { credits } from './credits.ts';
import { at, held, lot as monthlyLot, paid, posted, released } from './testing/account-story.ts';
import { account } from './testing/seeded-account.ts';

const AFTER_HOLD = '2026-11-27T23:59:59.999Z';
const part = (lotId: string, whole: number) => ({ lotId, microCredits: credits(whole) });

/** Credits of an invoice that end before the hold does. */
const bought = (whole: number): AccountEvent => ({
  type: 'CreditsGranted',
  data: {
    userId: 'u',
    lotId: 'in1',
    source: 'SUBSCRIPTION',
    microCredits: credits(whole),
    expiresAt: '2026-11-25T00:00:00.000Z',
    period: '2026-11-25',
    reference: 'in1',
    at,
  },
});
/** The same with the parts that it was drawn from. */
const drawn = <Event extends AccountEvent>(event: Event, ...parts: readonly ReturnType<typeof part>[]) =>
  ({ ...event, data: { ...event.data, parts } }) as Event;

const reverse = (correctionId: string, whole: number | null): ReverseCharge => ({
  type: 'ReverseCharge',
  data: {
    userId: 'u',
    correctionId,
    holdId: 'a',
    microCredits: whole === null ? null : credits(whole),
    reason: 'wrong',
    at,
  },
});
const reclaim = (due: number): ReclaimCredits => ({
  type: 'ReclaimCredits',
  data: { userId: 'u', lotId: 'in1', due: credits(due), reason: 'PaymentRefunded', at },
});

/** A job that cost 5, of which the invoice paid 2; of what is left of it 8 were charged for another. */
const CHARGED = [
  ...paid,
  bought(10),
  drawn(held('a', 5), part('in1', 2), part(monthlyLot, 3)),
  drawn(posted('a', 5), part('in1', 2), part(monthlyLot, 3)),
  drawn(held('b', 8), part('in1', 8)),
  drawn(posted('b', 8), part('in1', 8)),
];

describe('a charge that several lots paid', () => {
  const given = specificationFor(account, deepStrictEqual);
  const having = (...events: readonly AccountEvent[]) =>
    events.reduce(account.evolve, account.initialState());
  const partsOf = (events: readonly AccountEvent[]) =>
    events.flatMap((event) => (event.type === 'ChargeReversed' ? [event.data.parts] : []));

  it('[BIL-11] comes back to the lot that was drawn on last first, and of each part once', () => {
    const first = account.decide(reverse('c', 4), having(...CHARGED));
    expect(partsOf(first)).toEqual([[part(monthlyLot, 3), part('in1', 1)]]);
    const rest = account.decide(reverse('d', null), having(...CHARGED, ...first));
    expect(partsOf(rest)).toEqual([[part('in1', 1)]]);
  });

  it('[BIL-11] [BIL-12] gives back to the money that is back no more than that lot had paid', () => {
    const corrected = account.decide(reverse('c', null), having(...CHARGED));
    const state = having(...CHARGED, ...corrected);
    const moved = account.decide(reclaim(10), state);
    const taken = moved.map(({ type, data }) => [type, 'microCredits' in data && data.microCredits]);
    // 2 of the 5 that came back; the other job was paid with the 8, which stay sold.
    expect(taken).toEqual([
      ['CreditsReclaimed', credits(2)],
      ['CreditsOwed', credits(8)],
    ]);
    expect(availableOf(state) - availableOf(moved.reduce(account.evolve, state))).toBe(credits(2));
  });

  it('[BIL-11] [BIL-12] what a hold gives back of a lot that ended is owed first, and only the rest has ended', () => {
    const waiting = drawn(held('a', 10), part('in1', 10));
    const owed: AccountEvent = {
      type: 'CreditsOwed',
      data: { userId: 'u', lotId: 'in1', microCredits: credits(6), reason: 'PaymentRefunded', at },
    };
    const when = { userId: 'u', at: AFTER_HOLD };
    const gone = { ...released('a', 10).data, parts: [part('in1', 10)], reason: 'EXPIRED', at: AFTER_HOLD };
    given(...paid, bought(10), waiting, owed)
      .when({ type: 'RefreshAccount', data: when })
      .then(
        { type: 'HoldReleased', data: gone } as AccountEvent,
        {
          type: 'CreditsReclaimed',
          data: { ...when, lotId: 'in1', microCredits: credits(6), reason: 'HoldReleased' },
        },
        { type: 'CreditsExpired', data: { ...when, lotId: 'in1', microCredits: credits(4) } },
      );
  });
});
