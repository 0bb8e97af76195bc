import { z } from 'zod';
import { ADMIN_ROLES, ADMIN_SCOPES } from '../../domain/operations/permissions.ts';
import {
  type AddAdmin,
  type AddFirstAdmin,
  type RemoveAdmin,
  type ResetAdminPassword,
  ROSTER_STREAM,
  roster,
  type SetAdminRole,
} from '../../domain/operations/roster.ts';
import { type CommandFile, route, type Tools } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';
import type { OperationsServices } from './services.ts';

/** OPS-01, OPS-02: operators are made and unmade by super admins; the first one on the machine itself. */

const grants = z.strictObject({
  role: z.enum(ADMIN_ROLES),
  scopes: z
    .array(z.enum(ADMIN_SCOPES))
    .max(ADMIN_SCOPES.length)
    .transform((scopes) => [...new Set(scopes)].sort()),
});
const secrets = {
  password: z.string(),
  totp_uri: z.string().describe('otpauth:, for an app that makes codes'),
};
const added = z.object({ admin_id: z.uuid() });

/** The row of the secrets goes again when there is no operator for it. */
const addTo = async (command: AddAdmin | AddFirstAdmin, { store, services }: Tools<OperationsServices>) => {
  const { adminId } = command.data;
  try {
    const { append } = await decideOn(store, roster, ROSTER_STREAM, command);
    return { appends: [append], answer: { admin_id: adminId } };
  } catch (error) {
    await services.adminCredentials.discard(adminId);
    throw error;
  }
};

/** Repeated under its Idempotency-Key the request gives other secrets of the same operator. */
const showOnce: NonNullable<CommandFile<AddAdmin | AddFirstAdmin, OperationsServices>['present']> = async (
  answer,
  command,
  { services },
) => {
  const { admin_id } = added.parse(answer);
  if (admin_id !== command.data.adminId) await services.adminCredentials.discard(command.data.adminId);
  return { admin_id, ...(await services.adminCredentials.renew(admin_id)) };
};

export const addFirstAdmin: CommandFile<AddFirstAdmin, OperationsServices> = {
  type: 'AddFirstAdmin',
  access: 'SYSTEM',
  route: null,
  decide: addTo,
  present: showOnce,
};

export const addAdmin: CommandFile<AddAdmin, OperationsServices> = {
  type: 'AddAdmin',
  access: 'ADMIN_ACCOUNTS',
  route: route({
    method: 'POST',
    path: '/admin/accounts',
    summary: 'Add an operator; what to sign in with is shown this once',
    status: 201,
    body: grants.extend({ email: z.email().max(254) }),
    answer: added.extend(secrets),
    command: async ({ body, userId: by, at, newId }, { adminCredentials }) => {
      const { email, role, scopes } = body;
      const adminId = newId();
      await adminCredentials.save({ adminId, email });
      const emailKey = adminCredentials.emailKeyOf(email);
      return { type: 'AddAdmin', data: { adminId, emailKey, role, scopes, by, at } };
    },
  }),
  decide: addTo,
  present: showOnce,
};

export const setAdminRole: CommandFile<SetAdminRole, unknown> = {
  type: 'SetAdminRole',
  access: 'ADMIN_ACCOUNTS',
  route: route({
    method: 'PATCH',
    path: '/admin/accounts/:admin_id',
    summary: 'Set role and scopes of an operator; ends the sessions of that operator',
    status: 204,
    body: grants,
    answer: null,
    command: ({ body, param, userId: by, at }) => ({
      type: 'SetAdminRole',
      data: { ...body, adminId: param('admin_id'), by, at },
    }),
  }),
  async decide(command, { store }) {
    const { append } = await decideOn(store, roster, ROSTER_STREAM, command);
    return { appends: [append], answer: null };
  },
};

/** The old secrets are worth nothing before the event is written, and the new ones are made after it. */
export const resetAdminPassword: CommandFile<ResetAdminPassword, OperationsServices> = {
  type: 'ResetAdminPassword',
  access: 'ADMIN_ACCOUNTS',
  route: route({
    method: 'POST',
    path: '/admin/accounts/:admin_id/reset-password',
    summary: 'Give an operator other secrets, shown this once; ends the sessions of that operator',
    status: 200,
    body: z.unknown(),
    answer: z.object(secrets),
    command: ({ param, userId: by, at }) => ({
      type: 'ResetAdminPassword',
      data: { adminId: param('admin_id'), by, at },
    }),
  }),
  async decide(command, { store, services }) {
    const { append } = await decideOn(store, roster, ROSTER_STREAM, command);
    await services.adminCredentials.disable(command.data.adminId);
    return { appends: [append], answer: null };
  },
  present: (_answer, { data }, { services }) => services.adminCredentials.renew(data.adminId),
};

export const removeAdmin: CommandFile<RemoveAdmin, OperationsServices> = {
  type: 'RemoveAdmin',
  access: 'ADMIN_ACCOUNTS',
  route: route({
    method: 'DELETE',
    path: '/admin/accounts/:admin_id',
    summary: 'Remove an operator and end the sessions of that operator',
    status: 204,
    body: z.unknown(),
    answer: null,
    command: ({ param, userId: by, at }) => ({
      type: 'RemoveAdmin',
      data: { adminId: param('admin_id'), by, at },
    }),
  }),
  async decide(command, { store }) {
    const { append } = await decideOn(store, roster, ROSTER_STREAM, command);
    return { appends: [append], answer: null };
  },
  async present(_answer, { data }, { services }) {
    await services.adminCredentials.discard(data.adminId);
    return null;
  },
};
