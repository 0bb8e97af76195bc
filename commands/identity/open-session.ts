import { z } from 'zod';
import { session, sessionStream } from '../../domain/identity/session.ts';
import { type UserEvent, type UserState, user, userStream } from '../../domain/identity/user.ts';
import { fold } from '../../domain/kernel/decider.ts';
import type { StreamAppend, StreamStore } from '../../domain/kernel/event-store.ts';
import type { Json } from '../../domain/kernel/message.ts';
import { decideOnNew } from '../kernel/decide-on.ts';
import type { IdentityServices, SessionRef } from './services.ts';

export const userOf = async (store: StreamStore, userId: string): Promise<UserState> => {
  const { events } = await store.read<UserEvent>(userStream(userId));
  return fold(user, events);
};

export const openSession = (ref: SessionRef, at: string): StreamAppend =>
  decideOnNew(session, sessionStream(ref.sessionId), { type: 'OpenSession', data: { ...ref, at } }).append;

const stored = z.object({ user_id: z.string(), session_id: z.string(), generation: z.int() });

/** What is stored of a sign-in: everything but the tokens. */
export const asStored = ({ userId, sessionId, generation }: SessionRef): Json => ({
  user_id: userId,
  session_id: sessionId,
  generation,
});

export const fromStored = (answer: Json | null): SessionRef => {
  const { user_id, session_id, generation } = stored.parse(answer);
  return { userId: user_id, sessionId: session_id, generation };
};

/** The first tokens of the session that was opened. */
export const withTokens = async (
  answer: Json | null,
  { tokens, refreshTokens }: IdentityServices,
): Promise<Json> => {
  const ref = fromStored(answer);
  return {
    ...(await tokens.issue(ref)),
    ...(await refreshTokens.issue(ref)),
    user_id: ref.userId,
    session_id: ref.sessionId,
  };
};
