import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { AnyCommandFile } from '../../commands/kernel/command.ts';
import { execute } from '../../commands/kernel/execute.ts';
import { addFirstAdmin, resetAdminPassword } from '../../commands/operations/admin-accounts.ts';
import { rosterOf } from '../../commands/operations/admin-session.ts';
import type { OperationsServices } from '../../commands/operations/services.ts';
import type { Command, Json } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';

const secrets = z.object({ password: z.string(), totp_uri: z.string() });
/** What the operator signs in with; it is kept nowhere in the clear. */
export type OperatorSecrets = z.infer<typeof secrets>;

/** On the machine itself: an address, and the account of the system that does it. */
type Asked = Readonly<{ email: string; by: string }>;

const send = async (
  file: AnyCommandFile<OperationsServices>,
  command: Command,
  services: OperationsServices,
  by: string,
): Promise<Json | null> => {
  const id = randomUUID();
  const context = {
    commandId: id,
    correlationId: id,
    causationId: id,
    actor: { type: 'admin', id: by } as const,
  };
  return (await execute(file, command, services.store, services, { context })).answer;
};

/**
 * Adds the operator without whom there would be none (OPS-01).
 * @throws Rejection SUPER_ADMIN_EXISTS or ADMIN_EXISTS.
 */
export const addFirstOperator = async (
  services: OperationsServices,
  { email, by }: Asked,
): Promise<OperatorSecrets> => {
  const adminId = randomUUID();
  await services.adminCredentials.save({ adminId, email });
  const emailKey = services.adminCredentials.emailKeyOf(email);
  const data = { adminId, emailKey, by, at: new Date().toISOString() };
  return secrets.parse(await send(addFirstAdmin, { type: 'AddFirstAdmin', data }, services, by));
};

/**
 * Gives an operator other secrets, for the case that the last super admin has lost them.
 * @throws Rejection ADMIN_NOT_FOUND.
 */
export const resetOperator = async (
  services: OperationsServices,
  { email, by }: Asked,
): Promise<OperatorSecrets> => {
  const wanted = services.adminCredentials.emailKeyOf(email);
  const found = (await rosterOf(services.store)).find(({ emailKey }) => emailKey === wanted);
  if (found === undefined) throw new Rejection('ADMIN_NOT_FOUND', 'There is no operator with this address.');
  const data = { adminId: found.adminId, by, at: new Date().toISOString() };
  return secrets.parse(await send(resetAdminPassword, { type: 'ResetAdminPassword', data }, services, by));
};
