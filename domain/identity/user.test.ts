import { deepStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import { specificationFor } from '../kernel/specification.ts';
import { emailClaim } from './email-claim.ts';
import { type UserEvent, user } from './user.ts';

const at = '2026-11-20T10:00:00.000Z';
const registered: UserEvent = { type: 'UserRegistered', data: { userId: 'u', emailKey: 'k', at } };
const consented: UserEvent = { type: 'ConsentGiven', data: { userId: 'u', at } };

describe('user', () => {
  const given = specificationFor(user, deepStrictEqual);
  const verified: UserEvent = { type: 'EmailVerified', data: { userId: 'u', at } };

  it('[ID-06] is vouched for by a provider only when the address was verified here too', () => {
    const prove = { type: 'ProveAccount', data: { userId: 'u', at } } as const;
    given(registered).when(prove).thenRejected('OAUTH_LINK_REQUIRED');
    const proven: UserEvent = { type: 'AccountProven', data: { userId: 'u', generation: 1, at } };
    given(registered, verified).when(prove).then(proven);
    given(registered, verified, proven).when(prove).thenNothing();
  });

  it('[ID-06] counts as proven by the mail of a reset, and not by a change that knew the old password', () => {
    const prove = { type: 'ProveAccount', data: { userId: 'u', at } } as const;
    const changed = (by: 'OWNER' | 'RESET'): UserEvent => ({
      type: 'PasswordChanged',
      data: { userId: 'u', generation: 1, by, at },
    });
    given(registered, verified, changed('RESET')).when(prove).thenNothing();
    given(registered, verified, changed('OWNER'))
      .when(prove)
      .then({ type: 'AccountProven', data: { userId: 'u', generation: 2, at } });
  });

  it('[ID-05] comes from a provider with a verified address, and proven', () => {
    const data = { userId: 'u', emailKey: 'k', at };
    given(registered).when({ type: 'RegisterVouched', data }).thenRejected('USER_ALREADY_REGISTERED');
    given()
      .when({ type: 'RegisterVouched', data })
      .then(registered, verified, { type: 'AccountProven', data: { userId: 'u', generation: 1, at } });
  });

  it('[ID-01] cannot be registered twice', () => {
    given(registered)
      .when({ type: 'RegisterUser', data: { userId: 'u', emailKey: 'k', at } })
      .thenRejected('USER_ALREADY_REGISTERED');
  });

  it('[ID-08] cannot consent to one half', () => {
    given(registered)
      .when({ type: 'GiveConsent', data: { userId: 'u', dataProcessing: true, zeroTraining: false, at } })
      .thenRejected('CONSENT_INCOMPLETE', { data_processing: true, zero_training: false });
  });

  it('[ID-08] cannot consent without an account', () => {
    given()
      .when({ type: 'GiveConsent', data: { userId: 'u', dataProcessing: true, zeroTraining: true, at } })
      .thenRejected('USER_NOT_FOUND');
  });

  it('[ID-08] consents once', () => {
    const consent = {
      type: 'GiveConsent',
      data: { userId: 'u', dataProcessing: true, zeroTraining: true, at },
    } as const;
    given(registered).when(consent).then(consented);
    given(registered, consented).when(consent).thenNothing();
  });

  it('[ID-12] once deleted, is as if it had never been there, and cannot be registered again', () => {
    const deleted: UserEvent = {
      type: 'AccountDeleted',
      data: { userId: 'u', generation: 1, eraseAfter: '2026-12-20T10:00:00.000Z', at },
    };
    given(registered)
      .when({ type: 'DeleteAccount', data: { userId: 'u', at } })
      .then(deleted);
    for (const type of ['DeleteAccount', 'RevokeSessions', 'VerifyEmail'] as const)
      given(registered, deleted)
        .when({ type, data: { userId: 'u', at } })
        .thenRejected('USER_NOT_FOUND');
    given(registered, deleted)
      .when({ type: 'RegisterUser', data: { userId: 'u', emailKey: 'k', at } })
      .thenRejected('USER_ALREADY_REGISTERED');
  });

  it('[ES-13] is erased once, whether it was deleted before or not, and never if there is none', () => {
    const erase = { type: 'EraseSubject', data: { userId: 'u', at } } as const;
    const deleted: UserEvent = {
      type: 'AccountDeleted',
      data: { userId: 'u', generation: 1, eraseAfter: at, at },
    };
    const erased: UserEvent = { type: 'SubjectErased', data: { userId: 'u', at } };
    given().when(erase).thenRejected('USER_NOT_FOUND');
    given(registered).when(erase).then(deleted, erased);
    given(registered, deleted).when(erase).then(erased);
    given(registered, deleted, erased).when(erase).thenNothing();
    given(registered, deleted, erased)
      .when({ type: 'DeleteAccount', data: { userId: 'u', at } })
      .thenRejected('USER_NOT_FOUND');
  });

  it('[ID-03] [ID-10] raises the generation with every change of the password and every revocation', () => {
    const changed: UserEvent = {
      type: 'PasswordChanged',
      data: { userId: 'u', generation: 1, by: 'RESET', at },
    };
    given(registered)
      .when({ type: 'ChangePassword', data: { userId: 'u', by: 'RESET', at } })
      .then(changed);
    given(registered, changed)
      .when({ type: 'RevokeSessions', data: { userId: 'u', at } })
      .then({ type: 'SessionsRevoked', data: { userId: 'u', generation: 2, at } });
  });

  it('[ID-01] verifies an address once', () => {
    const verified: UserEvent = { type: 'EmailVerified', data: { userId: 'u', at } };
    const verify = { type: 'VerifyEmail', data: { userId: 'u', at } } as const;
    given().when(verify).thenRejected('USER_NOT_FOUND');
    given(registered).when(verify).then(verified);
    given(registered, verified).when(verify).thenNothing();
  });

  it('[ID-01] registers', () => {
    given()
      .when({ type: 'RegisterUser', data: { userId: 'u', emailKey: 'k', at } })
      .then(registered);
  });
});

describe('e-mail claim', () => {
  const given = specificationFor(emailClaim, deepStrictEqual);
  const data = { emailKey: 'k', userId: 'u', at };

  it('[ID-01] is refused when held, without saying why', () => {
    given({ type: 'EmailClaimed', data })
      .when({ type: 'ClaimEmail', data: { ...data, userId: 'v' } })
      .thenRejected('REGISTRATION_REFUSED', {});
  });

  it('[ID-01] is granted once', () => {
    given().when({ type: 'ClaimEmail', data }).then({ type: 'EmailClaimed', data });
  });
});
