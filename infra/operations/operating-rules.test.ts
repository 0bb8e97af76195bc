import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../domain/kernel/message.ts';
import { TIERS } from '../../domain/kernel/tiers.ts';
import { CONFIGURATION_STREAM, type SettingChanged } from '../../domain/operations/configuration.ts';
import { RECIPES_ONLY } from '../../domain/operations/routes.ts';
import { SETTINGS } from '../../domain/operations/settings.ts';
import { openMemoryEventLog } from '../event-store/memory/memory-event-log.ts';
import { liveRules } from './operating-rules.ts';

it('[OPS-04] [JOB-09] holds nothing back where spending was never halted, however early its time is said to have come', async () => {
  const rules = liveRules(openMemoryEventLog());
  const [since, due] = [-1, 480].map((seconds) => new Date(Date.now() + seconds * 1_000).toISOString());
  expect(await rules.haltedBefore('ada', since ?? '', due ?? '')).toBe(0);
});

describe('what jobs are offered', () => {
  const opened = () => {
    const log = openMemoryEventLog();
    const set = (key: string, value: Json, at: string) => {
      const [id, by] = [randomUUID(), 'eve'];
      const context = {
        commandId: id,
        correlationId: id,
        causationId: id,
        actor: { type: 'admin', id: by } as const,
      };
      const data: SettingChanged['data'] = { key, revision: 1, value, reason: 'r', by, at };
      const events: SettingChanged[] = [{ type: 'SettingChanged', data }];
      const expectedStreamVersion = 'NO_CONCURRENCY_CHECK' as const;
      return log.append([{ streamName: CONFIGURATION_STREAM, events, expectedStreamVersion }], { context });
    };
    return { rules: liveRules(log), set };
  };
  const NOON = '2026-11-21T12:00:00.000Z';

  it('[OPS-03] is what spec/00 gives until operators change it', async () => {
    expect(await opened().rules.tiers()).toEqual(TIERS);
  });

  it('[OPS-03] is what they set, less what they switched off for all', async () => {
    const { rules, set } = opened();
    const plus = {
      model_classes: ['L0', 'L1', 'L2', 'L3'],
      jobs_per_day: 7,
      monthly_credits: 70,
      fast_track: true,
      deep_fix: true,
    };
    await set('tiers', { ...SETTINGS.tiers.fallback, PLUS: plus }, NOON);
    await set('model.l2', false, NOON);
    await set('feature.deep_fix', false, NOON);
    await set('tier_context_caps', { ...SETTINGS.tier_context_caps.fallback, PLUS: 5_000 }, NOON);
    expect((await rules.tiers()).PLUS).toEqual({
      tier: 'PLUS',
      modelClasses: ['L0', 'L1', 'L3'],
      contextCapTokens: 5_000,
      jobsPerDay: 7,
      monthlyCredits: 70,
      fastTrack: true,
      deepFix: false,
      upgradeTo: 'PRO',
    });
  });

  it('[OPS-03] [BIL-02] is the route of the time at which a job started', async () => {
    const { rules, set } = opened();
    const routes = { ...RECIPES_ONLY, L1: [{ gateway: 'recipe', model: 'newer' }] };
    await set('IAMA_LLM_ROUTE_TABLE', routes, NOON);
    expect(await rules.routes('2026-11-21T11:59:59.999Z')).toEqual(RECIPES_ONLY);
    expect(await rules.routes(NOON)).toEqual(routes);
  });
});
