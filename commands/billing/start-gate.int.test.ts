import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AccountEvent } from '../../domain/billing/account/events.ts';
import { availableOf, heldOf } from '../../domain/billing/account/state.ts';
import { accountStream } from '../../domain/billing/account.ts';
import { credits } from '../../domain/billing/credits.ts';
import { account } from '../../domain/billing/testing/seeded-account.ts';
import { type UserEvent, userStream } from '../../domain/identity/user.ts';
import { fold } from '../../domain/kernel/decider.ts';
import type { Event, MessageContext } from '../../domain/kernel/message.ts';
import { isRejection } from '../../domain/kernel/rejection.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import { jobStream } from '../../domain/refactoring/job/job.ts';
import { artifact } from '../../domain/refactoring/job/testing/samples.ts';
import { canonicalHash } from '../../infra/commands/canonical-hash.ts';
import {
  openPostgresEventLog,
  type PostgresEventLog,
} from '../../infra/event-store/postgres/postgres-event-log.ts';
import { startTestApi, type TestApi } from '../../infra/http/testing/api.ts';
import { createPool } from '../../infra/postgres/pool.ts';
import { execute } from '../kernel/execute.ts';
import { startJob } from '../refactoring/start-job.ts';
import { accountCommands } from './account-commands.ts';

const AT = '2026-11-20T10:00:00.000Z';

const context = (): MessageContext => {
  const id = randomUUID();
  return { commandId: id, correlationId: id, causationId: id, actor: { type: 'system', id: 'test' } };
};

