/** Workers ask the provider every ten minutes for what it has not told; the ledger has it a little later. */
const BOOKED_WITHIN_MS = 15 * 60_000;

/** RFC 3339: when what happened at `at` is booked, by webhook or by the next look. */
export const dueAt = (at: string): string => new Date(Date.parse(at) + BOOKED_WITHIN_MS).toISOString();
