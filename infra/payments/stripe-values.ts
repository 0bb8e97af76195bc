import { z } from 'zod';
import { SAFE_VALUE } from '../finance/export-rows.ts';

/** An id that stands in the books: what no column of an export can hold is not booked. */
export const bookedId = z.string().regex(SAFE_VALUE).min(1).max(255);
/** ISO 4217, in the lower case of Stripe. */
export const currencyCode = z.string().regex(/^[a-z]{3}$/);
/** To the last one that has a date of four digits. */
export const instantSeconds = z.int().min(0).max(253_402_300_799);

/** Seconds of Stripe as RFC 3339. */
export const isoOf = (seconds: number): string => new Date(seconds * 1_000).toISOString();

/** The other way round, rounded down. */
export const secondsOf = (iso: string): number => Math.floor(Date.parse(iso) / 1_000);

/** Of an id, or of the object where it was expanded. */
export const idOf = (value: string | Readonly<{ id: string }> | null): string | null =>
  typeof value === 'string' ? value : (value?.id ?? null);
