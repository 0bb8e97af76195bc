import { z } from 'zod';
import { type UserEvent, user, userStream } from '../../domain/identity/user.ts';
import { fold } from '../../domain/kernel/decider.ts';
import { type SessionRow, sessions } from '../../projections/identity/sessions.ts';
import { jsonQuery } from '../kernel/query.ts';

/** A session is never longer than its refresh tokens. */
const DAYS = 30;
const LIMIT = 200;

export const listSessions = jsonQuery({
  name: 'ListSessions',
  access: 'USER',
  path: '/auth/sessions',
  summary: 'Your open sessions, newest first',
  query: z.object({}),
  answer: z.object({
    sessions: z.array(z.object({ session_id: z.string(), opened_at: z.string(), current: z.boolean() })),
  }),
  async run({ userId, sessionId }, { store, tables }) {
    const { events } = await store.read<UserEvent>(userStream(userId));
    const state = fold(user, events);
    const generation = state.status === 'UNKNOWN' ? 0 : state.generation;
    const rows = await tables.select<SessionRow>(sessions, {
      where: `user_id = $1 and generation = $2 and ended_at is null and opened_at > now() - make_interval(days => $3)`,
      values: [userId, generation, DAYS],
      order: 'opened_at desc, session_id',
      limit: LIMIT,
    });
    return {
      sessions: rows.map(({ session_id, opened_at }) => ({
        session_id,
        opened_at,
        current: session_id === sessionId,
      })),
    };
  },
});
