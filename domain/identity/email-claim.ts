import type { Decider } from '../kernel/decider.ts';
import type { Command, Event } from '../kernel/message.ts';
import { Rejection } from '../kernel/rejection.ts';

/**
 * Who holds an e-mail address; stream `email-<emailKey>`. Appended atomically with the registration, so two people never
 * get one address, whatever the race (ES-02, ID-01).
 */
export type EmailClaimed = Event<'EmailClaimed', { emailKey: string; userId: string; at: string }>;
export type ClaimEmail = Command<'ClaimEmail', { emailKey: string; userId: string; at: string }>;

export type EmailClaimState = Readonly<{ userId: string | null }>;

/** `REGISTRATION_REFUSED` names no account and no reason; that it is refused can still be told from an answer that is not (decision 0042). */
export const emailClaim: Decider<EmailClaimState, ClaimEmail, EmailClaimed> = {
  initialState: () => ({ userId: null }),
  evolve: (_state, event) => ({ userId: event.data.userId }),
  decide: (command, state) => {
    if (state.userId !== null)
      throw new Rejection(
        'REGISTRATION_REFUSED',
        'This address and password cannot be registered. If you have an account, sign in.',
      );
    return [{ type: 'EmailClaimed', data: command.data }];
  },
};

export const emailStream = (emailKey: string): string => `email-${emailKey}`;
