import { createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EventLog } from '../../domain/kernel/event-store.ts';
import type { Event } from '../../domain/kernel/message.ts';
import { openMemoryEventLog } from '../event-store/memory/memory-event-log.ts';
import { openedLog } from './opened-log.ts';
import { openedJson, personalTexts } from './personal-texts.ts';
import { openString, sealedFor, sealString } from './sealed-string.ts';
import { sealing } from './sealing.ts';
import type { HeldKey } from './subject-keys.ts';

let log: EventLog;
let held: Map<string, HeldKey>;
const keys = {
  existing: (subject: string): HeldKey => held.get(subject) ?? 'UNKNOWN',
  keyOf: async (subject: string): Promise<KeyObject | null> => {
    const known = held.get(subject);
    if (known === 'DESTROYED') return null;
    const key = known === undefined || known === 'UNKNOWN' ? createSecretKey(randomBytes(32)) : known;
    held.set(subject, key);
    return key;
  },
};
const texts = personalTexts(keys);
beforeEach(() => {
  held = new Map();
  log = openMemoryEventLog();
});

const at = '2026-11-21T10:00:00.000Z';
const append = async (streamName: string, ...events: readonly Event[]): Promise<void> => {
  const id = randomUUID();
  const actor = { type: 'user', id: 'ada' } as const;
  const context = { commandId: id, correlationId: id, causationId: id, actor };
  const sealed = await sealing(
    log,
    keys,
  )([{ streamName, events, expectedStreamVersion: 'NO_CONCURRENCY_CHECK' }]);
  await log.append(sealed, { context });
};
const stored = async (streamName: string) => (await log.read(streamName)).events.map(({ data }) => data);
const shown = async (streamName: string) =>
  (await openedLog(log, texts).read(streamName)).events.map(({ data }) => data);
const shownByType = async (type: string) => {
  const opened = openedLog(log, texts);
  const range = { after: 0n, limit: 10 };
  const { events } = await opened.readTypes([type], range);
  expect(await opened.readPlaced([type], range)).toMatchObject({
    events: events.map(({ data }) => ({ data })),
  });
  return events.map(({ data }) => data);
};
const requested = (title: string): Event => ({
  type: 'JobRequested',
  data: {
    jobId: 'j',
    ownerId: 'ada',
    goal: 'FREE_TEXT',
    goalText: 'g',
    targets: ['a.js'],
    mode: 'SIMPLE',
    title,
    at,
  },
});
const line = (text: string): Event => ({ type: 'LogLineWritten', data: { jobId: 'j', line: text, at } });

describe('what people write', () => {
  it('[ES-13] is stored sealed under the key of whose job it is, and shown as it was written', async () => {
    await append('job-j', requested('mine'));
    await append('job-log-j', line('one'), line('two'));
    for (const data of [...(await stored('job-j')), ...(await stored('job-log-j'))])
      for (const plain of ['mine', 'a.js', 'one', 'two'])
        expect(Object.values(data).flat()).not.toContain(plain);
    expect(await stored('job-j')).toMatchObject([{ jobId: 'j', ownerId: 'ada', goal: 'FREE_TEXT', at }]);
    expect(await shown('job-j')).toEqual([requested('mine').data]);
    expect(await shown('job-log-j')).toEqual([line('one').data, line('two').data]);
    expect(await shownByType('LogLineWritten')).toEqual(await shown('job-log-j'));
    expect([...held.keys()]).toEqual(['ada']);
  });

  it('[ES-13] is stored once more as it is where a state holds it sealed', async () => {
    await append('job-j', requested('mine'));
    const [before] = await stored('job-j');
    await append('job-log-j', line(String(before?.['title'])));
    expect(await stored('job-log-j')).toEqual([line(String(before?.['title'])).data]);
    expect(await shown('job-log-j')).toEqual([line('mine').data]);
  });

  it('[ES-13] is shown as erased once the key is destroyed, also where it is written later; as sealed where there is none', async () => {
    await append('job-j', requested('mine'));
    await append('job-log-j', line('one'));
    const before = [await stored('job-j'), await stored('job-log-j')];
    const key = held.get('ada') ?? 'UNKNOWN';
    held.set('ada', 'UNKNOWN');
    expect(await shown('job-log-j')).toMatchObject([{ line: '[sealed]' }]);
    held.set('ada', 'DESTROYED');
    await append('job-log-j', line('two'));
    expect(await stored('job-log-j')).toMatchObject([{}, { line: '[erased]' }]);
    expect(await shown('job-j')).toMatchObject([
      { title: '[erased]', goalText: '[erased]', targets: ['[erased]'] },
    ]);
    expect(await shown('job-log-j')).toMatchObject([{ line: '[erased]' }, { line: '[erased]' }]);
    expect([await stored('job-j'), (await stored('job-log-j')).slice(0, 1)]).toEqual(before);
    expect(key).not.toBe('UNKNOWN');
  });

  it('[ES-13] is read from events that were stored in the clear before', async () => {
    const id = randomUUID();
    const context = {
      commandId: id,
      correlationId: id,
      causationId: id,
      actor: { type: 'user', id: 'ada' } as const,
    };
    const events = [requested('mine')];
    await log.append([{ streamName: 'job-j', events, expectedStreamVersion: 0n }], { context });
    expect(await shown('job-j')).toEqual([requested('mine').data]);
  });

  it('[ES-13] opens nothing of another person, however it is made to look', async () => {
    await append('job-j', requested('mine'));
    const [taken] = await stored('job-j');
    const title = String(taken?.['title']);
    expect(sealedFor(title)).toBe('ada');
    // Written by bob as a text of his own, and in an answer that is for him.
    const [ofBob] = await sealing(
      log,
      keys,
    )([
      {
        streamName: 'job-b',
        events: [{ ...requested(title), data: { ...requested(title).data, ownerId: 'bob' } }],
        expectedStreamVersion: 0n,
      },
    ]);
    expect(texts.open(ofBob?.events[0]?.data)?.['title']).toBe(title);
    expect(openedJson(texts, { label: title }, 'bob')).toBe(JSON.stringify({ label: title }));
    expect(openedJson(texts, { label: title }, 'ada')).toBe('{"label":"mine"}');
  });
});

describe('a sealed text', () => {
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => createSecretKey(bytes));
  const text = fc.string({ unit: 'grapheme', maxLength: 200 });

  it('[ES-13] is opened by its key and subject only, and never when a character of it was changed', () => {
    fc.assert(
      fc.property(key, key, text, fc.nat(), (own, other, plain, place) => {
        const sealed = sealString(own, 'ada', plain);
        expect(sealString(own, 'ada', plain)).toBe(sealed);
        expect(openString(own, 'ada', sealed)).toBe(plain);
        expect(openString(own, 'bob', sealed)).toBeNull();
        if (!own.equals(other)) expect(openString(other, 'ada', sealed)).toBeNull();
        const start = 'iama-sealed-1.ada.'.length;
        // The last character may hold bits that stand for nothing.
        const at_ = start + (place % (sealed.length - start - 1));
        const changed = `${sealed.slice(0, at_)}${sealed[at_] === 'A' ? 'B' : 'A'}${sealed.slice(at_ + 1)}`;
        expect(openString(own, 'ada', changed)).toBeNull();
      }),
    );
  });
});
