import { join } from 'node:path';
import type { Command } from 'commander';
import { postgresAttempts } from '../../identity/attempts.ts';
import { passwords } from '../../identity/passwords.ts';
import { checkSecrets } from '../../identity/secret-marks.ts';
import { secretsOfFolder } from '../../identity/secrets.ts';
import { addFirstOperator, type OperatorSecrets, resetOperator } from '../../operations/local-operators.ts';
import { operatorServices } from '../../operations/services.ts';
import { ownConfig, type Reading, withLog } from './open.ts';
import { operator } from './operator.ts';
import { registerRuleCommands } from './rules-commands.ts';
import { print, run } from './running.ts';

const servicesOn = async ({ log, pool }: Reading) => {
  const config = ownConfig();
  const secrets = config.secrets ?? (await secretsOfFolder(join(config.dataFolder, 'secrets')));
  await checkSecrets(pool, secrets);
  const keys = { emailIndex: secrets.emailIndexKey, emailSeal: secrets.emailSealKey };
  const operators = operatorServices({
    pool,
    store: log,
    keys,
    passwords: passwords(secrets.passwordPepper),
  });
  return { ...operators, store: log, attempts: postgresAttempts(pool, keys.emailIndex) };
};

const shown = ({ password, totp_uri }: OperatorSecrets): string =>
  [
    `password  ${password}`,
    `codes     ${totp_uri}`,
    '',
    'Both are shown this once. Put the second into an app that makes codes.',
  ].join('\n');

/** `iama admin`: what somebody on the machine itself may do about operators (OPS-01) and what they allow. */
export const registerOperatorCommands = (program: Command): void => {
  const admin = program.command('admin').description('operators of this installation, and what they allow');
  const command = (name: string, description: string, work: typeof addFirstOperator): Command =>
    admin
      .command(`${name} <email>`)
      .description(description)
      .option('--json', 'one JSON object')
      .action((email: string, { json }: { json?: boolean }) =>
        run(json, () =>
          withLog(async (reading) => {
            const asked = { email, by: operator().id };
            const secrets = await work(await servicesOn(reading), asked);
            print(json === true ? JSON.stringify(secrets) : shown(secrets));
          }),
        ),
      );
  registerRuleCommands(admin);
  command('add-first', 'add the first super admin, who adds the others', addFirstOperator);
  command('reset', 'give an operator another password and other codes', resetOperator);
};
