import { z } from 'zod';
import { fold } from '../../domain/kernel/decider.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import {
  adminSession,
  adminSessionStream,
  type SignInAdmin,
  type SignOutAdmin,
} from '../../domain/operations/admin-session.ts';
import { ROSTER_STREAM, type RosterEvent, type RosterState, roster } from '../../domain/operations/roster.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { decideOn, decideOnNew } from '../kernel/decide-on.ts';
import type { OperationsServices } from './services.ts';

export const rosterOf = async (store: Pick<StreamStore, 'read'>): Promise<RosterState> =>
  fold(roster, (await store.read<RosterEvent>(ROSTER_STREAM)).events);

/** One error and one amount of work for a wrong address, a wrong password and a wrong code (OPS-01). */
export const signInAdmin: CommandFile<SignInAdmin, OperationsServices> = {
  type: 'SignInAdmin',
  access: 'PUBLIC',
  route: route({
    method: 'POST',
    path: '/admin/auth/login',
    summary: 'Sign in as an operator, for 8 hours',
    status: 200,
    body: z.strictObject({
      email: z.email().max(254),
      password: z.string().min(1).max(128),
      code: z.string().regex(/^\d{6}$/, 'six digits'),
    }),
    answer: z.object({
      token: z.string(),
      expires_in: z.int().describe('Seconds'),
      admin_id: z.uuid(),
      session_id: z.uuid(),
    }),
    command: async ({ body, at, newId }, { store, adminCredentials, attempts }) => {
      const emailKey = adminCredentials.emailKeyOf(body.email);
      await attempts.signInBegins(emailKey);
      // The generation is read before the secrets are verified: a change of it meanwhile ends this session.
      const admin = (await rosterOf(store)).find((each) => each.emailKey === emailKey) ?? null;
      const isVerified = await adminCredentials.verify(admin?.adminId ?? null, body);
      if (admin === null || !isVerified)
        throw new Rejection('ADMIN_SIGN_IN_FAILED', 'The address, the password or the code is wrong.');
      await attempts.signInSucceeded(emailKey);
      const { adminId, generation } = admin;
      return { type: 'SignInAdmin', data: { sessionId: newId(), adminId, generation, at } };
    },
  }),
  async decide(command) {
    const { append } = decideOnNew(adminSession, adminSessionStream(command.data.sessionId), command);
    return { appends: [append], answer: null };
  },
  async present(_answer, { data }, { services }) {
    const { adminId, sessionId } = data;
    return { ...(await services.adminTokens.issue(data)), admin_id: adminId, session_id: sessionId };
  },
};

export const signOutAdmin: CommandFile<SignOutAdmin, unknown> = {
  type: 'SignOutAdmin',
  access: 'ADMIN',
  route: route({
    method: 'POST',
    path: '/admin/auth/logout',
    summary: 'End this session of an operator',
    status: 204,
    body: z.unknown(),
    answer: null,
    command: ({ userId: adminId, sessionId, at }) => ({
      type: 'SignOutAdmin',
      data: { sessionId, adminId, at },
    }),
  }),
  async decide(command, { store }) {
    const { append } = await decideOn(
      store,
      adminSession,
      adminSessionStream(command.data.sessionId),
      command,
    );
    return { appends: [append], answer: null };
  },
};
