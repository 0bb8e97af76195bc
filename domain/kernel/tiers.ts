export const TIER_NAMES = ['FREE', 'PLUS', 'PRO', 'MAX', 'ENTERPRISE'] as const;
export type TierName = (typeof TIER_NAMES)[number];

export const MODEL_CLASSES = ['L0', 'L1', 'L2', 'L3'] as const;

export type TierTerms = Readonly<{
  tier: TierName;
  modelClasses: readonly (typeof MODEL_CLASSES)[number][];
  contextCapTokens: number;
  jobsPerDay: number;
  /** Whole credits; 0: layer 1 only. */
  monthlyCredits: number;
  fastTrack: boolean;
  deepFix: boolean;
  /** The tier that a denial names; null: there is none above. */
  upgradeTo: TierName | null;
}>;

/** What each tier may use; billing decides by it, operators change it (BIL-01, OPS-03). */
export type Tiers = Readonly<Record<TierName, TierTerms>>;

/** One value for each tier. */
export const perTier = <T>(of: (tier: TierName) => T): Readonly<Record<TierName, T>> => ({
  FREE: of('FREE'),
  PLUS: of('PLUS'),
  PRO: of('PRO'),
  MAX: of('MAX'),
  ENTERPRISE: of('ENTERPRISE'),
});

/** The seed values of spec/00, until operators change them. L0, the deterministic recipes, cost nothing and are in every tier (JOB-08). */
export const TIERS: Tiers = {
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

/** FREE has layer 1 alone, which costs nothing: nobody draws credits on it, whatever credits there are (BIL-03). */
export const usesCredits = (tier: TierName): boolean => tier !== 'FREE';