describe('the gate of a start', () => {
  let api: TestApi;
  /** Stores with connections of their own, as processes beside each other have them. */
  let stores: readonly PostgresEventLog[];
  let close: () => Promise<void>;
  beforeAll(async () => {
    api = await startTestApi();
    const url = api.pool.options.connectionString ?? '';
    const pools = Array.from({ length: 4 }, () => createPool({ connectionString: url, max: 4 }));
    const logs = pools.map((pool) => openPostgresEventLog({ pool }));
    stores = logs;
    close = async () => {
      await Promise.all(logs.map((log) => log.close()));
      await Promise.all(pools.map((pool) => pool.end()));
      await api.close();
    };
  });
  afterAll(() => close());

  const store = (n: number): PostgresEventLog => stores[n % stores.length] ?? api.log;

  /** A person with `jobs` jobs that could start, and this past. */
  const person = async (jobs: number, past: (userId: string) => readonly AccountEvent[]) => {
    const userId = randomUUID();
    const jobIds = Array.from({ length: jobs }, () => randomUUID());
    const ready = (jobId: string): JobEvent[] => [
      {
        type: 'JobRequested',
        data: {
          jobId,
          ownerId: userId,
          goal: 'JAVASCRIPT_TO_TYPESCRIPT',
          goalText: '',
          targets: [],
          mode: 'SIMPLE',
          title: '',
          at: AT,
        },
      },
      {
        type: 'ContextAttached',
        data: { jobId, context: artifact('CONTEXT'), files: 1, bytes: 10, baseManifest: null, at: AT },
      },
    ];
    const consenting: UserEvent[] = [
      { type: 'UserRegistered', data: { userId, emailKey: userId, at: AT } },
      { type: 'ConsentGiven', data: { userId, at: AT } },
    ];
    const appended = (streamName: string, events: readonly Event[]) => ({
      streamName,
      events,
      expectedStreamVersion: 'STREAM_DOES_NOT_EXIST' as const,
    });
    await api.log.append(
      [
        ...jobIds.map((jobId) => appended(jobStream(jobId), ready(jobId))),
        appended(userStream(userId), consenting),
        appended(accountStream(userId), past(userId)),
      ].filter(({ events }) => events.length > 0),
      { context: context() },
    );
    return { userId, jobIds };
  };

  const start = (jobId: string, n: number, key?: string) =>
    execute(
      startJob,
      {
        type: 'StartJob',
        data: {
          jobId,
          preflight: { vcs: 'GIT', headCommit: 'abc', dirtyPaths: [], choice: 'CLEAN' },
          fastTrack: false,
          preAuthorised: [],
          at: AT,
        },
      },
      store(n),
      api.services,
      {
        context: context(),
        ...(key === undefined ? {} : { idempotency: { key, bodyHash: canonicalHash({ jobId }) } }),
      },
    );

  const outcomeOf = async (started: Promise<unknown>) => {
    try {
      await started;
      return 'STARTED';
    } catch (error) {
      if (isRejection(error)) return error;
      throw error;
    }
  };

  const slotsTaken = (userId: string, taken: number): AccountEvent[] =>
    Array.from({ length: taken }, (_, n) => ({
      type: 'JobSlotClaimed',
      data: { userId, jobId: `old-${n}`, day: '2026-11-20', tier: 'FREE', used: n + 1, limit: 3, at: AT },
    }));

  /** PLUS, this month used up but for what a top-up brought. */
  const onlyCredits = (userId: string, whole: number): AccountEvent[] => [
    { type: 'TierAssigned', data: { userId, tier: 'PLUS', reason: 'bought', at: AT } },
    ...account
      .decide(
        { type: 'RefreshAccount', data: { userId, at: AT } },
        { ...account.initialState(), tier: 'PLUS' },
      )
      .flatMap((event): AccountEvent[] =>
        event.type === 'CreditsGranted'
          ? [
              event,
              {
                type: 'CreditsExpired',
                data: { userId, lotId: event.data.lotId, microCredits: event.data.microCredits, at: AT },
              },
            ]
          : [],
      ),
    {
      type: 'CreditsGranted',
      data: {
        userId,
        lotId: 'bought',
        source: 'TOP_UP',
        microCredits: credits(whole),
        expiresAt: null,
        period: null,
        reference: 'p',
        at: AT,
      },
    },
  ];

  const stateOf = async (userId: string) => {
    const { events } = await api.log.read<AccountEvent>(accountStream(userId), { maxCount: 1_000 });
    return { events, state: fold(account, events) };
  };

  it('[BIL-03] [BIL-04] of two starts for the last slot exactly one wins, 200 times', async () => {
    for (let round = 0; round < 200; round += 1) {
      const { userId, jobIds } = await person(2, (id) => slotsTaken(id, 2));
      const outcomes = await Promise.all(jobIds.map((jobId, n) => outcomeOf(start(jobId, round + n))));
      const denied = outcomes.filter((outcome) => outcome !== 'STARTED');
      expect(denied).toHaveLength(1);
      expect(denied[0]).toMatchObject({
        code: 'DAILY_JOB_LIMIT',
        data: { tier: 'FREE', limit: 3, used: 3, upgrade_to: 'PLUS' },
      });
      const { state, events } = await stateOf(userId);
      expect(state.jobs).toHaveLength(3);
      expect(events.some(({ type }) => type === 'HoldTaken')).toBe(false);
    }
  }, 240_000);

  it('[BIL-03] [BIL-04] [SEC-03] of five starts for the last credits exactly one wins, and nothing goes below zero', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { userId, jobIds } = await person(5, (id) => onlyCredits(id, 19));
      const outcomes = await Promise.all(jobIds.map((jobId, n) => outcomeOf(start(jobId, n))));
      const denied = outcomes.filter((outcome) => outcome !== 'STARTED');
      expect(denied).toHaveLength(4);
      for (const rejection of denied)
        expect(rejection).toMatchObject({
          code: 'CREDITS_EXHAUSTED',
          data: { tier: 'PLUS', limit: 1_500, used: 1_491, upgrade_to: 'PRO' },
        });
      const { state } = await stateOf(userId);
      expect([availableOf(state), heldOf(state)]).toEqual([credits(9), credits(10)]);
      const started = await Promise.all(
        jobIds.map(async (jobId) => (await api.log.read(jobStream(jobId))).events.length),
      );
      expect(started.toSorted()).toEqual([2, 2, 2, 2, 3]);
    }
  }, 120_000);

  it('[BIL-04] a hundred requests with one idempotency key have one effect and one answer', async () => {
    const { userId, jobIds } = await person(1, (id) => onlyCredits(id, 100));
    const [jobId = ''] = jobIds;
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => start(jobId, n, key)));
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    for (const { answer } of answers) expect(answer).toEqual({ job_id: jobId, status: 'ANALYZING' });
    const { state, events } = await stateOf(userId);
    expect(events.filter(({ type }) => type === 'HoldTaken')).toHaveLength(1);
    expect(events.filter(({ type }) => type === 'JobSlotClaimed')).toHaveLength(1);
    expect(heldOf(state)).toBe(credits(10));
    const job = await api.log.read<JobEvent>(jobStream(jobId));
    expect(job.events.at(-1)).toMatchObject({ type: 'JobStarted', data: { hold: credits(10) } });
  }, 60_000);

  it('[BIL-04] a hold that many settle at once is posted once', async () => {
    const { userId, jobIds } = await person(1, (id) => onlyCredits(id, 100));
    const [jobId = ''] = jobIds;
    await start(jobId, 0);
    const file = accountCommands.SettleHold;
    const data = {
      userId,
      holdId: jobId,
      jobId,
      microCredits: credits(4),
      chargeClass: 'SUCCESS',
      at: AT,
    } as const;
    const command = { type: 'SettleHold', data } as const;
    const idempotency = { key: file.naturalKey?.(command) ?? '', bodyHash: canonicalHash(data) };
    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        execute(file, command, store(n), api.services, { context: context(), idempotency }),
      ),
    );
    const { state, events } = await stateOf(userId);
    expect(events.filter(({ type }) => type === 'HoldPosted')).toHaveLength(1);
    expect(events.filter(({ type }) => type === 'ChargeWaived')).toHaveLength(0);
    expect([availableOf(state), heldOf(state)]).toEqual([credits(96), 0]);
  }, 60_000);

  it('[BIL-04] reads the account once, and of a long one its snapshot and what came since', async () => {
    const long = (userId: string): AccountEvent[] => [
      ...onlyCredits(userId, 100),
      ...Array.from({ length: 900 }, (_, n): AccountEvent => {
        const job = `long-ago-${n}`;
        const waived = { userId, holdId: job, jobId: job, microCredits: 1, at: AT };
        return { type: 'ChargeWaived', data: { ...waived, reason: 'NO_HOLD' } };
      }),
    ];
    const { userId, jobIds } = await person(3, long);
    const counts: number[][] = [];
    for (const [n, jobId] of jobIds.entries()) {
      const reads = vi.spyOn(api.log, 'read');
      await start(jobId, n);
      const ofAccount = reads.mock.results.filter(
        (_, call) => reads.mock.calls[call]?.[0] === accountStream(userId),
      );
      counts.push(await Promise.all(ofAccount.map(async ({ value }) => (await value).events.length)));
      reads.mockRestore();
    }
    expect(counts).toEqual([
      [128, 776],
      [128, 3],
      [128, 5],
    ]);
    expect((await stateOf(userId)).state.jobs).toHaveLength(3);
  });

  it('[BIL-02] a running job keeps the terms of its start; a new tier counts from the next job', async () => {
    const { userId, jobIds } = await person(2, () => []);
    const [first = '', second = ''] = jobIds;
    await start(first, 0);
    await execute(
      accountCommands.AssignTier,
      { type: 'AssignTier', data: { userId, tier: 'MAX', reason: 'bought', at: AT } },
      store(1),
      api.services,
      { context: context() },
    );
    await start(second, 1);
    const tierOf = async (jobId: string) => {
      const { events } = await api.log.read<JobEvent>(jobStream(jobId));
      return events.flatMap((event) => (event.type === 'JobStarted' ? [event.data.entitlement.tier] : []));
    };
    expect([await tierOf(first), await tierOf(second)]).toEqual([['FREE'], ['MAX']]);
  });
});
