import type { TierName } from '../kernel/tiers.ts';

/** How long what is paid for lasts where nothing more is told (BIL-13, decision 0055). */

/** A tier that begins by itself, by our clock. `at`: RFC 3339 in UTC. */
export type LaterTier = Readonly<{ tier: TierName; at: string }>;

/** So long a plan goes on unpaid: the provider tries again for two weeks. */
const GRACE_MS = 14 * 86_400_000;

export const graceEnd = (paidUntil: string): string =>
  new Date(Date.parse(paidUntil) + GRACE_MS).toISOString();
