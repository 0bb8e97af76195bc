import { deepStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import type { SessionEvent } from '../../domain/identity/session.ts';
import { history } from '../../domain/kernel/history.ts';
import { projectionSpecification } from '../../domain/kernel/projection.ts';
import { sessions } from './sessions.ts';

const at = '2026-11-21T10:00:00.000Z';
const ids = { sessionId: 's', userId: 'u' };
const opened: SessionEvent = { type: 'SessionOpened', data: { ...ids, generation: 1, at } };
const ended: SessionEvent = { type: 'SessionEnded', data: { ...ids, reason: 'LOGOUT', at } };

describe('sessions', () => {
  const given = projectionSpecification(sessions, deepStrictEqual);
  const row = { session_id: 's', user_id: 'u', generation: 1, opened_at: at, ended_at: null };

  it('[ID-10] have no row for an end without a beginning', () => {
    given(...history('session-s', [ended])).then([]);
  });

  it('[ID-10] show when they began and ended', () => {
    given(...history('session-s', [opened])).then([row]);
    given(...history('session-s', [opened, ended])).then([{ ...row, ended_at: at }]);
  });
});
