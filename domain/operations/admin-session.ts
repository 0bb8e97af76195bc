import type { Decider } from '../kernel/decider.ts';
import type { Command, Event } from '../kernel/message.ts';
import { never } from '../kernel/never.ts';
import { Rejection } from '../kernel/rejection.ts';

/** One sign-in of an operator; stream `admin-session-<id>`. It ends after 8 hours at the latest (OPS-01). */
export type AdminSignedIn = Event<
  'AdminSignedIn',
  { sessionId: string; adminId: string; generation: number; at: string }
>;
export type AdminSignedOut = Event<'AdminSignedOut', { sessionId: string; adminId: string; at: string }>;
export type AdminSessionEvent = AdminSignedIn | AdminSignedOut;

/** Sent only after password and one-time code were verified. */
export type SignInAdmin = Command<'SignInAdmin', AdminSignedIn['data']>;
export type SignOutAdmin = Command<'SignOutAdmin', AdminSignedOut['data']>;

type AdminSessionState = 'NONE' | 'OPEN' | 'ENDED';

export const adminSession: Decider<AdminSessionState, SignInAdmin | SignOutAdmin, AdminSessionEvent> = {
  initialState: () => 'NONE',
  evolve: (_state, event) => (event.type === 'AdminSignedIn' ? 'OPEN' : 'ENDED'),
  decide: (command, state) => {
    switch (command.type) {
      case 'SignInAdmin':
        return [{ type: 'AdminSignedIn', data: command.data }];
      case 'SignOutAdmin':
        if (state === 'NONE') throw new Rejection('SESSION_NOT_FOUND', 'There is no such session.');
        return state === 'ENDED' ? [] : [{ type: 'AdminSignedOut', data: command.data }];
      default:
        return never(command);
    }
  },
};

export const adminSessionStream = (sessionId: string): string => `admin-session-${sessionId}`;
