import type {
  AccountDeleted,
  ConsentGiven,
  EmailVerified,
  UserRegistered,
} from '../../domain/identity/user.ts';
import type { Projection } from '../../domain/kernel/projection.ts';

/** Accounts, without anything that tells who they are. */
export type UserRow = Readonly<{
  user_id: string;
  email_key: string;
  registered_at: string;
  consent_given_at: string | null;
  email_verified_at: string | null;
  deleted_at: string | null;
}>;

type UserFact = UserRegistered | ConsentGiven | EmailVerified | AccountDeleted;

export const users: Projection<UserRow, UserFact> = {
  name: 'users',
  revision: 2,
  table: 'users',
  handles: ['UserRegistered', 'ConsentGiven', 'EmailVerified', 'AccountDeleted'],
  columns: {
    user_id: 'text',
    email_key: 'text',
    registered_at: 'timestamptz',
    consent_given_at: 'timestamptz?',
    email_verified_at: 'timestamptz?',
    deleted_at: 'timestamptz?',
  },
  key: 'user_id',
  keysOf: (event) => [event.data.userId],
  evolve(row, event, key) {
    const { at } = event.data;
    if (event.type === 'UserRegistered')
      return {
        user_id: key,
        email_key: event.data.emailKey,
        registered_at: at,
        consent_given_at: null,
        email_verified_at: null,
        deleted_at: null,
      };
    if (row === undefined) return undefined;
    if (event.type === 'ConsentGiven') return { ...row, consent_given_at: at };
    return event.type === 'EmailVerified' ? { ...row, email_verified_at: at } : { ...row, deleted_at: at };
  },
};
