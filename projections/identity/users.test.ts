import { deepStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import type { UserEvent } from '../../domain/identity/user.ts';
import { history } from '../../domain/kernel/history.ts';
import { projectionSpecification } from '../../domain/kernel/projection.ts';
import { users } from './users.ts';

const at = '2026-11-20T10:00:00.000Z';
const registered: UserEvent = { type: 'UserRegistered', data: { userId: 'u', emailKey: 'k', at } };
const consented: UserEvent = { type: 'ConsentGiven', data: { userId: 'u', at } };

describe('users', () => {
  const given = projectionSpecification(users, deepStrictEqual);

  it('[ID-08] has no row for consent without an account', () => {
    given(...history('user-u', [consented])).then([]);
  });

  it('[ID-08] shows when consent was given', () => {
    const row = {
      user_id: 'u',
      email_key: 'k',
      registered_at: at,
      consent_given_at: null,
      email_verified_at: null,
      deleted_at: null,
      erase_after: null,
      erased_at: null,
    };
    given(...history('user-u', [registered])).then([row]);
    given(...history('user-u', [registered, consented])).then([{ ...row, consent_given_at: at }]);
  });

  it('[ID-01] [ID-12] shows when the address was verified and the account deleted', () => {
    const verified: UserEvent = { type: 'EmailVerified', data: { userId: 'u', at } };
    const deleted: UserEvent = {
      type: 'AccountDeleted',
      data: { userId: 'u', generation: 1, eraseAfter: at, at },
    };
    given(...history('user-u', [registered, verified, deleted])).then([
      {
        user_id: 'u',
        email_key: 'k',
        registered_at: at,
        consent_given_at: null,
        email_verified_at: at,
        deleted_at: at,
        erase_after: at,
        erased_at: null,
      },
    ]);
  });

  it('[ES-13] keeps of an erased person that there was somebody', () => {
    const deleted: UserEvent = {
      type: 'AccountDeleted',
      data: { userId: 'u', generation: 1, eraseAfter: at, at },
    };
    const erased: UserEvent = { type: 'SubjectErased', data: { userId: 'u', at } };
    given(...history('user-u', [registered, deleted, erased])).then([
      {
        user_id: 'u',
        email_key: '[erased]',
        registered_at: at,
        consent_given_at: null,
        email_verified_at: null,
        deleted_at: at,
        erase_after: at,
        erased_at: at,
      },
    ]);
  });
});
