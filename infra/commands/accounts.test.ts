import { randomUUID } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { startJob } from '../../commands/refactoring/start-job.ts';
import type { AccountEvent } from '../../domain/billing/account/events.ts';
import { accountStream } from '../../domain/billing/account.ts';
import { credits } from '../../domain/billing/credits.ts';
import { PRICE_LISTS_STREAM, type PricesPublished } from '../../domain/billing/price-lists.ts';
import { userStream } from '../../domain/identity/user.ts';
import type { Event } from '../../domain/kernel/message.ts';
import { RECIPES_ONLY, type RouteTable } from '../../domain/operations/routes.ts';
import { jobStream } from '../../domain/refactoring/job/job.ts';
import { pending } from '../../domain/refactoring/job/testing/journey.ts';
import { base, clean } from '../../domain/refactoring/job/testing/samples.ts';
import { openMemoryEventLog } from '../event-store/memory/memory-event-log.ts';
import { type LiveRules, liveRules } from '../operations/operating-rules.ts';
import { accounts } from './accounts.ts';

const AT = '2026-11-20T10:00:00.000Z';
const userId = 'u';
/** 200,000 tokens; 2.2 times as many are read at all. */
const BYTES = 800_000;
const input = (micro: number) => ({ input: micro, cached: 1, output: 9_000_000 });
const MODELS = { small: input(100_000), middle: input(200_000), large: input(400_000) };
const route = (...models: readonly string[]) => models.map((model) => ({ gateway: 'openai', model }));
const MODEL_ROUTES: RouteTable = {
  ...RECIPES_ONLY,
  L1: route('small'),
  L2: [...route('small', 'middle'), ...RECIPES_ONLY.L2],
  L3: route('large'),
};

type Start = Readonly<{
  tier?: 'FREE' | 'PLUS' | 'MAX';
  routes?: RouteTable;
  models?: PricesPublished['data']['models'];
  preAuthorised?: readonly ('L2' | 'L3')[];
  bytes?: number;
}>;

const opened = async ({ tier = 'PLUS', models }: Start) => {
  const log = openMemoryEventLog();
  const write = (streamName: string, events: readonly Event[]) => {
    const commandId = randomUUID();
    const context = {
      commandId,
      correlationId: commandId,
      causationId: commandId,
      actor: { type: 'system', id: 'test' } as const,
    };
    return log.append([{ streamName, events, expectedStreamVersion: 'STREAM_DOES_NOT_EXIST' }], { context });
  };
  const assigned: AccountEvent = { type: 'TierAssigned', data: { userId, tier, reason: 'bought', at: AT } };
  await write(accountStream(userId), [assigned]);
  if (models !== undefined)
    await write(PRICE_LISTS_STREAM, [
      { type: 'PricesPublished', data: { version: 'v1', effectiveFrom: AT, models, at: AT } },
    ]);
  return { log, write };
};

const routed = (log: ReturnType<typeof openMemoryEventLog>, routes: RouteTable): LiveRules => ({
  ...liveRules(log),
  routes: async () => routes,
});

/** What a start holds, in micro-credits, and the streams that it read. */
const start = async ({ routes = MODEL_ROUTES, preAuthorised = [], bytes = BYTES, ...rest }: Start) => {
  const { log } = await opened(rest);
  const read = vi.spyOn(log, 'read');
  const { claim } = await accounts(log, routed(log, routes)).offerJobSlot(userId, preAuthorised, AT);
  return { hold: claim('j', bytes).hold, read: read.mock.calls.map(([streamName]) => streamName) };
};

const holdOf = async (asked: Start) => (await start(asked)).hold;

describe('the hold of a start', () => {
  it('[BIL-04] is the least where nothing that the job may come to has a price', async () => {
    const least = credits(10);
    expect(await holdOf({})).toBe(least);
    expect(await holdOf({ models: { other: input(1_000_000) } })).toBe(least);
    expect(await holdOf({ models: MODELS, bytes: 0 })).toBe(least);
    expect(await holdOf({ models: MODELS, tier: 'FREE' })).toBe(0);
    const recipes = await start({ models: { ...MODELS, recipes: input(1_000_000) }, routes: RECIPES_ONLY });
    expect(recipes.hold).toBe(least);
    expect(recipes.read).not.toContain(PRICE_LISTS_STREAM);
  });

  it('[BIL-04] follows the dearest model that the job may come to unasked', async () => {
    expect(await holdOf({ models: { small: MODELS.small } })).toBe(credits(44));
    expect(await holdOf({ models: MODELS })).toBe(credits(88));
    // The tier has L3, and every use of it is asked for, unless it was allowed beforehand.
    expect(await holdOf({ models: MODELS, tier: 'MAX' })).toBe(credits(88));
    expect(await holdOf({ models: MODELS, tier: 'MAX', preAuthorised: ['L2', 'L3'] })).toBe(credits(176));
    expect(await holdOf({ models: MODELS, preAuthorised: ['L3'] })).toBe(credits(88));
  });

  it('[BIL-04] [JOB-07] is for the models, too, that the person allows as the job starts', async () => {
    const held = async (preAuthorised: readonly ('L2' | 'L3')[]) => {
      const { log, write } = await opened({ tier: 'MAX', models: MODELS });
      const of = { userId, at: AT };
      await write(userStream(userId), [
        { type: 'UserRegistered', data: { ...of, emailKey: 'k' } },
        { type: 'ConsentGiven', data: of },
      ]);
      const events = pending().events.map((event) => {
        if (event.type === 'JobRequested') return { ...event, data: { ...event.data, ownerId: userId } };
        if (event.type !== 'ContextAttached') return event;
        return { ...event, data: { ...event.data, context: { ...event.data.context, size: BYTES } } };
      });
      await write(jobStream(base.jobId), events);
      const rules = routed(log, MODEL_ROUTES);
      const { appends } = await startJob.decide(
        { type: 'StartJob', data: { ...base, preflight: clean, fastTrack: false, preAuthorised } },
        { store: log, services: { accounts: accounts(log, rules), rules } },
      );
      const [started] = appends.flatMap((append) => append.events);
      return started?.data['hold'];
    };
    expect([await held([]), await held(['L3'])]).toEqual([credits(88), credits(176)]);
  });
});
