import type { DeliveredSymbol, DeliveryFile, LineRange } from './delivery.ts';
import type { Change } from './line-diff.ts';

/** A declaration by the file that it is delivered in: `lib/parse.ts#Parser.next`. */
export const symbolId = ({ to }: Pick<DeliveryFile, 'to'>, { name }: Pick<DeliveredSymbol, 'name'>): string =>
  `${to}#${name}`;

const overlap = (from: number, to: number, ranges: readonly LineRange[]): boolean =>
  ranges.some(([start, end]) => from < end && start < to);

/** Lines that go away from the symbol, or come into it. */
export const touches = (change: Change, { before, after }: DeliveredSymbol): boolean =>
  overlap(change.oldStart, change.oldEnd, before) || overlap(change.newStart, change.newEnd, after);

export type SymbolsOf = (path: string, text: string) => ReadonlyMap<string, readonly LineRange[]>;

/** Declarations of both sides that a change touches, by name; a file that is new or goes away is taken as a whole. */
export const touchedSymbols = (
  { path, to, before, after }: DeliveryFile,
  changes: readonly Change[],
  symbolsOf: SymbolsOf,
): readonly DeliveredSymbol[] => {
  if (before === null || after === null) return [];
  const [old, now] = [symbolsOf(path, before.text), symbolsOf(to, after.text)];
  return [...new Set([...now.keys(), ...old.keys()])]
    .map((name) => ({ name, before: old.get(name) ?? [], after: now.get(name) ?? [] }))
    .filter((symbol) => changes.some((change) => touches(change, symbol)));
};
