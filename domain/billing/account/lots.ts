import type { Part } from './events.ts';
import type { AccountState, Lot } from './state.ts';

const FOREVER = Number.POSITIVE_INFINITY;
const endOf = ({ expiresAt }: Lot): number => (expiresAt === null ? FOREVER : Date.parse(expiresAt));
const later = (a: Lot, b: Lot): number => {
  const [endOfA, endOfB] = [endOf(a), endOf(b)];
  if (endOfA !== endOfB) return endOfA < endOfB ? -1 : 1;
  return a.lotId < b.lotId ? -1 : 1;
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
