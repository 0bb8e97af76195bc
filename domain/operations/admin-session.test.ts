import { deepStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import { specificationFor } from '../kernel/specification.ts';
import { type AdminSessionEvent, adminSession } from './admin-session.ts';

const data = { sessionId: 's', adminId: 'ada', at: '2026-11-21T10:00:00.000Z' };
const signedIn: AdminSessionEvent = { type: 'AdminSignedIn', data: { ...data, generation: 0 } };
const signedOut: AdminSessionEvent = { type: 'AdminSignedOut', data };
const given = specificationFor(adminSession, deepStrictEqual);

describe('the session of an operator', () => {
  it('[OPS-01] ends once, and not when it never began', () => {
    const end = { type: 'SignOutAdmin', data } as const;
    given().when(end).thenRejected('SESSION_NOT_FOUND');
    given(signedIn).when(end).then(signedOut);
    given(signedIn, signedOut).when(end).thenNothing();
  });
});
