import type { Decider } from '../kernel/decider.ts';
import type { Command, Event } from '../kernel/message.ts';
import { never } from '../kernel/never.ts';
import { Rejection } from '../kernel/rejection.ts';

export type SessionEndReason = 'LOGOUT' | 'REVOKED' | 'TOKEN_REUSED';

/**
 * One sign-in and the tokens that follow from it; stream `session-<id>`, two events at most. `generation` is the user's at
 * the opening: whatever revokes all sessions of a user raises it (ID-03, ID-10).
 */
export type SessionOpened = Event<
  'SessionOpened',
  { sessionId: string; userId: string; generation: number; at: string }
>;
export type SessionEnded = Event<
  'SessionEnded',
  { sessionId: string; userId: string; reason: SessionEndReason; at: string }
>;
export type SessionEvent = SessionOpened | SessionEnded;

export type OpenSession = Command<
  'OpenSession',
  { sessionId: string; userId: string; generation: number; at: string }
>;
export type EndSession = Command<
  'EndSession',
  { sessionId: string; userId: string; reason: SessionEndReason; at: string }
>;

export type SessionState =
  | Readonly<{ status: 'NONE' }>
  | Readonly<{ status: 'OPEN' | 'ENDED'; userId: string; generation: number }>;

const evolve = (state: SessionState, event: SessionEvent): SessionState => {
  switch (event.type) {
    case 'SessionOpened':
      return { status: 'OPEN', userId: event.data.userId, generation: event.data.generation };
    case 'SessionEnded':
      return state.status === 'NONE' ? state : { ...state, status: 'ENDED' };
    default:
      return never(event);
  }
};

const decide = (command: OpenSession | EndSession, state: SessionState): SessionEvent[] => {
  switch (command.type) {
    case 'OpenSession':
      if (state.status !== 'NONE')
        throw new Rejection('SESSION_ALREADY_OPEN', 'This session was opened already.');
      return [{ type: 'SessionOpened', data: command.data }];
    case 'EndSession':
      // Another's session does not exist.
      if (state.status === 'NONE' || state.userId !== command.data.userId)
        throw new Rejection('SESSION_NOT_FOUND', 'There is no such session.');
      return state.status === 'ENDED' ? [] : [{ type: 'SessionEnded', data: command.data }];
    default:
      return never(command);
  }
};

export const session: Decider<SessionState, OpenSession | EndSession, SessionEvent> = {
  initialState: () => ({ status: 'NONE' }),
  evolve,
  decide,
};

export const sessionStream = (sessionId: string): string => `session-${sessionId}`;
