/** What each tier may use: the seed values of spec/00; dynamic configuration replaces them later (BIL-01). */
export const TIER_NAMES = ['FREE', 'PLUS', 'PRO', 'MAX', 'ENTERPRISE'] as const;
export type TierName = (typeof TIER_NAMES)[number];

export type TierTerms = Readonly<{
  tier: TierName;
  modelClasses: readonly ('L0' | 'L1' | 'L2' | 'L3')[];
  contextCapTokens: number;
  jobsPerDay: number;
  /** Whole credits; 0: layer 1 only. */
  monthlyCredits: number;
  fastTrack: boolean;
  deepFix: boolean;
  /** The tier that a denial names; null: there is none above. */
  upgradeTo: TierName | null;
}>;

/** L0, the deterministic recipes, cost nothing and are in every tier (JOB-08). */
export const TIERS: Readonly<Record<TierName, TierTerms>> = {
  FREE: {
    tier: 'FREE',
    modelClasses: ['L0', 'L1'],
    contextCapTokens: 128_000,
    jobsPerDay: 3,
    monthlyCredits: 0,
    fastTrack: false,
    deepFix: false,
    upgradeTo: 'PLUS',
  },
  PLUS: {
    tier: 'PLUS',
    modelClasses: ['L0', 'L1', 'L2'],
    contextCapTokens: 128_000,
    jobsPerDay: 20,
    monthlyCredits: 1_500,
    fastTrack: false,
    deepFix: false,
    upgradeTo: 'PRO',
  },
  PRO: {
    tier: 'PRO',
    modelClasses: ['L0', 'L1', 'L2'],
    contextCapTokens: 200_000,
    jobsPerDay: 50,
    monthlyCredits: 5_000,
    fastTrack: true,
    deepFix: true,
    upgradeTo: 'MAX',
  },
  MAX: {
    tier: 'MAX',
    modelClasses: ['L0', 'L1', 'L2', 'L3'],
    contextCapTokens: 200_000,
    jobsPerDay: 100,
    monthlyCredits: 20_000,
    fastTrack: true,
    deepFix: true,
    upgradeTo: 'ENTERPRISE',
  },
  ENTERPRISE: {
    tier: 'ENTERPRISE',
    modelClasses: ['L0', 'L1', 'L2', 'L3'],
    contextCapTokens: 1_000_000,
    jobsPerDay: 1_000,
    monthlyCredits: 100_000,
    fastTrack: true,
    deepFix: true,
    upgradeTo: null,
  },
};

/** Layer 1 alone costs nothing: nobody draws credits on such a tier, whatever credits there are. */
export const usesCredits = (tier: TierName): boolean => TIERS[tier].monthlyCredits > 0;
