import type { Decider } from '../kernel/decider.ts';
import type { Command, Event } from '../kernel/message.ts';

/** That somebody proved who they are; stream `sign-in-<userId>`, apart from the account so that it stays short to read. */
export type UserSignedIn = Event<'UserSignedIn', { userId: string; at: string }>;
/** Sent only after the password was verified. */
export type SignIn = Command<'SignIn', { userId: string; at: string }>;

export const signIn: Decider<null, SignIn, UserSignedIn> = {
  initialState: () => null,
  evolve: () => null,
  decide: (command) => [{ type: 'UserSignedIn', data: command.data }],
};

export const signInStream = (userId: string): string => `sign-in-${userId}`;
