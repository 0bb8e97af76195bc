import type { OperatingRules } from '../../commands/refactoring/services.ts';
import type { TierTerms } from '../../domain/billing/tiers.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import {
  CONFIGURATION_STREAM,
  type ConfigurationState,
  configuration,
  settingOf,
} from '../../domain/operations/configuration.ts';
import type { SettingKey } from '../../domain/operations/settings.ts';
import {
  haltedMs,
  requireSpending,
  SPENDING_STREAM,
  type SpendingState,
  spending,
} from '../../domain/operations/spending.ts';
import { liveState } from './live-state.ts';

type ModelClass = TierTerms['modelClasses'][number];

/** L0 costs nothing and is never withdrawn. */
const SWITCH_OF = { L1: 'model.l1', L2: 'model.l2', L3: 'model.l3' } as const satisfies Record<
  Exclude<ModelClass, 'L0'>,
  SettingKey
>;

/** The terms of a tier as the settings of now leave them. */
export const termsUnder = (settings: ConfigurationState, terms: TierTerms): TierTerms => ({
  ...terms,
  modelClasses: terms.modelClasses.filter((each) => each === 'L0' || settingOf(settings, SWITCH_OF[each])),
  contextCapTokens: settingOf(settings, 'tier_context_caps')[terms.tier],
  fastTrack: terms.fastTrack && settingOf(settings, 'feature.fast_track'),
  deepFix: terms.deepFix && settingOf(settings, 'feature.deep_fix'),
});

/** The switches and settings of operators, as the log has them at the moment of each question. */
export type LiveRules = OperatingRules &
  Readonly<{
    halts: () => Promise<SpendingState>;
    terms: (terms: TierTerms) => Promise<TierTerms>;
  }>;

export const liveRules = (store: Pick<StreamStore, 'read'>): LiveRules => {
  const halts = liveState(store, spending, SPENDING_STREAM);
  const settings = liveState(store, configuration, CONFIGURATION_STREAM);
  return {
    halts,
    terms: async (terms) => termsUnder(await settings(), terms),
    requireSpending: async (userId) => requireSpending(await halts(), userId),
    async requireGoal(goal) {
      if (!settingOf(await settings(), 'language_matrix')[goal])
        throw new Rejection('GOAL_NOT_OFFERED', 'New jobs cannot have this goal at the moment.', { goal });
    },
    async haltedBefore(userId, since, due) {
      const now = new Date();
      const halted = haltedMs(await halts(), userId, since, now.toISOString());
      // Without a halt there is nothing to wait for, whoever says that it is due.
      return halted === 0 ? 0 : Date.parse(due) + halted - now.getTime();
    },
  };
};
