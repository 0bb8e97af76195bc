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
export type EmailVerified = Event<'EmailVerified', { userId: string; at: string }>;
/** Ends every session that was opened before: `generation` is the one from now on. */
export type PasswordChanged = Event<
  'PasswordChanged',
  { userId: string; generation: number; by: 'OWNER' | 'RESET'; at: string }
>;
/** Ends every session that was opened before, at the wish of the person (ID-10). */
export type SessionsRevoked = Event<'SessionsRevoked', { userId: string; generation: number; at: string }>;
/**
 * A provider vouched for the person who has the verified address. Whatever was set before may be somebody else's, who
 * registered that address first: it ends every session, and a password that no mail proved is dropped (ID-06).
 */
export type AccountProven = Event<'AccountProven', { userId: string; generation: number; at: string }>;
/** The account can no longer be entered; what is left of it is erased from `eraseAfter` on (ID-12, ES-13). */
export type AccountDeleted = Event<
  'AccountDeleted',
  { userId: string; generation: number; eraseAfter: string; at: string }
>;
/** Nobody can read any more what the person wrote or what told who they are; this account is never opened again (ES-13). */
export type SubjectErased = Event<'SubjectErased', { userId: string; at: string }>;
export type UserEvent =
  | UserRegistered
  | ConsentGiven
  | EmailVerified
  | PasswordChanged
  | SessionsRevoked
  | AccountProven
  | AccountDeleted
  | SubjectErased;

export type RegisterUser = Command<'RegisterUser', { userId: string; emailKey: string; at: string }>;
/** The same of somebody whose address a provider has verified (ID-05). */
export type RegisterVouched = Command<'RegisterVouched', RegisterUser['data']>;
/** Both must be true: data processing, and the zero-training disclosure (ID-08). */
export type GiveConsent = Command<
  'GiveConsent',
  { userId: string; dataProcessing: boolean; zeroTraining: boolean; at: string }
>;
/** Sent only with the token of a mail to the address. */
export type VerifyEmail = Command<'VerifyEmail', { userId: string; at: string }>;
/** Sent only after the old password, or the token of a mail, was verified. */
export type ChangePassword = Command<'ChangePassword', { userId: string; by: 'OWNER' | 'RESET'; at: string }>;
export type RevokeSessions = Command<'RevokeSessions', { userId: string; at: string }>;
/** Sent only when a provider has verified the address that the account has. */
export type ProveAccount = Command<'ProveAccount', { userId: string; at: string }>;
export type DeleteAccount = Command<'DeleteAccount', { userId: string; at: string }>;
/** Sent where everything of the person is gone; an account that is still there is deleted with it. */
export type EraseSubject = Command<'EraseSubject', { userId: string; at: string }>;
export type UserCommand =
  | RegisterUser
  | RegisterVouched
  | GiveConsent
  | VerifyEmail
  | ChangePassword
  | RevokeSessions
  | ProveAccount
  | DeleteAccount
  | EraseSubject;

export type UserState =
  | Readonly<{ status: 'UNKNOWN' }>
  | Readonly<{
      status: 'REGISTERED' | 'DELETED' | 'ERASED';
      userId: string;
      consentAt: string | null;
      emailVerifiedAt: string | null;
      /** Nothing that was set before the address was verified counts any more: a mail or a provider saw to it. */
      isProven: boolean;
      /** How often all sessions were revoked. */
      generation: number;
    }>;

/** Days between the deletion of an account and the erasure of what is left. */
const ERASE_AFTER_DAYS = 30;
const DAY_MS = 86_400_000;

