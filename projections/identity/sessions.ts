import type { SessionEvent } from '../../domain/identity/session.ts';
import type { Projection } from '../../domain/kernel/projection.ts';

/** Sessions of people. One whose generation is not the user's any more has ended too, without a row saying so. */
export type SessionRow = Readonly<{
  session_id: string;
  user_id: string;
  generation: number;
  opened_at: string;
  ended_at: string | null;
}>;

export const sessions: Projection<SessionRow, SessionEvent> = {
  name: 'sessions',
  revision: 1,
  table: 'sessions',
  handles: ['SessionOpened', 'SessionEnded'],
  columns: {
    session_id: 'text',
    user_id: 'text',
    generation: 'int',
    opened_at: 'timestamptz',
    ended_at: 'timestamptz?',
  },
  key: 'session_id',
  indexes: [['user_id', '-opened_at']],
  keysOf: (event) => [event.data.sessionId],
  evolve(row, event, key) {
    if (event.type === 'SessionEnded') return row && { ...row, ended_at: event.data.at };
    const { userId, generation, at } = event.data;
    return { session_id: key, user_id: userId, generation, opened_at: at, ended_at: null };
  },
};
