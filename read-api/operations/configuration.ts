import { z } from 'zod';
import { fold } from '../../domain/kernel/decider.ts';
import type { Json } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import {
  CONFIGURATION_STREAM,
  type ConfigurationState,
  changesOf,
  configuration,
  type SettingChanged,
  settingOf,
} from '../../domain/operations/configuration.ts';
import { isSettingKey, SETTING_KEYS, SETTINGS, type SettingKey } from '../../domain/operations/settings.ts';
import { haltsNow, SPENDING_STREAM, type SpendingEvent, spending } from '../../domain/operations/spending.ts';
import { jsonQuery, type ReadServices } from '../kernel/query.ts';
import { snakeKeys } from '../kernel/wire.ts';

const setting = z.object({
  key: z.string(),
  value: z.unknown(),
  default: z.unknown(),
  about: z.string(),
  revision: z.int().describe('0: never changed'),
  changed_by: z.string().nullable(),
  changed_at: z.string().nullable(),
});

const stateOf = async ({ store }: Pick<ReadServices, 'store'>): Promise<ConfigurationState> =>
  fold(configuration, (await store.read<SettingChanged>(CONFIGURATION_STREAM)).events);

const shown = (state: ConfigurationState, key: SettingKey) => {
  const newest = changesOf(state, key).at(-1);
  return {
    key,
    value: settingOf(state, key) as Json,
    default: SETTINGS[key].fallback as Json,
    about: SETTINGS[key].about,
    revision: newest?.revision ?? 0,
    changed_by: newest?.by ?? null,
    changed_at: newest?.at ?? null,
  };
};

export const listSettings = jsonQuery({
  name: 'ListSettings',
  access: 'ADMIN',
  path: '/admin/config',
  summary: 'Settings that operators change at run time, as they are now',
  query: z.object({}),
  answer: z.object({ settings: z.array(setting) }),
  async run(_request, services) {
    const state = await stateOf(services);
    return { settings: SETTING_KEYS.map((key) => shown(state, key)) };
  },
});

const change = z.object({
  revision: z.int(),
  before: z.unknown(),
  value: z.unknown(),
  reason: z.string(),
  by: z.string(),
  at: z.string(),
});

/** Each change with what it replaced, the newest first. */
export const getSetting = jsonQuery({
  name: 'GetSetting',
  access: 'ADMIN',
  path: '/admin/config/:key',
  summary: 'One setting and all its changes',
  query: z.object({}),
  answer: setting.extend({ changes: z.array(change) }),
  async run({ param }, services) {
    const key = param('key');
    if (!isSettingKey(key))
      throw new Rejection('SETTING_UNKNOWN', 'There is no such setting.', { known: SETTING_KEYS });
    const state = await stateOf(services);
    const changes = changesOf(state, key).map(({ revision, value, reason, by, at }, index, all) => ({
      revision,
      before: all[index - 1]?.value ?? (SETTINGS[key].fallback as Json),
      value,
      reason,
      by,
      at,
    }));
    return { ...shown(state, key), changes: changes.reverse() };
  },
});

export const listHalts = jsonQuery({
  name: 'ListHalts',
  access: 'ADMIN',
  path: '/admin/kill-switch',
  summary: 'What is halted now',
  query: z.object({}),
  answer: z.object({
    halts: z.array(
      z.object({ user_id: z.uuid().nullable(), reason: z.string(), by: z.string(), at: z.string() }),
    ),
  }),
  async run(_request, { store }) {
    const state = fold(spending, (await store.read<SpendingEvent>(SPENDING_STREAM)).events);
    return { halts: haltsNow(state).map((halt) => snakeKeys(halt)) };
  },
});
