import { z } from 'zod';
import { fold } from '../../domain/kernel/decider.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { ADMIN_ROLES, ADMIN_SCOPES } from '../../domain/operations/permissions.ts';
import { type Admin, ROSTER_STREAM, type RosterEvent, roster } from '../../domain/operations/roster.ts';
import { jsonQuery, type ReadServices } from '../kernel/query.ts';

const operator = z.object({
  admin_id: z.uuid(),
  email: z.string().nullable(),
  role: z.enum(ADMIN_ROLES),
  scopes: z.array(z.enum(ADMIN_SCOPES)),
});

const operators = async ({ store }: ReadServices): Promise<readonly Admin[]> =>
  fold(roster, (await store.read<RosterEvent>(ROSTER_STREAM)).events);

const shown = async ({ adminId, role, scopes }: Admin, { adminEmailOf }: ReadServices) => ({
  admin_id: adminId,
  email: await adminEmailOf(adminId),
  role,
  scopes,
});

export const getOperator = jsonQuery({
  name: 'GetOperator',
  access: 'ADMIN',
  path: '/admin/auth/me',
  summary: 'Who you are as an operator',
  query: z.object({}),
  answer: operator,
  async run({ userId }, services) {
    const found = (await operators(services)).find(({ adminId }) => adminId === userId);
    if (found === undefined) throw new Rejection('ADMIN_NOT_FOUND', 'There is no such operator.');
    return shown(found, services);
  },
});

export const listOperators = jsonQuery({
  name: 'ListOperators',
  access: 'ADMIN_ACCOUNTS',
  path: '/admin/accounts',
  summary: 'All operators',
  query: z.object({}),
  answer: z.object({ accounts: z.array(operator) }),
  async run(_request, services) {
    const all = await operators(services);
    return { accounts: await Promise.all(all.map((each) => shown(each, services))) };
  },
});
