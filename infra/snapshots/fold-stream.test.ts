import { deepStrictEqual } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AccountCommand } from '../../domain/billing/account/commands.ts';
import type { AccountEvent } from '../../domain/billing/account/events.ts';
import { accountStream } from '../../domain/billing/account.ts';
import { credits } from '../../domain/billing/credits.ts';
import { account } from '../../domain/billing/testing/seeded-account.ts';
import { fold } from '../../domain/kernel/decider.ts';
import type { Snapshot, SnapshotStore } from '../../domain/kernel/event-store.ts';
import { foldStream, SHORT } from '../../domain/kernel/fold-stream.ts';
import { openMemoryEventLog } from '../event-store/memory/memory-event-log.ts';

const userId = 'u';
const streamName = accountStream(userId);
const AT = Date.parse('2026-11-20T00:00:00.000Z');
const HOUR = 3_600_000;

/** Two jobs a day: tier, slots, holds, charges, expired holds, months that end, and corrections. */
const commands = (jobs: number): readonly AccountCommand[] =>
  Array.from({ length: jobs }, (_, n): AccountCommand[] => {
    const at = new Date(AT + n * 12 * HOUR).toISOString();
    const jobId = `j${n}`;
    const end = { userId, jobId, holdId: jobId, at } as const;
    return [
      ...(n === 0 ? [{ type: 'AssignTier', data: { userId, tier: 'PRO', reason: 'r', at } } as const] : []),
      { type: 'ClaimJobSlot', data: { userId, jobId, estimate: credits(10 + (n % 30)), at } },
      ...(n % 7 === 3
        ? []
        : [
            {
              type: 'SettleHold',
              data: { ...end, microCredits: credits(n % 40), chargeClass: 'SUCCESS' },
            } as const,
          ]),
      ...(n % 11 === 5 && n % 40 > 0 && n % 7 !== 3
        ? [
            {
              type: 'ReverseCharge',
              data: { userId, holdId: jobId, correctionId: 'c', microCredits: 1, reason: 'r', at },
            } as const,
          ]
        : []),
    ];
  }).flat();

const world = () => {
  const log = openMemoryEventLog();
  const kept = new Map<string, Snapshot & { form: string }>();
  const snapshots: SnapshotStore = {
    find: async (name, form) => {
      const found = kept.get(name);
      return found?.form === form ? found : null;
    },
    keep: async (name, form, { state, ...rest }) =>
      void kept.set(name, { ...rest, form, state: JSON.parse(JSON.stringify(state)) }),
  };
  let eventsRead = 0;
  const read: typeof log.read = async (name, range) => {
    const found = await log.read<AccountEvent>(name, range);
    eventsRead += found.events.length;
    return found as never;
  };
  const append = async (events: readonly AccountEvent[]): Promise<void> => {
    const id = randomUUID();
    const actor = { type: 'system', id: 'test' } as const;
    await log.append([{ streamName, events, expectedStreamVersion: 'NO_CONCURRENCY_CHECK' }], {
      context: { commandId: id, correlationId: id, causationId: id, actor },
    });
  };
  return {
    kept,
    append,
    whole: async () => fold(account, (await log.read<AccountEvent>(streamName)).events),
    folded: () => foldStream({ read, snapshots }, account, streamName),
    eventsRead: async (work: () => Promise<unknown>) => {
      const before = eventsRead;
      await work();
      return eventsRead - before;
    },
  };
};

/** An account that a hundred jobs and more have made, with the snapshot that was kept on the way. */
const grown = async (jobs = 150) => {
  const here = world();
  for (const command of commands(jobs)) {
    const { state } = await here.folded();
    const events = account.decide(command, state);
    if (events.length > 0) await here.append(events);
  }
  return here;
};

describe('an account that is folded from a snapshot', () => {
  it('[BIL-04] [ES-09] decides everything as one that is folded from its beginning', async () => {
    const here = world();
    let state = account.initialState();
    let version = 0n;
    const met = new Set<string>();
    for (const command of commands(160)) {
      const found = await here.folded();
      deepStrictEqual(found, { ...found, state, version });
      const events = account.decide(command, found.state);
      deepStrictEqual(events, account.decide(command, state));
      state = events.reduce(account.evolve, state);
      version += BigInt(events.length);
      for (const { type } of events) met.add(type);
      if (events.length > 0) await here.append(events);
    }
    expect(version).toBeGreaterThan(3n * BigInt(SHORT));
    expect([...met]).toEqual(expect.arrayContaining(['HoldPosted', 'CreditsExpired', 'ChargeReversed']));
  });

  it('[BIL-04] reads no more of a long one than of its beginning and since its snapshot', async () => {
    const here = await grown();
    const { version } = await here.folded();
    expect(version).toBeGreaterThan(3n * BigInt(SHORT));
    expect(await here.eventsRead(here.folded)).toBeLessThanOrEqual(2 * SHORT + 1);
    expect(here.kept.get(streamName)?.version).toBeGreaterThan(version - BigInt(SHORT));
  });

  it('[BIL-04] does not look for a snapshot of a short one', async () => {
    const here = await grown(20);
    expect(here.kept.size).toBe(0);
  });

  it('[BIL-04] [SEC-12] passes over a snapshot that does not fit, and makes another', async () => {
    const here = await grown();
    const good = here.kept.get(streamName);
    if (good === undefined) throw new Error('no snapshot was kept');
    const wrong = { ...account.initialState(), tier: 'MAX' };
    for (const bad of [
      { ...good, state: wrong, form: 'another release' },
      { ...good, state: wrong, eventId: randomUUID() },
      { ...good, state: wrong, version: good.version - 1n },
      { ...good, state: wrong, version: good.version + 10_000n },
    ]) {
      here.kept.set(streamName, bad);
      const { state, version } = await here.folded();
      expect(state).toEqual(await here.whole());
      expect(here.kept.get(streamName)).toMatchObject({ form: account.form, version });
    }
    here.kept.clear();
    expect((await here.folded()).state).toEqual(await here.whole());
  });
});
