import { describe, expect, it } from 'vitest';
import { TIER_NAMES, TIERS } from '../../domain/billing/tiers.ts';
import type { Json } from '../../domain/kernel/message.ts';
import { SETTINGS } from '../../domain/operations/settings.ts';
import { contextOf } from '../event-store/contract/fixtures.ts';
import { openMemoryEventLog } from '../event-store/memory/memory-event-log.ts';
import { liveRules, termsUnder } from './operating-rules.ts';

const settingsOf = (values: Readonly<Record<string, Json>>) =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      [{ key, value, revision: 1, reason: 'r', by: 'eve', at: '2026-11-21T10:00:00.000Z' }],
    ]),
  );

describe('the terms of a tier', () => {
  it('[OPS-03] are its own while nobody has changed a setting', () => {
    for (const tier of TIER_NAMES) expect(termsUnder({}, TIERS[tier])).toEqual(TIERS[tier]);
  });

  it('[OPS-03] lose what is switched off, and gain nothing that the tier does not have', () => {
    const off = settingsOf({
      'model.l1': false,
      'model.l3': false,
      'feature.fast_track': false,
      tier_context_caps: { ...SETTINGS.tier_context_caps.fallback, MAX: 5_000 },
    });
    expect(termsUnder(off, TIERS.MAX)).toEqual({
      ...TIERS.MAX,
      modelClasses: ['L0', 'L2'],
      contextCapTokens: 5_000,
      fastTrack: false,
    });
    expect(termsUnder(settingsOf({ 'feature.deep_fix': true, 'model.l3': true }), TIERS.FREE)).toEqual(
      TIERS.FREE,
    );
  });
});

describe('the rules of operators', () => {
  it('[OPS-04] are those of the log at the moment of the question, whoever wrote them', async () => {
    const log = openMemoryEventLog();
    const write = (type: string, streamName: string, data: Readonly<Record<string, Json>>) =>
      log.append([{ streamName, events: [{ type, data }], expectedStreamVersion: 'NO_CONCURRENCY_CHECK' }], {
        context: contextOf(),
      });
    const rules = liveRules(log);
    const about = { reason: 'r', by: 'eve', at: new Date().toISOString() };
    await rules.requireSpending('ada');
    await write('SpendingHalted', 'spending', { ...about, userId: 'ada' });
    const halted = { code: 'SPENDING_HALTED' };
    await expect(rules.requireSpending('ada')).rejects.toMatchObject(halted);
    await rules.requireSpending('bob');
    await write('SpendingReleased', 'spending', { ...about, userId: 'ada' });
    await Promise.all([rules.requireSpending('ada'), rules.requireSpending('ada')]);
    await write('SpendingHalted', 'spending', { ...about, userId: null });
    for (const who of ['ada', 'bob']) await expect(rules.requireSpending(who)).rejects.toMatchObject(halted);
    const goals = { ...SETTINGS.language_matrix.fallback, FREE_TEXT: false };
    await rules.requireGoal('FREE_TEXT');
    await write('SettingChanged', 'configuration', {
      ...about,
      key: 'language_matrix',
      revision: 1,
      value: goals,
    });
    await expect(rules.requireGoal('FREE_TEXT')).rejects.toMatchObject({ code: 'GOAL_NOT_OFFERED' });
    await rules.requireGoal('PYTHON_2_TO_3');
  });
});
