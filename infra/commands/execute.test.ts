import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AnyCommandFile, Decided } from '../../commands/kernel/command.ts';
import { execute } from '../../commands/kernel/execute.ts';
import { type EventLog, VersionConflict } from '../../domain/kernel/event-store.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { openMemoryEventLog } from '../event-store/memory/memory-event-log.ts';

const context = {
  commandId: randomUUID(),
  correlationId: randomUUID(),
  causationId: randomUUID(),
  actor: { type: 'user', id: 'u' },
} as const;
const command = { type: 'Add', data: {} };
const added = { type: 'Added', data: {} };

const file = (decide: (tries: number, store: EventLog) => Promise<Decided>, store: EventLog) => {
  let tries = 0;
  const made: AnyCommandFile<null> = {
    type: 'Add',
    access: 'USER',
    route: null,
    decide: () => {
      tries += 1;
      return decide(tries, store);
    },
  };
  return { run: (key?: string) => run(made, store, key), tries: () => tries };
};

const run = (made: AnyCommandFile<null>, store: EventLog, key?: string) =>
  execute(made, command, store, null, {
    context,
    ...(key === undefined ? {} : { idempotency: { key, bodyHash: 'a'.repeat(64) } }),
  });

const appendAt = (version: bigint, answer = {}): Decided => ({
  appends: [{ streamName: 's', events: [added], expectedStreamVersion: version }],
  answer,
});

afterEach(() => vi.useRealTimers());

describe('executing a command', () => {
  it('[ES-01] lets twenty at once through on a machine where a try takes as long as a wait', async () => {
    vi.useFakeTimers();
    const store = openMemoryEventLog();
    const slowly = async (): Promise<Decided> => {
      const { currentStreamVersion: version } = await store.read('s');
      await new Promise((resolve) => setTimeout(resolve, 100));
      return appendAt(version);
    };
    const all = Promise.all(Array.from({ length: 20 }, () => file(slowly, store).run()));
    const [answers] = await Promise.all([all, vi.runAllTimersAsync()]);
    expect(answers).toHaveLength(20);
    expect((await store.read('s')).currentStreamVersion).toBe(20n);
  });

  it('[ES-01] gives up a race that it loses again and again', async () => {
    const { run: go, tries } = file(async () => appendAt(7n), openMemoryEventLog());
    await expect(go()).rejects.toBeInstanceOf(VersionConflict);
    expect(tries()).toBe(12);
  });

  it('[ES-01] decides anew after a lost race', async () => {
    const store = openMemoryEventLog();
    const { run: go, tries } = file(async (n) => appendAt(n === 1 ? 7n : 0n, { n }), store);
    expect(await go()).toEqual({ answer: { n: 2 }, replayed: false });
    expect(tries()).toBe(2);
  });

  it('does not retry a broken rule', async () => {
    const { run: go, tries } = file(async () => {
      throw new Rejection('NO', 'no');
    }, openMemoryEventLog());
    await expect(go()).rejects.toMatchObject({ code: 'NO' });
    expect(tries()).toBe(1);
  });

  it('[ES-03] gives the first answer to a twin that was overtaken and would now break a rule', async () => {
    const store = openMemoryEventLog();
    const key = randomUUID();
    const first = file(async () => appendAt(0n, { first: true }), store);
    const twin = file(async () => {
      // The other one appends between our look for the key and our decision.
      await first.run(key);
      throw new Rejection('ALREADY_DONE', 'done');
    }, store);
    expect(await twin.run(key)).toEqual({ answer: { first: true }, replayed: true });
    expect((await store.read('s')).events).toHaveLength(1);
  });

  it('[ES-03] appends nothing for what changes nothing, and keeps the answer to its key', async () => {
    const store = openMemoryEventLog();
    const { run: go, tries } = file(
      async (n) => ({
        appends: [{ streamName: 's', events: [], expectedStreamVersion: 0n }],
        answer: { n },
      }),
      store,
    );
    expect(await go(randomUUID())).toEqual({ answer: { n: 1 }, replayed: false });
    const key = randomUUID();
    expect(await go(key)).toEqual({ answer: { n: 2 }, replayed: false });
    expect(await go(key)).toEqual({ answer: { n: 2 }, replayed: true });
    expect(tries()).toBe(2);
    expect(await go()).toEqual({ answer: { n: 3 }, replayed: false });
    expect(await store.head()).toBe(0n);
  });
});
