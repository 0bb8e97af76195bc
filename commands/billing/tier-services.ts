import type { Tiers } from '../../domain/kernel/tiers.ts';

/** `tiers`: what each tier may use at the moment of the question (OPS-03). */
export type TierServices = Readonly<{ tiers: () => Promise<Tiers> }>;
