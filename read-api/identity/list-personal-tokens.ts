import { z } from 'zod';
import { type SessionEvent, session, sessionStream } from '../../domain/identity/session.ts';
import { type UserEvent, user, userStream } from '../../domain/identity/user.ts';
import { fold } from '../../domain/kernel/decider.ts';
import { jsonQuery } from '../kernel/query.ts';

export const listPersonalTokens = jsonQuery({
  name: 'ListPersonalTokens',
  access: 'USER',
  path: '/auth/tokens',
  summary: 'Your tokens for machines that are good, without the tokens; each ends like a session',
  query: z.object({}),
  answer: z.object({
    tokens: z.array(
      z.object({
        session_id: z.string(),
        label: z.string(),
        scopes: z.array(z.string()),
        created_at: z.string(),
        expires_at: z.string(),
      }),
    ),
  }),
  async run({ userId }, { store, personalTokensOf }) {
    const [listed, ofUser] = await Promise.all([
      personalTokensOf(userId),
      store.read<UserEvent>(userStream(userId)),
    ]);
    const owner = fold(user, ofUser.events);
    const tokens = [];
    for (const { ref, label, scopes, createdAt, expiresAt } of listed) {
      const { events } = await store.read<SessionEvent>(sessionStream(ref.sessionId));
      const isOpen = fold(session, events).status === 'OPEN';
      if (!isOpen || owner.status !== 'REGISTERED' || owner.generation !== ref.generation) continue;
      tokens.push({
        session_id: ref.sessionId,
        label,
        scopes,
        created_at: createdAt,
        expires_at: expiresAt,
      });
    }
    return { tokens };
  },
});
