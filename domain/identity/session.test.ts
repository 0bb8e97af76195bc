import { deepStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import { specificationFor } from '../kernel/specification.ts';
import { type SessionEvent, session } from './session.ts';

const at = '2026-11-21T10:00:00.000Z';
const ids = { sessionId: 's', userId: 'u' };
const opened: SessionEvent = { type: 'SessionOpened', data: { ...ids, generation: 2, at } };
const ended: SessionEvent = { type: 'SessionEnded', data: { ...ids, reason: 'LOGOUT', at } };

describe('session', () => {
  const given = specificationFor(session, deepStrictEqual);
  const end = (userId: string) =>
    ({ type: 'EndSession', data: { ...ids, userId, reason: 'LOGOUT', at } }) as const;

  it('[ID-10] of another person, or none, does not exist', () => {
    given(opened).when(end('v')).thenRejected('SESSION_NOT_FOUND');
    given().when(end('u')).thenRejected('SESSION_NOT_FOUND');
  });

  it('[ID-03] cannot be opened twice, nor again after its end', () => {
    const open = { type: 'OpenSession', data: { ...ids, generation: 2, at } } as const;
    given(opened).when(open).thenRejected('SESSION_ALREADY_OPEN');
    given(opened, ended).when(open).thenRejected('SESSION_ALREADY_OPEN');
    given().when(open).then(opened);
  });

  it('[ID-10] ends once', () => {
    given(opened).when(end('u')).then(ended);
    given(opened, ended).when(end('u')).thenNothing();
  });
});
