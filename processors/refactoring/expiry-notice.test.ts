import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { history } from '../../domain/kernel/history.ts';
import { processManagerSpecification } from '../../domain/kernel/process-manager.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import { ask } from '../../domain/refactoring/job/testing/ask.ts';
import * as at from '../../domain/refactoring/job/testing/journey.ts';
import { artifact, base, JOB, outcomes } from '../../domain/refactoring/job/testing/samples.ts';
import { type ExpiryEvent, expiryNotice } from './expiry-notice.ts';
import { sendExpiryNoticeReactor } from './send-expiry-notice.reactor.ts';
import { does, why } from './testing/process-log.ts';

const handled: ReadonlySet<string> = new Set(expiryNotice.handles);
const isHandled = (event: JobEvent): event is ExpiryEvent => handled.has(event.type);

/** given: the journey up to its newest event of this type; when: that one. */
const newest = (type: ExpiryEvent['type'], { events }: at.Journey) => {
  const log = history(`job-${JOB}`, events.filter(isHandled).map(withOwnExpiry));
  const index = log.findLastIndex((event) => event.type === type);
  const event = log[index];
  if (event === undefined) throw new Error(`no ${type} in the journey`);
  return processManagerSpecification(expiryNotice, deepStrictEqual)(...log.slice(0, index)).when(event);
};

/** Artifacts of the journeys end together: these do not. */
const ENDS = {
  sources: '2026-12-04T10:00:00.000Z',
  patch: '2026-12-05T10:00:00.000Z',
  delivery: '2026-12-06T10:00:00.000Z',
};
const withOwnExpiry = (event: ExpiryEvent): ExpiryEvent => {
  switch (event.type) {
    case 'ContextAttached':
      return {
        ...event,
        data: { ...event.data, context: { ...event.data.context, expiresAt: ENDS.sources } },
      };
    case 'RecoveryCompleted': {
      const { partialPatch } = event.data;
      return {
        ...event,
        data: { ...event.data, partialPatch: partialPatch && { ...partialPatch, expiresAt: ENDS.patch } },
      };
    }
    case 'TestsPassed':
      return {
        ...event,
        data: { ...event.data, delivery: { ...event.data.delivery, expiresAt: ENDS.delivery } },
      };
    default:
      return event;
  }
};

const requested = at.pending().events.find((event) => event.type === 'JobRequested');
const notice = (expiresAt: string, due: string) => ({
  kind: 'effect' as const,
  key: 'notice',
  due,
  effect: {
    type: 'SendExpiryNotice' as const,
    data: {
      jobId: JOB,
      ownerId: requested?.data.ownerId ?? '',
      title: requested?.data.title ?? '',
      expiresAt,
    },
  },
});
const taken = { kind: 'cancelEffect', key: 'notice' } as const;

describe('the notice of an expiry', () => {
  it('[DEL-05] is due 48 hours before the newest of what the person may want is deleted', () => {
    newest('ContextAttached', at.analysing()).then(notice(ENDS.sources, '2026-12-02T10:00:00.000Z'));
    const partialPatch = artifact('PARTIAL_PATCH');
    const recovered = does(at.recovering(), {
      type: 'CompleteRecovery',
      data: { ...base, partialPatch, restored: true },
    });
    newest('RecoveryCompleted', recovered).then(notice(ENDS.patch, '2026-12-03T10:00:00.000Z'));
    newest('RecoveryCompleted', at.fallback()).then(notice(ENDS.sources, '2026-12-02T10:00:00.000Z'));
    newest('TestsPassed', at.delivered()).then(notice(ENDS.delivery, '2026-12-04T10:00:00.000Z'));
  });

  it('[DEL-05] is taken back when the result is in the project, asked for anew when it is taken out', () => {
    const journey = at.applied();
    newest('DeliveryApplied', journey).then(taken);
    journey.does({ type: 'RevertDelivery', data: { ...why, executionId: 'e-revert' } });
    journey.claimAndReport('e-revert', outcomes.reverted);
    newest('DeliveryReverted', journey).then(notice(ENDS.delivery, '2026-12-04T10:00:00.000Z'));
  });

  it('[DEL-05] is taken back when the job ends without a result', () => {
    newest('JobCancelled', does(at.analysing(), { type: 'CancelJob', data: why })).then(taken);
    newest('JobAbandoned', does(at.fallback(), { type: 'AbandonJob', data: why })).then(taken);
    newest('JobRefused', does(at.analysing(), ask.refuse())).then(taken);
  });

  it('[DEL-05] says which job and when, to its owner, and nothing once it is too late', async () => {
    const sent: unknown[] = [];
    const mails = {
      send: async (userId: string, mail: Readonly<{ text: string }>) => {
        sent.push([userId, mail.text]);
      },
    };
    const reactorAt = (now: string) => sendExpiryNoticeReactor(mails, () => new Date(now));
    const data = { jobId: JOB, ownerId: 'ada', title: 'Shop', expiresAt: '2026-12-04T10:00:00.000Z' };
    const context = {
      signal: new AbortController().signal,
      idempotencyKey: 'k',
      attempt: 1,
      cause: { messageId: 'm', correlationId: 'c', position: 1n },
    };
    const effect = { type: 'SendExpiryNotice' as const, data };
    expect(await reactorAt('2026-12-04T10:00:00.000Z').run(effect, context)).toEqual([]);
    expect(sent).toEqual([]);
    expect(await reactorAt('2026-12-04T09:59:59.000Z').run(effect, context)).toEqual([]);
    expect(sent).toEqual([
      ['ada', expect.stringContaining(`"Shop" (${JOB}) is deleted for good on 2026-12-04 10:00 UTC`)],
    ]);
  });
});
