import type { Decider } from '../kernel/decider.ts';
import type { Command, Event } from '../kernel/message.ts';
import { never } from '../kernel/never.ts';
import { Rejection } from '../kernel/rejection.ts';

/**
 * A person with an account; stream `user-<id>`. The e-mail address is not in the log: `emailKey` is a keyed hash of the
 * case-folded address, so that uniqueness is decided without storing who it is (decision 0040).
 */
export type UserRegistered = Event<'UserRegistered', { userId: string; emailKey: string; at: string }>;
export type ConsentGiven = Event<'ConsentGiven', { userId: string; at: string }>;
export type UserEvent = UserRegistered | ConsentGiven;

export type RegisterUser = Command<'RegisterUser', { userId: string; emailKey: string; at: string }>;
/** Both must be true: data processing, and the zero-training disclosure (ID-08). */
export type GiveConsent = Command<
  'GiveConsent',
  { userId: string; dataProcessing: boolean; zeroTraining: boolean; at: string }
>;
export type UserCommand = RegisterUser | GiveConsent;

export type UserState =
  | Readonly<{ status: 'UNKNOWN' }>
  | Readonly<{ status: 'REGISTERED'; userId: string; consentAt: string | null }>;

const evolve = (state: UserState, event: UserEvent): UserState => {
  switch (event.type) {
    case 'UserRegistered':
      return { status: 'REGISTERED', userId: event.data.userId, consentAt: null };
    case 'ConsentGiven':
      return state.status === 'UNKNOWN' ? state : { ...state, consentAt: event.data.at };
    default:
      return never(event);
  }
};

const decide = (command: UserCommand, state: UserState): UserEvent[] => {
  switch (command.type) {
    case 'RegisterUser':
      if (state.status !== 'UNKNOWN')
        throw new Rejection('USER_ALREADY_REGISTERED', 'This account exists already.');
      return [{ type: 'UserRegistered', data: command.data }];
    case 'GiveConsent': {
      if (state.status === 'UNKNOWN') throw new Rejection('USER_NOT_FOUND', 'There is no such account.');
      const { userId, at, dataProcessing, zeroTraining } = command.data;
      if (!dataProcessing || !zeroTraining)
        throw new Rejection(
          'CONSENT_INCOMPLETE',
          'Both data processing and the zero-training disclosure must be accepted.',
          { data_processing: dataProcessing, zero_training: zeroTraining },
        );
      return state.consentAt === null ? [{ type: 'ConsentGiven', data: { userId, at } }] : [];
    }
    default:
      return never(command);
  }
};

export const user: Decider<UserState, UserCommand, UserEvent> = {
  initialState: () => ({ status: 'UNKNOWN' }),
  evolve,
  decide,
};

export const userStream = (userId: string): string => `user-${userId}`;
