/** Seconds of Stripe as RFC 3339. */
export const isoOf = (seconds: number): string => new Date(seconds * 1_000).toISOString();

/** The other way round, rounded down. */
export const secondsOf = (iso: string): number => Math.floor(Date.parse(iso) / 1_000);

/** Of an id, or of the object where it was expanded. */
export const idOf = (value: string | Readonly<{ id: string }> | null): string | null =>
  typeof value === 'string' ? value : (value?.id ?? null);
