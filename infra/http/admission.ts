import type { FastifyRequest } from 'fastify';
import type { AdminTokens } from '../../commands/operations/services.ts';
import type { Actor } from '../../domain/kernel/message.ts';
import { isPermission, type Permission } from '../../domain/kernel/permission.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { isPermitted } from '../../domain/operations/permissions.ts';
import { bearerOf, type Gate, unauthenticated } from './access.ts';
import type { CommandAccess } from './access-rule.ts';
import type { RouteDeps } from './deps.ts';
import { clientNetwork } from './limits/client-network.ts';
import { paramsOf } from './route-request.ts';

/** `userId` is that of the operator where `actor` is one. */
export type Caller = Readonly<{
  userId: string;
  sessionId: string;
  actor: Actor;
  /** Of what operators are allowed. */
  may: (permission: Permission) => boolean;
}>;

const nothing = (): boolean => false;

export const ANONYMOUS: Caller = {
  userId: '',
  sessionId: '',
  actor: { type: 'system', id: 'anonymous' },
  may: nothing,
};

/** Whose sealed texts an answer shows: a person's own, and to operators everybody's, as in the audit. */
export const readableFor = ({ userId, actor }: Caller): string | undefined =>
  actor.type === 'admin' ? undefined : userId;

/** Throws `Rejection` UNAUTHENTICATED without the token of an operator, ROLE_MISSING for one who may not. */
const operator = async (
  request: FastifyRequest,
  permission: Permission,
  tokens: Pick<AdminTokens, 'verify'>,
): Promise<Caller> => {
  const token = bearerOf(request);
  const verified = token === null ? null : await tokens.verify(token);
  if (verified === null) throw unauthenticated();
  const { admin, sessionId } = verified;
  const may = (wanted: Permission): boolean => isPermitted(wanted, admin);
  if (!may(permission)) throw new Rejection('ROLE_MISSING', `Your role ${admin.role} is not good for this.`);
  return { userId: admin.adminId, sessionId, actor: { type: 'admin', id: admin.adminId }, may };
};

const person = async (request: FastifyRequest, gate: Gate): Promise<Caller> => {
  const { userId, sessionId } = await gate.authenticate(request);
  return { userId, sessionId, actor: { type: 'user', id: userId }, may: nothing };
};

type Closed = Exclude<CommandAccess, 'PUBLIC'>;

/** Who calls, from the token alone. Throws when the token is not good for a route with this rule. */
export const identify = (request: FastifyRequest, access: Closed, deps: RouteDeps): Promise<Caller> =>
  isPermission(access)
    ? operator(request, access, deps.commandServices.adminTokens)
    : person(request, deps.gate);

/** The same, counted, and for routes of a job its owner only. */
export const admit = async (request: FastifyRequest, access: Closed, deps: RouteDeps): Promise<Caller> => {
  const caller = await identify(request, access, deps);
  deps.limits.user.take(caller.userId);
  if (access === 'JOB_OWNER' || access === 'TASK_TOKEN')
    await deps.gate.requireOwner(paramsOf(request)('job_id'), caller.userId);
  return caller;
};

/** Counts one who has not signed in, by address. Throws `Rejection` RATE_LIMITED. */
export const takeAttempt = ({ ip }: FastifyRequest, { commandServices, limits }: RouteDeps): Promise<void> =>
  commandServices.attempts.take('ADDRESS', clientNetwork(ip), limits.signInPerAddress);
