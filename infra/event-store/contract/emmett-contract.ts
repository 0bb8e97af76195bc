import type { Command, Event } from '@event-driven-io/emmett';
import {
  CommandHandler,
  DeciderCommandHandler,
  isExpectedVersionConflictError,
  STREAM_DOES_NOT_EXIST,
  STREAM_EXISTS,
} from '@event-driven-io/emmett';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmmettEventStore } from '../emmett-adapter.ts';
import { emmettEventStore } from '../emmett-adapter.ts';
import type { OpenSubject, Subject } from './fixtures.ts';
import { contextOf, streamName } from './fixtures.ts';

type Added = Event<'Added', { amount: number }>;
type Add = Command<'Add', { amount: number }>;

const sum = (state: number, event: Added): number => state + event.data.amount;
const added = (amount: number): Added => ({ type: 'Added', data: { amount } });

/** Our stores as emmett's `EventStore`, driven by emmett's own command handlers. */
export const emmettContract = (name: string, open: OpenSubject): void => {
  describe(`${name} as emmett's EventStore`, () => {
    let subject: Subject;
    let store: EmmettEventStore;
    beforeAll(async () => {
      subject = await open();
      store = emmettEventStore(subject.log, () => contextOf());
    });
    afterAll(() => subject.close());

    it('[ES-01] a conflict is the error that emmett retries, with the true version', async () => {
      const stream = streamName();
      await store.appendToStream(stream, [added(1), added(2)]);
      const attempts = [
        store.appendToStream(stream, [added(3)], { expectedStreamVersion: STREAM_DOES_NOT_EXIST }),
        store.appendToStream(stream, [added(3)], { expectedStreamVersion: 1n }),
        store.appendToStream(streamName(), [added(3)], { expectedStreamVersion: STREAM_EXISTS }),
        store.readStream(stream, { expectedStreamVersion: 5n }),
      ];
      const errors = await Promise.all(attempts.map((attempt) => attempt.catch((error: unknown) => error)));
      expect(errors.map(isExpectedVersionConflictError)).toEqual([true, true, true, true]);
      expect(errors.map((error) => (error as { current: string }).current)).toEqual(['2', '2', '0', '2']);
    });

    it('[ES-01] appends, reads by version and aggregates', async () => {
      const stream = streamName();
      expect(await store.streamExists(stream)).toBe(false);
      expect(
        await store.appendToStream(stream, [added(1), added(2)], {
          expectedStreamVersion: STREAM_DOES_NOT_EXIST,
        }),
      ).toEqual({ nextExpectedStreamVersion: 2n, createdNewStream: true });
      expect(await store.appendToStream(stream, [added(4)], { expectedStreamVersion: 2n })).toEqual({
        nextExpectedStreamVersion: 3n,
        createdNewStream: false,
      });
      expect(await store.streamExists(stream)).toBe(true);
      const { events, currentStreamVersion } = await store.readStream<Added>(stream, {
        from: 2n,
        maxCount: 1n,
      });
      expect(
        events.map((event) => [event.kind, event.type, event.data, event.metadata.streamPosition]),
      ).toEqual([['Event', 'Added', { amount: 2 }, 2n]]);
      expect(currentStreamVersion).toBe(3n);
      expect(
        await store.aggregateStream<number, Added>(stream, { evolve: sum, initialState: () => 0 }),
      ).toEqual({ state: 7, currentStreamVersion: 3n, streamExists: true });
    });

    it('[ES-01] keeps the event’s own metadata beside its own, through schema versioning too', async () => {
      type Traced = Event<'Added', { amount: number }, { tenant: string; tags?: string[] }>;
      const traced = (amount: number): Traced => ({
        ...added(amount),
        metadata: { tenant: 't-1', tags: ['a'] },
      });
      const stream = streamName();
      await store.appendToStream<Traced>(stream, [traced(1), traced(2)]);
      const downcast = (event: Traced): Traced => ({ ...event, data: { amount: event.data.amount * 100 } });
      await store.appendToStream<Traced, Traced>(stream, [traced(3)], {
        schema: { versioning: { downcast } },
      });
      const { events } = await store.readStream<Traced>(stream);
      const own = { tenant: 't-1', tags: ['a'], streamName: stream, actor: { type: 'user', id: 'u-1' } };
      expect(events.map(({ data }) => data.amount)).toEqual([1, 2, 300]);
      expect(events.map(({ metadata }) => metadata)).toEqual(
        [1n, 2n, 3n].map((streamPosition) => expect.objectContaining({ ...own, streamPosition })),
      );
    });

    it('[ES-01] loses no metadata in silence: what it cannot keep it refuses before anything is written', async () => {
      type Traced = Event<'Added', { amount: number }, Record<string, unknown>>;
      const stream = streamName();
      const traced = (metadata: Record<string, unknown>): Traced => ({ ...added(1), metadata });
      const refused = { code: 'INVALID_METADATA' };
      const several = [traced({ tenant: 't-1' }), traced({ tenant: 't-2' })];
      await expect(store.appendToStream<Traced>(stream, several)).rejects.toMatchObject(refused);
      await expect(store.appendToStream<Event>(stream, [traced({ a: 1 }), added(1)])).rejects.toMatchObject(
        refused,
      );
      for (const metadata of [
        { actor: 'me' },
        { messageId: 'm' },
        { requestId: 'r' },
        { a: 'x'.repeat(16_384) },
      ])
        await expect(store.appendToStream<Traced>(stream, [traced(metadata)])).rejects.toMatchObject(refused);
      await expect(store.appendToStream<Traced>(stream, [traced({ at: 1n })])).rejects.toMatchObject({
        code: 'INVALID_JSON',
        path: 'metadata.at',
      });
      expect(await store.streamExists(stream)).toBe(false);
    });

    it('[ES-01] applies the caller’s schema versioning on the way in and out', async () => {
      type Stored = Event<'Added', { cents: number }>;
      const stream = streamName();
      await store.appendToStream<Added, Stored>(stream, [added(2)], {
        schema: {
          versioning: { downcast: (event) => ({ type: 'Added', data: { cents: event.data.amount * 100 } }) },
        },
      });
      const raw = await store.readStream<Stored>(stream);
      expect(raw.events.map((event) => event.data)).toEqual([{ cents: 200 }]);
      const upcast = (event: Stored): Added => ({ type: 'Added', data: { amount: event.data.cents / 100 } });
      const current = await store.readStream<Added, Stored>(stream, { schema: { versioning: { upcast } } });
      expect(current.events.map((event) => event.data)).toEqual([{ amount: 2 }]);
    });

    it('[ES-01] emmett’s CommandHandler loses no update of 20 concurrent ones, retrying conflicts', async () => {
      const handle = CommandHandler<number, Added>({
        evolve: sum,
        initialState: () => 0,
        retry: { onVersionConflict: 50 },
      });
      const stream = streamName();
      await Promise.all(Array.from({ length: 20 }, () => handle(store, stream, () => added(1))));
      const { state } = await store.aggregateStream<number, Added>(stream, {
        evolve: sum,
        initialState: () => 0,
      });
      expect(state).toBe(20);
    });

    it('[ES-01] emmett’s DeciderCommandHandler runs a decider', async () => {
      const handle = DeciderCommandHandler<number, Add, Added>({
        decide: (command, state) => (state + command.data.amount > 10 ? [] : added(command.data.amount)),
        evolve: sum,
        initialState: () => 0,
      });
      const stream = streamName();
      const first = await handle(store, stream, { type: 'Add', data: { amount: 6 } });
      expect(first).toMatchObject({ newState: 6, nextExpectedStreamVersion: 1n, createdNewStream: true });
      const refused = await handle(store, stream, { type: 'Add', data: { amount: 6 } });
      expect(refused).toMatchObject({ newEvents: [], newState: 6 });
    });
  });
};
