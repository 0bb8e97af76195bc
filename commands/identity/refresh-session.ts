import { z } from 'zod';
import { session, sessionStream } from '../../domain/identity/session.ts';
import type { Command } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';
import { userOf } from './open-session.ts';
import { opaqueToken, signedIn } from './schemas.ts';
import type { IdentityServices, Rotation } from './services.ts';

export type RefreshSession = Command<'RefreshSession', Rotation & Readonly<{ at: string }>>;

/** Of one user: some windows, each four times an hour. */
const PER_MINUTE = 60;

const refused = (): Rejection => new Rejection('REFRESH_REFUSED', 'This session is over. Sign in again.');

/**
 * The token is spent first, then the session is looked at: one that has ended gives nothing, whatever its tokens say. A token
 * that was spent before ends the session, because somebody else has it (ID-03).
 */
export const refreshSession: CommandFile<RefreshSession, IdentityServices> = {
  type: 'RefreshSession',
  access: 'PUBLIC',
  route: route({
    method: 'POST',
    path: '/auth/refresh',
    summary: 'New tokens for a refresh token, which is spent by it',
    status: 200,
    body: z.strictObject({ refresh_token: opaqueToken }),
    answer: signedIn,
    command: async ({ body, at }, { refreshTokens, attempts }) => {
      // Counted before anything is spent: a token that was spent for nothing would look stolen later.
      const holder = await refreshTokens.holderOf(body.refresh_token);
      if (holder === null) throw refused();
      await attempts.take('REFRESH', holder, PER_MINUTE);
      const rotation = await refreshTokens.rotate(body.refresh_token);
      if (rotation === null) throw refused();
      return { type: 'RefreshSession', data: { ...rotation, at } };
    },
  }),
  async decide({ data }, { store }) {
    const { sessionId, userId, successor, generation, at } = data;
    const end = { type: 'EndSession', data: { sessionId, userId, reason: 'TOKEN_REUSED', at } } as const;
    const { before, append } = await decideOn(store, session, sessionStream(sessionId), end);
    if (successor === null) return { appends: [append], answer: null };
    const state = await userOf(store, userId);
    const isLive =
      before.status === 'OPEN' && state.status === 'REGISTERED' && state.generation === generation;
    if (!isLive) throw refused();
    return { appends: [], answer: { user_id: userId, session_id: sessionId } };
  },
  async present(answer, { data }, { services }) {
    if (answer === null || data.successor === null) throw refused();
    return {
      ...(await services.tokens.issue(data)),
      ...data.successor,
      user_id: data.userId,
      session_id: data.sessionId,
    };
  },
};
