import { graceEnd } from '../plan-term.ts';
import type { Part } from './events.ts';
import { type AccountState, cycleEndOf, type Lot, type Stem } from './state.ts';

const FOREVER = Number.POSITIVE_INFINITY;
const endOf = ({ expiresAt }: Lot): number => (expiresAt === null ? FOREVER : Date.parse(expiresAt));
const later = (a: Lot, b: Lot): number => {
  const [endOfA, endOfB] = [endOf(a), endOf(b)];
  if (endOfA !== endOfB) return endOfA < endOfB ? -1 : 1;
  return a.lotId < b.lotId ? -1 : 1;
};

/**
 * When what is left of a lot ends; null: never. Credits of a cycle are for its plan: while that goes on and no later cycle is paid, they
 * last as long as it may, so that nobody stands without any between the end of a cycle and its payment.
 */
export const lastsUntil = ({ lots, renewal }: AccountState, { source, expiresAt }: Lot): string | null => {
  if (source !== 'SUBSCRIPTION' || renewal !== 'INVOICE' || expiresAt === null) return expiresAt;
  return expiresAt === cycleEndOf({ lots }) ? graceEnd(expiresAt) : expiresAt;
};

/** The first `microCredits` of these parts, in their order. */
export const firstOf = (parts: readonly Part[], microCredits: number): readonly Part[] => {
  let missing = microCredits;
  const taken: Part[] = [];
  for (const part of parts) {
    const some = Math.min(part.microCredits, missing);
    if (some > 0) taken.push({ lotId: part.lotId, microCredits: some });
    missing -= some;
  }
  return taken;
};

/** Parts that make up `microCredits` of what is available, soonest to expire first; fewer where there is not so much. */
export const draw = (state: AccountState, microCredits: number): readonly Part[] =>
  firstOf(
    Object.values(state.lots)
      .toSorted(later)
      .map(({ lotId, available }) => ({ lotId, microCredits: available })),
    microCredits,
  );

/** `whole` without `taken`, lot by lot. */
export const without = (whole: readonly Part[], taken: readonly Part[]): readonly Part[] => {
  const left = new Map<string, number>();
  for (const { lotId, microCredits } of whole) left.set(lotId, (left.get(lotId) ?? 0) + microCredits);
  for (const { lotId, microCredits } of taken) left.set(lotId, (left.get(lotId) ?? 0) - microCredits);
  return [...left]
    .filter(([, microCredits]) => microCredits !== 0)
    .map(([lotId, microCredits]) => ({ lotId, microCredits }));
};

/** Of a lot whose money goes back: the lot itself, and the correction of a charge that the lot had paid. */
export type Source = Readonly<{ microCredits: number; correctionLotId?: string }>;

/** The first `microCredits` of these sources; none of nothing. */
const some = (sources: readonly Source[], microCredits: number): readonly Source[] => {
  let missing = microCredits;
  return sources.flatMap((source) => {
    const taken = Math.min(source.microCredits, missing);
    missing -= Math.max(0, taken);
    return taken > 0 ? [{ ...source, microCredits: taken }] : [];
  });
};

const corrections = (lots: AccountState['lots'], lotId: string, amountOf: (lot: Lot, stem: Stem) => number) =>
  Object.values(lots).flatMap((lot) =>
    lot.stems
      .filter((stem) => stem.lotId === lotId)
      .map((stem) => ({ correctionLotId: lot.lotId, microCredits: amountOf(lot, stem) })),
  );

/** Where up to `microCredits` of a lot can be taken back from: first from itself, then from what it paid and got back. */
export const toReclaim = (
  lots: AccountState['lots'],
  lotId: string,
  microCredits: number,
): readonly Source[] => {
  const left = ({ available }: Lot, stem: Stem) => Math.min(available, stem.microCredits - stem.reclaimed);
  const own = { microCredits: lots[lotId]?.available ?? 0 };
  return some([own, ...corrections(lots, lotId, left)], microCredits);
};

/** Where `microCredits` that were taken back of a lot go when its money comes back: the other way round. */
export const toRestore = (
  lots: AccountState['lots'],
  lotId: string,
  microCredits: number,
): readonly Source[] => {
  const own = { microCredits: Number.MAX_SAFE_INTEGER };
  return some([...corrections(lots, lotId, (_lot, { reclaimed }) => reclaimed), own], microCredits);
};

/** The lots after `parts` were added to what is available in them (`sign` 1) or taken from it (-1). */
export const move = (
  lots: AccountState['lots'],
  parts: readonly Part[],
  sign: 1 | -1,
): AccountState['lots'] => {
  const next = { ...lots };
  for (const { lotId, microCredits } of parts) {
    const lot = next[lotId];
    if (lot !== undefined) next[lotId] = { ...lot, available: lot.available + sign * microCredits };
  }
  return next;
};
