import { z } from 'zod';
import { type EndSession, session, sessionStream } from '../../domain/identity/session.ts';
import type { RevokeSessions } from '../../domain/identity/user.ts';
import { user, userStream } from '../../domain/identity/user.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';

/** `Logout` and `RevokeSession` are one decision about one session; they differ in whose session is meant. */
type Ending<Type extends string> = Readonly<{ type: Type; data: EndSession['data'] }>;
export type Logout = Ending<'Logout'>;
export type RevokeSession = Ending<'RevokeSession'>;

const end = async (
  { data }: Ending<string>,
  { store }: Parameters<CommandFile<Logout, unknown>['decide']>[1],
) => {
  const command = { type: 'EndSession', data } as const;
  const { append } = await decideOn(store, session, sessionStream(data.sessionId), command);
  return { appends: [append], answer: null };
};

export const logout: CommandFile<Logout, unknown> = {
  type: 'Logout',
  access: 'USER',
  route: route({
    method: 'POST',
    path: '/auth/logout',
    summary: 'End the session of the access token',
    status: 204,
    body: z.unknown(),
    answer: null,
    command: ({ userId, sessionId, at }) => ({
      type: 'Logout',
      data: { sessionId, userId, reason: 'LOGOUT', at },
    }),
  }),
  decide: end,
};

export const revokeSession: CommandFile<RevokeSession, unknown> = {
  type: 'RevokeSession',
  access: 'USER',
  route: route({
    method: 'DELETE',
    path: '/auth/sessions/:session_id',
    summary: 'End one of your sessions',
    status: 204,
    body: z.unknown(),
    answer: null,
    command: ({ userId, param, at }) => ({
      type: 'RevokeSession',
      data: { sessionId: param('session_id'), userId, reason: 'REVOKED', at },
    }),
  }),
  decide: end,
};

export const revokeSessions: CommandFile<RevokeSessions, unknown> = {
  type: 'RevokeSessions',
  access: 'USER',
  route: route({
    method: 'DELETE',
    path: '/auth/sessions',
    summary: 'End all your sessions, this one too',
    status: 204,
    body: z.unknown(),
    answer: null,
    command: ({ userId, at }) => ({ type: 'RevokeSessions', data: { userId, at } }),
  }),
  async decide(command, { store }) {
    const { append } = await decideOn(store, user, userStream(command.data.userId), command);
    return { appends: [append], answer: null };
  },
};
