import { join } from 'node:path';
import type { Command } from 'commander';
import { chargedPlan } from '../../../commands/billing/charged-plan.ts';
import { eraseSubject } from '../../../commands/identity/erase-subject.ts';
import { Rejection } from '../../../domain/kernel/rejection.ts';
import { postgresCredentials } from '../../identity/credentials.ts';
import { passwords } from '../../identity/passwords.ts';
import { checkSecrets } from '../../identity/secret-marks.ts';
import { secretsOfFolder } from '../../identity/secrets.ts';
import { artifactsOf, erasureOf } from '../kept-outside.ts';
import { ownConfig, type Reading, withLog } from './open.ts';
import { send } from './operator.ts';
import { print, run } from './running.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Throws `Rejection` USER_NOT_FOUND, PLAN_STILL_PAID. */
const erase = async (reading: Reading, userId: string): Promise<void> => {
  if (!UUID.test(userId)) throw new Rejection('USER_NOT_FOUND', 'There is no such account.');
  const { log, pool } = reading;
  const config = ownConfig();
  const secrets = config.secrets ?? (await secretsOfFolder(join(config.dataFolder, 'secrets')));
  await checkSecrets(pool, secrets);
  const keys = { emailIndex: secrets.emailIndexKey, emailSeal: secrets.emailSealKey };
  const { emailOf } = postgresCredentials(pool, keys, passwords(secrets.passwordPepper));
  const services = {
    erasure: erasureOf(config, { pool, artifacts: artifactsOf(config, secrets), emailOf }),
    charges: { cycleEndOf: async (id: string) => (await chargedPlan(log, id))?.cycleEndsAt ?? null },
  };
  const command = { type: 'EraseSubject', data: { userId, at: new Date().toISOString() } } as const;
  await send(reading, eraseSubject, command, services);
};

/** `iama erase-subject` (ES-13). */
export const registerEraseCommand = (program: Command): void => {
  program
    .command('erase-subject <user-id>')
    .description('destroy the key of a person, and with it all that they wrote; for ever')
    .option('--json', 'one JSON object')
    .action((userId: string, { json }: { json?: boolean }) =>
      run(json, () =>
        withLog(async (reading) => {
          await erase(reading, userId);
          print(json === true ? JSON.stringify({ erased: userId }) : `${userId} is erased, for ever.`);
        }),
      ),
    );
};
