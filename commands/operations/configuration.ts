import { z } from 'zod';
import type { Json } from '../../domain/kernel/message.ts';
import {
  type ChangeSetting,
  CONFIGURATION_STREAM,
  type ConfigurationCommand,
  changesOf,
  configuration,
  type RollBackSetting,
  settingOf,
} from '../../domain/operations/configuration.ts';
import { isSettingKey } from '../../domain/operations/settings.ts';
import { type CommandFile, type Decided, route, type Tools } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';
import { reason } from './schemas.ts';

/** Settings that operators change at run time (OPS-03). The answer is what counts then. */

const answer = z.object({ key: z.string(), revision: z.int(), value: z.unknown() });
/** Of a type that the setting itself knows; JSON, because the body is. */
const value = z
  .unknown()
  .refine((sent) => sent !== undefined, 'a value is expected')
  .transform((sent) => sent as Json);
const revision = z.int().min(0).max(1_000_000);

const decide = async (command: ConfigurationCommand, { store }: Tools<unknown>): Promise<Decided> => {
  const { key } = command.data;
  const { after, append } = await decideOn(store, configuration, CONFIGURATION_STREAM, command);
  const value = isSettingKey(key) ? settingOf(after, key) : null;
  return { appends: [append], answer: { key, revision: changesOf(after, key).length, value } };
};

export const changeSetting: CommandFile<ChangeSetting, unknown> = {
  type: 'ChangeSetting',
  access: 'ADMIN_CONFIG',
  route: route({
    method: 'PUT',
    path: '/admin/config/:key',
    summary: 'Change a setting, for all processes and from the next job on',
    status: 200,
    body: z.strictObject({ value, reason, if_revision: revision.optional() }),
    answer,
    command: ({ body: { value, reason, if_revision }, param, userId: by, at }) => ({
      type: 'ChangeSetting',
      data: {
        key: param('key'),
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

export const rollBackSetting: CommandFile<RollBackSetting, unknown> = {
  type: 'RollBackSetting',
  access: 'ADMIN_CONFIG',
  route: route({
    method: 'POST',
    path: '/admin/config/:key/rollback',
    summary: 'Give a setting the value of an earlier revision; 0: the one from before all changes',
    status: 200,
    body: z.strictObject({ revision, reason }),
    answer,
    command: ({ body, param, userId: by, at }) => ({
      type: 'RollBackSetting',
      data: { key: param('key'), toRevision: body.revision, reason: body.reason, by, at },
    }),
  }),
  decide,
};
