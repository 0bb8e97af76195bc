import type {
  AccountDeleted,
  ConsentGiven,
  EmailVerified,
  SubjectErased,
  UserRegistered,
} from '../../domain/identity/user.ts';
import { never } from '../../domain/kernel/never.ts';
import { ERASED } from '../../domain/kernel/personal.ts';
import type { Projection } from '../../domain/kernel/projection.ts';

/** Accounts, without anything that tells who they are. */
export type UserRow = Readonly<{
  user_id: string;
  email_key: string;
  registered_at: string;
  consent_given_at: string | null;
  email_verified_at: string | null;
  deleted_at: string | null;
  /** From when on what is left of the person is erased. */
  erase_after: string | null;
  erased_at: string | null;
}>;

type UserFact = UserRegistered | ConsentGiven | EmailVerified | AccountDeleted | SubjectErased;

export const users: Projection<UserRow, UserFact> = {
  name: 'users',
  revision: 3,
  table: 'users',
  handles: ['UserRegistered', 'ConsentGiven', 'EmailVerified', 'AccountDeleted', 'SubjectErased'],
  columns: {
    user_id: 'text',
    email_key: 'text',
    registered_at: 'timestamptz',
    consent_given_at: 'timestamptz?',
    email_verified_at: 'timestamptz?',
    deleted_at: 'timestamptz?',
    erase_after: 'timestamptz?',
    erased_at: 'timestamptz?',
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
        erase_after: null,
        erased_at: null,
      };
    if (row === undefined) return undefined;
    switch (event.type) {
      case 'ConsentGiven':
        return { ...row, consent_given_at: at };
      case 'EmailVerified':
        return { ...row, email_verified_at: at };
      case 'AccountDeleted':
        return { ...row, deleted_at: at, erase_after: event.data.eraseAfter };
      case 'SubjectErased':
        return { ...row, email_key: ERASED, erased_at: at };
      default:
        return never(event);
    }
  },
};
