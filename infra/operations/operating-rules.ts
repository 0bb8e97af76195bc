import type { OperatingRules } from '../../commands/refactoring/services.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { perTier, TIERS, type Tiers, type TierTerms } from '../../domain/kernel/tiers.ts';
import {
  CONFIGURATION_STREAM,
  type ConfigurationState,
  configuration,
  settingAt,
  settingOf,
} from '../../domain/operations/configuration.ts';
import type { RouteTable } from '../../domain/operations/routes.ts';
import type { SettingKey, SettingValue } from '../../domain/operations/settings.ts';
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

/** What each tier may use by the settings of now: its own, less what is switched off for all. */
export const tiersUnder = (settings: ConfigurationState): Tiers =>
  perTier((tier) => {
    const { model_classes, jobs_per_day, monthly_credits, fast_track, deep_fix } = settingOf(
      settings,
      'tiers',
    )[tier];
    return {
      tier,
      modelClasses: model_classes.filter((each) => each === 'L0' || settingOf(settings, SWITCH_OF[each])),
      contextCapTokens: settingOf(settings, 'tier_context_caps')[tier],
      jobsPerDay: jobs_per_day,
      monthlyCredits: monthly_credits,
      fastTrack: fast_track && settingOf(settings, 'feature.fast_track'),
      deepFix: deep_fix && settingOf(settings, 'feature.deep_fix'),
      upgradeTo: TIERS[tier].upgradeTo,
    };
  });

/** The switches and settings of operators, as the log has them at the moment of each question. */
export type LiveRules = OperatingRules &
  Readonly<{
    halts: () => Promise<SpendingState>;
    setting: <Key extends SettingKey>(key: Key) => Promise<SettingValue<Key>>;
    tiers: () => Promise<Tiers>;
    /** The routes that counted at an instant, RFC 3339 in UTC. */
    routes: (instant: string) => Promise<RouteTable>;
  }>;

export const liveRules = (store: Pick<StreamStore, 'read'>): LiveRules => {
  const halts = liveState(store, spending, SPENDING_STREAM);
  const settings = liveState(store, configuration, CONFIGURATION_STREAM);
  return {
    halts,
    setting: async (key) => settingOf(await settings(), key),
    tiers: async () => tiersUnder(await settings()),
    routes: async (instant) => settingAt(await settings(), 'IAMA_LLM_ROUTE_TABLE', instant),
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
