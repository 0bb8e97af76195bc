import type { Decider } from '../kernel/decider.ts';
import type { Command, Event, Json } from '../kernel/message.ts';
import { never } from '../kernel/never.ts';
import { Rejection } from '../kernel/rejection.ts';
import { secretsByFormat } from '../kernel/secrets.ts';
import { redacted } from './redaction.ts';
import { isSettingKey, SETTING_KEYS, SETTINGS, type SettingKey, type SettingValue } from './settings.ts';

/** Settings as operators change them; one stream for all. `revision` counts the changes of one setting from 1. */
type Change = Readonly<{ key: string; reason: string; by: string; at: string }>;

export type SettingChanged = Event<'SettingChanged', Change & { revision: number; value: Json }>;

/** `ifRevision`: the newest that the sender has seen; absent: whatever it is. */
export type ChangeSetting = Command<'ChangeSetting', Change & { value: Json; ifRevision?: number }>;
/** Sets again what `toRevision` had set; 0: the value from before all changes. */
export type RollBackSetting = Command<'RollBackSetting', Change & { toRevision: number }>;
export type ConfigurationCommand = ChangeSetting | RollBackSetting;

/** The changes of each setting, the oldest first. */
export type ConfigurationState = Readonly<Record<string, readonly SettingChanged['data'][]>>;

const evolve = (state: ConfigurationState, { data }: SettingChanged): ConfigurationState => ({
  ...state,
  [data.key]: [...changesOf(state, data.key), data],
});

export const changesOf = (state: ConfigurationState, key: string): readonly SettingChanged['data'][] =>
  Object.hasOwn(state, key) ? (state[key] ?? []) : [];

/** A value that was fine when it was set, and is not any more, does not count. */
const valid = <Key extends SettingKey>(
  key: Key,
  change: SettingChanged['data'] | undefined,
): SettingValue<Key> =>
  change === undefined || SETTINGS[key].problem(change.value) !== null
    ? SETTINGS[key].fallback
    : (change.value as SettingValue<Key>);

/** What counts now. */
export const settingOf = <Key extends SettingKey>(state: ConfigurationState, key: Key): SettingValue<Key> =>
  valid(key, changesOf(state, key).at(-1));

/** What counted at an instant, RFC 3339 in UTC. */
export const settingAt = <Key extends SettingKey>(
  state: ConfigurationState,
  key: Key,
  instant: string,
): SettingValue<Key> =>
  valid(
    key,
    changesOf(state, key).findLast(({ at }) => at <= instant),
  );

const known = (key: string): SettingKey => {
  if (!isSettingKey(key))
    throw new Rejection('SETTING_UNKNOWN', 'There is no such setting.', { known: SETTING_KEYS });
  return key;
};

/** The same in another order of names is the same. */
const textOf = (value: Json): string =>
  JSON.stringify(value, (_name, part: Json) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

/** Refused wherever it stands: the log would keep it for ever (OPS-02). */
const keyIn = (value: Json): string | null =>
  secretsByFormat('', JSON.stringify(value)).length === 0 ? null : 'it holds a key: name where it is kept';

const change = (
  { key, reason, by, at }: Change,
  value: Json,
  state: ConfigurationState,
): SettingChanged[] => {
  const setting = known(key);
  const problem = SETTINGS[setting].problem(value) ?? keyIn(value);
  if (problem !== null) throw new Rejection('SETTING_INVALID', `${key}: ${problem}.`, { key, problem });
  if (textOf(settingOf(state, setting)) === textOf(value)) return [];
  const revision = changesOf(state, key).length + 1;
  return [{ type: 'SettingChanged', data: { key, revision, value, reason: redacted(reason).text, by, at } }];
};

const before = (state: ConfigurationState, key: SettingKey, revision: number): Json => {
  if (revision === 0) return SETTINGS[key].fallback;
  const found = changesOf(state, key).find((each) => each.revision === revision);
  if (found === undefined)
    throw new Rejection('SETTING_REVISION_NOT_FOUND', 'The setting never had this revision.', {
      newest: changesOf(state, key).length,
    });
  return found.value;
};

const decide = (command: ConfigurationCommand, state: ConfigurationState): SettingChanged[] => {
  const { key } = command.data;
  switch (command.type) {
    case 'ChangeSetting': {
      const { value, ifRevision } = command.data;
      const revision = changesOf(state, known(key)).length;
      if (ifRevision !== undefined && ifRevision !== revision)
        throw new Rejection('SETTING_CHANGED_MEANWHILE', 'Somebody changed this setting meanwhile.', {
          revision,
        });
      return change(command.data, value, state);
    }
    case 'RollBackSetting':
      return change(command.data, before(state, known(key), command.data.toRevision), state);
    default:
      return never(command);
  }
};

export const configuration: Decider<ConfigurationState, ConfigurationCommand, SettingChanged> = {
  initialState: () => ({}),
  evolve,
  decide,
};

export const CONFIGURATION_STREAM = 'configuration';
