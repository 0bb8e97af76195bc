import type { UserEvent } from '../../domain/identity/user.ts';
import type { Projection } from '../../domain/kernel/projection.ts';

/** Accounts, without anything that tells who they are. */
export type UserRow = Readonly<{
  user_id: string;
  email_key: string;
  registered_at: string;
  consent_given_at: string | null;
}>;

export const users: Projection<UserRow, UserEvent> = {
  name: 'users',
  revision: 1,
  table: 'users',
  handles: ['UserRegistered', 'ConsentGiven'],
  columns: {
    user_id: 'text',
    email_key: 'text',
    registered_at: 'timestamptz',
    consent_given_at: 'timestamptz?',
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
      };
    return row && { ...row, consent_given_at: at };
  },
};
