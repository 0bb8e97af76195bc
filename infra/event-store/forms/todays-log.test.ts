import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventLog } from '../../../domain/kernel/event-store.ts';
import { placed } from '../../../domain/kernel/message.ts';
import { EventFormUnknown, newestVersion, type Upcasters, upcast } from '../../../domain/kernel/upcasting.ts';
import { openMemoryEventLog } from '../memory/memory-event-log.ts';
import { todaysLog } from './todays-log.ts';

const UPCASTERS: Upcasters = new Map([
  [
    'Named',
    [
      ({ name, ...rest }) => ({ ...rest, names: [name] }),
      ({ names, ...rest }) => ({ ...rest, names, count: Array.isArray(names) ? names.length : 0 }),
    ],
  ],
]);

const context = () => {
  const id = randomUUID();
  return {
    commandId: id,
    correlationId: id,
    causationId: id,
    actor: { type: 'system', id: 'test' },
  } as const;
};

const store = (
  log: Pick<EventLog, 'append'>,
  type: string,
  data: Record<string, unknown>,
  schemaVersion?: number,
) =>
  log.append(
    [
      {
        streamName: 's-1',
        expectedStreamVersion: 'NO_CONCURRENCY_CHECK',
        events: [{ type, data, ...(schemaVersion === undefined ? {} : { schemaVersion }) }],
      },
    ],
    { context: context() },
  );

const open = () => {
  const stored = openMemoryEventLog();
  return { stored, today: todaysLog(stored, UPCASTERS) };
};

describe('a log of today', () => {
  it('[ES-08] refuses an event of a version that it does not know, by a stable code, and reads what comes before it', async () => {
    const { stored, today } = open();
    await store(stored, 'Named', { names: ['a'], count: 1 }, 3);
    await store(stored, 'Named', { who: ['a'] }, 4);
    await store(stored, 'Other', {}, 2);
    await expect(today.read('s-1')).rejects.toMatchObject({ code: 'EVENT_FORM_UNKNOWN' });
    expect(await today.readLog({ after: 0n, limit: 10 })).toHaveLength(1);
    for (const after of [1n, 2n])
      await expect(today.readLog({ after, limit: 10 })).rejects.toThrow(EventFormUnknown);
    await expect(today.readLog({ after: 1n, limit: 10 })).rejects.toThrow(
      'an event Named of version 4 was stored by a later release: this one knows 3',
    );
  });

  it('[ES-08] read by type, such an event holds up only who asks for it, and says how far was read', async () => {
    const { stored, today } = open();
    await store(stored, 'Named', { name: 'a' });
    await store(stored, 'Plain', {});
    await store(stored, 'Other', {}, 2);
    await store(stored, 'Plain', {});
    const range = { after: 0n, limit: 10 };
    const plain = await today.readTypes(['Plain'], range);
    expect(plain.events.map(({ metadata }) => metadata.globalPosition)).toEqual([2n, 4n]);
    expect(plain.reached).toBe(4n);
    const { events, reached } = await today.readTypes(['Named', 'Other'], range);
    expect(events.map(({ data }) => data)).toEqual([{ names: ['a'], count: 1 }]);
    expect(reached).toBe(1n);
    const placedRead = await today.readPlaced(['Named', 'Other'], range);
    expect(placedRead).toEqual({ events: events.map(placed), reached });
    await expect(today.readTypes(['Named', 'Other'], { ...range, after: reached })).rejects.toThrow(
      EventFormUnknown,
    );
  });

  it('[ES-08] reads every older version as today’s, by stream and by position, and leaves what is stored', async () => {
    const { stored, today } = open();
    await store(stored, 'Named', { name: 'a', id: 1 });
    await store(stored, 'Named', { names: ['a'], id: 1 }, 2);
    await store(today, 'Named', { names: ['a'], count: 1, id: 1 });
    await store(today, 'Other', { name: 'a' });
    const read = { names: ['a'], count: 1, id: 1 };
    const { events } = await today.read('s-1');
    expect(events.map(({ data }) => data)).toEqual([read, read, read, { name: 'a' }]);
    expect((await today.readLog({ after: 0n, limit: 10 })).map(({ data }) => data)).toEqual(
      events.map(({ data }) => data),
    );
    const placedRead = await today.readPlaced(['Named', 'Other'], { after: 0n, limit: 10 });
    expect(placedRead.events.map(({ data, stored: before }) => ({ data, before }))).toEqual(
      events.map(({ data, stored: before }) => ({ data, before })),
    );
    expect(events.map(({ metadata }) => metadata.schemaVersion)).toEqual([1, 2, 3, 1]);
    expect(events.map((event) => event.stored)).toEqual([
      { name: 'a', id: 1 },
      { names: ['a'], id: 1 },
      undefined,
      undefined,
    ]);
    expect((await stored.read('s-1')).events.map(({ data }) => data)).toEqual([
      { name: 'a', id: 1 },
      { names: ['a'], id: 1 },
      read,
      { name: 'a' },
    ]);
  });
});

describe('upcasters', () => {
  /** Each step writes down that it ran. */
  const chains = fc.integer({ min: 0, max: 8 }).map((length): Upcasters => {
    const steps = Array.from({ length }, (_, step) => (data: Readonly<Record<string, unknown>>) => ({
      ...data,
      steps: [...(Array.isArray(data['steps']) ? data['steps'] : []), step + 2],
    }));
    return new Map([['T', steps]]);
  });
  const data = fc.dictionary(
    fc.string().filter((name) => name !== 'steps'),
    fc.jsonValue(),
  );

  it('[ES-08] run each once, in order, from the stored version on, and are the same in one go or one by one', () => {
    fc.assert(
      fc.property(chains, fc.nat(8), data, (upcasters, older, stored) => {
        const newest = newestVersion(upcasters, 'T');
        const version = Math.max(1, newest - older);
        const once = upcast(upcasters, 'T', version, stored);
        const expected = Array.from({ length: newest - version }, (_, index) => version + 1 + index);
        expect(once).toEqual(expected.length === 0 ? stored : { ...stored, steps: expected });
        const steps = upcasters.get('T') ?? [];
        for (let between = version; between <= newest; between++) {
          const first = new Map([['T', steps.slice(0, between - 1)]]);
          expect(upcast(upcasters, 'T', between, upcast(first, 'T', version, stored))).toEqual(once);
        }
      }),
    );
  });

  it('[ES-08] leave the newest version as the very object that it is, and do not change what they are given', () => {
    fc.assert(
      fc.property(chains, data, (upcasters, stored) => {
        const before = structuredClone(stored);
        expect(upcast(upcasters, 'T', newestVersion(upcasters, 'T'), stored)).toBe(stored);
        upcast(upcasters, 'T', 1, stored);
        expect(stored).toEqual(before);
        expect(() => upcast(upcasters, 'T', newestVersion(upcasters, 'T') + 1, stored)).toThrow(
          EventFormUnknown,
        );
      }),
    );
  });
});
