import { type Executed, execute } from '../../../commands/kernel/execute.ts';
import { changeSetting } from '../../../commands/operations/configuration.ts';
import type { Json } from '../../../domain/kernel/message.ts';
import { testContext } from '../../runtime/testing/world.ts';
import type { Parts } from '../parts.ts';

/** As an operator changes a setting, in this process. Throws `Rejection` SETTING_INVALID. */
export const changeSettingOf = (
  { log, commandServices }: Pick<Parts, 'log' | 'commandServices'>,
  key: string,
  value: Json,
): Promise<Executed> => {
  const data = { key, value, reason: 'r', by: 'root', at: new Date().toISOString() };
  const context = testContext();
  return execute(changeSetting, { type: 'ChangeSetting', data }, log, commandServices, { context });
};
