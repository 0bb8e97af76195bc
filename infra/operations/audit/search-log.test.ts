import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { NewEvent } from '../../../domain/kernel/event-store.ts';
import { asItIs, EventFormUnknown } from '../../../domain/kernel/upcasting.ts';
import type { EventFilter } from '../../../read-api/kernel/audit.ts';
import { todaysLog } from '../../event-store/forms/todays-log.ts';
import { searchLog } from './search-log.ts';
import { writtenLog } from './testing.ts';

const event = (type: string, n: number) => ({ type, data: { n } });
const many = (count: number, type = 'Noise') => Array.from({ length: count }, (_, n) => event(type, n));

const numbers = (found: Awaited<ReturnType<typeof searchLog>>): unknown[] =>
  found.events.map(({ data }) => (data as { n: number }).n);

describe('a search of the log', () => {
  it('[OPS-06] finds nothing in an empty log', async () => {
    expect(await searchLog(writtenLog().log, {}, { before: null, limit: 5 })).toEqual({
      events: [],
      next_before: null,
    });
  });

  it('[OPS-06] finds by actor, kind of actor, type, correlation and stream, and by all that is given together', async () => {
    const { log, write } = writtenLog();
    const correlationId = randomUUID();
    await write('a', [event('Opened', 1)], { actor: { type: 'user', id: 'ada' } });
    await write('b', [event('Opened', 2)], { actor: { type: 'admin', id: 'eve' }, correlationId });
    await write('b', [event('Shut', 3)], { actor: { type: 'system', id: 'job-process' }, correlationId });
    const found = async (filter: EventFilter) =>
      numbers(await searchLog(log, filter, { before: null, limit: 10 }));
    expect(await found({})).toEqual([3, 2, 1]);
    expect(await found({ actor: 'ada' })).toEqual([1]);
    expect(await found({ actor: 'admin' })).toEqual([2]);
    expect(await found({ actor: 'system:job-process' })).toEqual([3]);
    expect(await found({ actor: 'user:eve' })).toEqual([]);
    expect(await found({ type: 'Opened' })).toEqual([2, 1]);
    expect(await found({ correlation: correlationId })).toEqual([3, 2]);
    expect(await found({ stream: 'b', type: 'Opened' })).toEqual([2]);
    expect(await found({ stream: 'b', actor: 'ada' })).toEqual([]);
  });

  it('[OPS-06] gives every event once over all pages, also those written meanwhile never twice', async () => {
    const { log, write } = writtenLog();
    await write('a', many(7));
    const first = await searchLog(log, {}, { before: null, limit: 3 });
    await write('a', many(2, 'Later'));
    const second = await searchLog(log, {}, { before: BigInt(first.next_before ?? 0), limit: 3 });
    const third = await searchLog(log, {}, { before: BigInt(second.next_before ?? 0), limit: 3 });
    expect([numbers(first), numbers(second), numbers(third)]).toEqual([[6, 5, 4], [3, 2, 1], [0]]);
    expect(third.next_before).toBeNull();
  });

  it('[OPS-06] begins at the end of the log where it is asked to begin beyond it', async () => {
    const { log, write } = writtenLog();
    await write('a', many(2));
    expect(numbers(await searchLog(log, {}, { before: 1_000n, limit: 5 }))).toEqual([1, 0]);
    expect(numbers(await searchLog(log, { type: 'Noise' }, { before: 3n, limit: 5 }))).toEqual([1, 0]);
  });

  it('[OPS-06] [ES-08] says so where an event is of a later release, and leaves none after it out', async () => {
    const { log, write } = writtenLog();
    const later: NewEvent = { type: 'Opened', data: { n: 2 }, schemaVersion: 3 };
    await write('a', [event('Opened', 1), later, event('Opened', 3)]);
    const today = { ...log, ...todaysLog(log, new Map([['Opened', [asItIs]]])) };
    for (const filter of [{}, { type: 'Opened' }])
      await expect(searchLog(today, filter, { before: null, limit: 5 })).rejects.toThrow(EventFormUnknown);
    expect(numbers(await searchLog(today, {}, { before: 2n, limit: 5 }))).toEqual([1]);
  });

  it('[OPS-06] looks at no more than 20,000 events a page, and goes on from there', async () => {
    const { log, write } = writtenLog();
    await write('a', [event('Rare', 1)]);
    for (let batch = 0; batch < 41; batch += 1) await write('a', many(500));
    const first = await searchLog(log, { type: 'Rare' }, { before: null, limit: 1 });
    expect(first).toEqual({ events: [], next_before: 502 });
    const second = await searchLog(log, { type: 'Rare' }, { before: 502n, limit: 1 });
    expect(numbers(second)).toEqual([1]);
  });
});
