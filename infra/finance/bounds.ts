/** From and to in RFC 3339, UTC with milliseconds; to excluded. */
export type Bounds = Readonly<{ from: string; to: string }>;

const DAY_MS = 86_400_000;

export const isWithin = ({ from, to }: Bounds, at: string): boolean => at >= from && at < to;

const moved = (at: string, days: number): string => new Date(Date.parse(at) + days * DAY_MS).toISOString();

/** Longer by so many days before, and a day after: two sides have two clocks. */
export const widened = ({ from, to }: Bounds, daysBefore = 1): Bounds => ({
  from: moved(from, -daysBefore),
  to: moved(to, 1),
});
