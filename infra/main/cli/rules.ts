import { changeSetting, rollBackSetting } from '../../../commands/operations/configuration.ts';
import { switchSpending, switchUserSpending } from '../../../commands/operations/spending.ts';
import { userStream } from '../../../domain/identity/user.ts';
import { fold } from '../../../domain/kernel/decider.ts';
import type { Json } from '../../../domain/kernel/message.ts';
import { Rejection } from '../../../domain/kernel/rejection.ts';
import {
  CONFIGURATION_STREAM,
  type ConfigurationCommand,
  changesOf,
  configuration,
  type SettingChanged,
  settingOf,
} from '../../../domain/operations/configuration.ts';
import {
  isSettingKey,
  SETTING_KEYS,
  SETTINGS,
  type SettingKey,
} from '../../../domain/operations/settings.ts';
import {
  haltsNow,
  SPENDING_STREAM,
  type SpendingEvent,
  spending,
} from '../../../domain/operations/spending.ts';
import { keyFiles } from '../../operations/key-files.ts';
import { liveRules } from '../../operations/operating-rules.ts';
import type { Reading } from './open.ts';
import { givenReason, operator, send } from './operator.ts';
import { table } from './story-table.ts';

type Store = Pick<Reading, 'log'>;
type Changing = Store & Readonly<{ keysFolder: string }>;

const about = (reason: string) => ({
  reason: givenReason(reason),
  by: operator().id,
  at: new Date().toISOString(),
});

/** Halts or releases all spending, or that of one person (OPS-04). Throws `Rejection` USER_NOT_FOUND, REASON_REQUIRED. */
export const switchHalt = async (
  reading: Store,
  given: Readonly<{ halted: boolean; user?: string; reason: string }>,
): Promise<void> => {
  const { halted, user: userId, reason } = given;
  const data = { halted, ...about(reason) };
  if (userId === undefined) return send(reading, switchSpending, { type: 'SwitchSpending', data }, {});
  const userExists = async (): Promise<boolean> => (await reading.log.read(userStream(userId))).streamExists;
  const command = { type: 'SwitchUserSpending', data: { ...data, userId } } as const;
  return send(reading, switchUserSpending, command, { userExists });
};

/** Something to be shown: as it is found in the log, which is also its JSON, and as a table of it. */
export type View<T> = Readonly<{
  find: (reading: Pick<Reading, 'log' | 'shown'>) => Promise<T>;
  table: (found: T) => string;
}>;

type Halts = ReturnType<typeof haltsNow>;

/** What is halted now. */
export const halts: View<Halts> = {
  find: async ({ shown }) =>
    haltsNow(fold(spending, (await shown.read<SpendingEvent>(SPENDING_STREAM)).events)),
  table: (found) =>
    found.length === 0
      ? 'Nothing is halted.'
      : table(
          ['halted', 'since (UTC)', 'by', 'reason'],
          found.map(({ userId, at, by, reason }) => [
            userId ?? 'everybody',
            at.slice(0, 19).replace('T', ' '),
            by,
            reason,
          ]),
        ),
};

const settingsNow = async ({ log }: Store) =>
  fold(configuration, (await log.read<SettingChanged>(CONFIGURATION_STREAM)).events);

const change = (reading: Changing, command: ConfigurationCommand): Promise<void> => {
  const keys = keyFiles(reading.keysFolder, liveRules(reading.log));
  return command.type === 'ChangeSetting'
    ? send(reading, changeSetting, command, { keys })
    : send(reading, rollBackSetting, command, { keys });
};

/** `text` is JSON. Throws the rejections of `ChangeSetting`, and SETTING_INVALID for a text that is no JSON. */
export const setSetting = async (
  reading: Changing,
  key: string,
  text: string,
  reason: string,
): Promise<void> =>
  change(reading, { type: 'ChangeSetting', data: { key, value: jsonOf(key, text), ...about(reason) } });

const jsonOf = (key: string, text: string): Json => {
  try {
    return JSON.parse(text);
  } catch {
    throw new Rejection('SETTING_INVALID', `${key}: the value is not JSON.`);
  }
};

/** Throws the rejections of `RollBackSetting`. */
export const restoreSetting = (
  reading: Changing,
  key: string,
  revision: number,
  reason: string,
): Promise<void> =>
  change(reading, { type: 'RollBackSetting', data: { key, toRevision: revision, ...about(reason) } });

type ShownSetting = Readonly<{ key: SettingKey; revision: number; value: Json; about: string }>;

/** All settings as they are now. */
export const settings: View<readonly ShownSetting[]> = {
  find: async (reading) => {
    const state = await settingsNow(reading);
    return SETTING_KEYS.map((key) => ({
      key,
      revision: changesOf(state, key).length,
      value: settingOf(state, key) as Json,
      about: SETTINGS[key].about,
    }));
  },
  table: (found) =>
    table(
      ['setting', 'revision', 'value'],
      found.map(({ key, revision, value }) => [key, String(revision), JSON.stringify(value)]),
    ),
};

/** All changes of one setting, the oldest first. `find` throws `Rejection` SETTING_UNKNOWN. */
export const changes = (key: string): View<ReturnType<typeof changesOf>> => ({
  find: async (reading) => {
    if (!isSettingKey(key))
      throw new Rejection(
        'SETTING_UNKNOWN',
        `There is no setting ${key}. Known: ${SETTING_KEYS.join(', ')}.`,
      );
    return changesOf(await settingsNow(reading), key);
  },
  table: (found) =>
    found.length === 0
      ? 'It was never changed.'
      : table(
          ['revision', 'at (UTC)', 'by', 'reason', 'value'],
          found.map(({ revision, at, by, value, reason }) => [
            String(revision),
            at.slice(0, 19).replace('T', ' '),
            by,
            reason,
            JSON.stringify(value),
          ]),
        ),
});
