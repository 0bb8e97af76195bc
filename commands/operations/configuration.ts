import { z } from 'zod';
import type { Json } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import {
  type ChangeSetting,
  CONFIGURATION_STREAM,
  type ConfigurationCommand,
  changesOf,
  configuration,
  type RollBackSetting,
  settingOf,
} from '../../domain/operations/configuration.ts';
import { isKeyReference, isSettingKey, keyNamesIn } from '../../domain/operations/settings.ts';
import { type CommandFile, type Decided, type RouteRequest, route, type Tools } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';
import { reason } from '../kernel/reason.ts';
import type { KeyServices } from './services.ts';

/** Settings that operators change at run time (OPS-03). The answer is what counts then. */

const answer = z.object({ key: z.string(), revision: z.int(), value: z.unknown() });
/** Of a type that the setting itself knows; JSON, because the body is. */
const value = z
  .unknown()
  .refine((sent) => sent !== undefined, 'a value is expected')
  .transform((sent) => sent as Json);
const revision = z.int().min(0).max(1_000_000);

/** The setting of the path. Throws `Rejection` ROLE_MISSING for a reference to a key, but for super admins (OPS-02). */
const settingIn = ({ param, may }: Pick<RouteRequest<unknown>, 'param' | 'may'>): string => {
  const key = param('key');
  if (isKeyReference(key) && !may('ADMIN_KEY_REFERENCES'))
    throw new Rejection('ROLE_MISSING', 'Only super admins say which keys are used.');
  return key;
};

/** What would be looked for in vain later, by every process at once. Throws `Rejection` SETTING_INVALID. */
const expectKept = async (key: string, value: Json, { keys }: KeyServices): Promise<void> => {
  if (!isKeyReference(key)) return;
  for (const name of keyNamesIn(value)) {
    const problem = await keys.problem(key, name);
    if (problem !== null) throw new Rejection('SETTING_INVALID', `${key}: ${problem}.`, { key, problem });
  }
};

const decide = async (
  command: ConfigurationCommand,
  { store, services }: Tools<KeyServices>,
): Promise<Decided> => {
  const { key } = command.data;
  const { after, append } = await decideOn(store, configuration, CONFIGURATION_STREAM, command);
  const value = isSettingKey(key) ? settingOf(after, key) : null;
  await expectKept(key, value, services);
  return { appends: [append], answer: { key, revision: changesOf(after, key).length, value } };
};

export const changeSetting: CommandFile<ChangeSetting, KeyServices> = {
  type: 'ChangeSetting',
  access: 'ADMIN_CONFIG',
  route: route({
    method: 'PUT',
    path: '/admin/config/:key',
    summary: 'Change a setting, for all processes and from the next job on',
    status: 200,
    body: z.strictObject({ value, reason, if_revision: revision.optional() }),
    answer,
    command: ({ body: { value, reason, if_revision }, userId: by, at, ...request }) => ({
      type: 'ChangeSetting',
      data: {
        key: settingIn(request),
        value,
        reason,
        by,
        at,
        ...(if_revision === undefined ? {} : { ifRevision: if_revision }),
      },
    }),
  }),
  decide,
};

export const rollBackSetting: CommandFile<RollBackSetting, KeyServices> = {
  type: 'RollBackSetting',
  access: 'ADMIN_CONFIG',
  route: route({
    method: 'POST',
    path: '/admin/config/:key/rollback',
    summary: 'Give a setting the value of an earlier revision; 0: the one from before all changes',
    status: 200,
    body: z.strictObject({ revision, reason }),
    answer,
    command: ({ body, userId: by, at, ...request }) => ({
      type: 'RollBackSetting',
      data: { key: settingIn(request), toRevision: body.revision, reason: body.reason, by, at },
    }),
  }),
  decide,
};