const evolve = (state: UserState, event: UserEvent): UserState => {
  if (event.type === 'UserRegistered') {
    const { userId } = event.data;
    return {
      status: 'REGISTERED',
      userId,
      consentAt: null,
      emailVerifiedAt: null,
      isProven: false,
      generation: 0,
    };
  }
  if (state.status === 'UNKNOWN') return state;
  switch (event.type) {
    case 'ConsentGiven':
      return { ...state, consentAt: event.data.at };
    case 'EmailVerified':
      return { ...state, emailVerifiedAt: event.data.at };
    case 'PasswordChanged': {
      const { by, generation } = event.data;
      return { ...state, generation, isProven: state.isProven || by === 'RESET' };
    }
    case 'AccountProven':
      return { ...state, generation: event.data.generation, isProven: true };
    case 'SessionsRevoked':
      return { ...state, generation: event.data.generation };
    case 'AccountDeleted':
      return { ...state, status: 'DELETED', generation: event.data.generation };
    case 'SubjectErased':
      return { ...state, status: 'ERASED' };
    default:
      return never(event);
  }
};

const consent = ({ data }: GiveConsent, consentAt: string | null): UserEvent[] => {
  const { userId, at, dataProcessing, zeroTraining } = data;
  if (!dataProcessing || !zeroTraining)
    throw new Rejection(
      'CONSENT_INCOMPLETE',
      'Both data processing and the zero-training disclosure must be accepted.',
      { data_processing: dataProcessing, zero_training: zeroTraining },
    );
  return consentAt === null ? [{ type: 'ConsentGiven', data: { userId, at } }] : [];
};

const register = ({ type, data }: RegisterUser | RegisterVouched): UserEvent[] => {
  const registered = { type: 'UserRegistered', data } as const;
  if (type === 'RegisterUser') return [registered];
  const { userId, at } = data;
  return [
    registered,
    { type: 'EmailVerified', data: { userId, at } },
    { type: 'AccountProven', data: { userId, generation: 1, at } },
  ];
};

const erase = ({ data }: EraseSubject, state: UserState): UserEvent[] => {
  const erased = { type: 'SubjectErased', data } as const;
  switch (state.status) {
    case 'UNKNOWN':
      throw new Rejection('USER_NOT_FOUND', 'There is no such account.');
    case 'REGISTERED': {
      const { at } = data;
      const generation = state.generation + 1;
      return [{ type: 'AccountDeleted', data: { ...data, generation, eraseAfter: at } }, erased];
    }
    case 'DELETED':
      return [erased];
    case 'ERASED':
      return [];
    default:
      return never(state);
  }
};

const decide = (command: UserCommand, state: UserState): UserEvent[] => {
  if (command.type === 'EraseSubject') return erase(command, state);
  if (command.type === 'RegisterUser' || command.type === 'RegisterVouched') {
    if (state.status !== 'UNKNOWN')
      throw new Rejection('USER_ALREADY_REGISTERED', 'This account exists already.');
    return register(command);
  }
  if (state.status !== 'REGISTERED') throw new Rejection('USER_NOT_FOUND', 'There is no such account.');
  const generation = state.generation + 1;
  switch (command.type) {
    case 'GiveConsent':
      return consent(command, state.consentAt);
    case 'VerifyEmail':
      return state.emailVerifiedAt === null ? [{ type: 'EmailVerified', data: command.data }] : [];
    case 'ChangePassword':
      return [{ type: 'PasswordChanged', data: { ...command.data, generation } }];
    case 'RevokeSessions':
      return [{ type: 'SessionsRevoked', data: { ...command.data, generation } }];
    case 'ProveAccount':
      if (state.emailVerifiedAt === null)
        throw new Rejection(
          'OAUTH_LINK_REQUIRED',
          'An account has this address and never verified it. Set a new password by mail, which verifies it; then this signs in.',
        );
      return state.isProven ? [] : [{ type: 'AccountProven', data: { ...command.data, generation } }];
    case 'DeleteAccount': {
      const eraseAfter = new Date(Date.parse(command.data.at) + ERASE_AFTER_DAYS * DAY_MS).toISOString();
      return [{ type: 'AccountDeleted', data: { ...command.data, generation, eraseAfter } }];
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
