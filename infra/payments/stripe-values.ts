/** Seconds of Stripe as RFC 3339. */
export const isoOf = (seconds: number): string => new Date(seconds * 1_000).toISOString();

/** Of an id, or of the object where it was expanded. */
export const idOf = (value: string | Readonly<{ id: string }> | null): string | null =>
  typeof value === 'string' ? value : (value?.id ?? null);
