import type { EventStore, ExpectedStreamVersion, ReadEvent } from '@event-driven-io/emmett';
import { assertExpectedVersionMatchesCurrent, ExpectedVersionConflictError } from '@event-driven-io/emmett';
import type { ExpectedVersion, StreamStore } from '../../domain/kernel/event-store.ts';
import { InvalidAppend, VersionConflict } from '../../domain/kernel/event-store.ts';
import type { Event, MessageContext, RecordedMetadata } from '../../domain/kernel/message.ts';
import { exactJsonText } from './exact-json.ts';

export type EmmettEventStore = EventStore<RecordedMetadata>;

const kernelVersion = (expected: ExpectedStreamVersion<bigint> | undefined): ExpectedVersion =>
  typeof expected === 'bigint' || expected === undefined
    ? (expected ?? 'NO_CONCURRENCY_CHECK')
    : (expected as Exclude<ExpectedVersion, bigint>);

type EmmettEvent = Event & Readonly<{ metadata?: Readonly<Record<string, unknown>> }>;

/** The store keeps one metadata per append, so that of several events must be the same: no other is lost in silence. */
const ownMetadataOf = (events: readonly EmmettEvent[]): EmmettEvent['metadata'] => {
  const [first, ...others] = events.map(({ metadata }) => metadata);
  const textOf = (metadata: EmmettEvent['metadata']) => exactJsonText(metadata ?? null, 'metadata');
  if (others.some((metadata) => metadata !== first && textOf(metadata) !== textOf(first)))
    throw new InvalidAppend('INVALID_METADATA', 'metadata', 'differs between the events of one append');
  return first;
};

/**
 * Our store behind emmett's `EventStore`, so that its command handlers and the rest of its ecosystem run over it.
 * `context` says who acts; it is asked once per append. `from` and `to` are inclusive stream versions. A lost race
 * throws emmett's `ExpectedVersionConflictError`, which its command handlers retry. An event's own metadata is read back
 * beside what the store records; names that the store itself uses, and events of one append that differ in it, are
 * refused (`InvalidAppend` INVALID_METADATA).
 */
export const emmettEventStore = (store: StreamStore, context: () => MessageContext): EmmettEventStore => {
  const readStream: EmmettEventStore['readStream'] = async (streamName, options = {}) => {
    const { from, to, maxCount, expectedStreamVersion, schema } = options;
    const result = await store.read(streamName, {
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(maxCount === undefined ? {} : { maxCount: Number(maxCount) }),
    });
    assertExpectedVersionMatchesCurrent(result.currentStreamVersion, expectedStreamVersion, 0n);
    const upcast = schema?.versioning?.upcast;
    const events = result.events.map((event) => {
      // The caller names the type of the events in its own stream; the store holds what that caller appended.
      const stored = event as unknown as Parameters<NonNullable<typeof upcast>>[0];
      return upcast === undefined ? event : { ...upcast(stored), kind: 'Event', metadata: event.metadata };
    });
    return {
      currentStreamVersion: result.currentStreamVersion,
      streamExists: result.streamExists,
      events: events as unknown as ReadEvent<never, RecordedMetadata>[],
    };
  };

  return {
    readStream,
    aggregateStream: async (streamName, options) => {
      const { events, currentStreamVersion, streamExists } = await readStream(streamName, options.read);
      const evolve = options.evolve as (state: unknown, event: unknown) => unknown;
      const state = events.reduce<unknown>(evolve, options.initialState());
      return { state: state as ReturnType<typeof options.initialState>, currentStreamVersion, streamExists };
    },
    appendToStream: async (streamName, events, options = {}) => {
      const downcast = options.schema?.versioning?.downcast;
      const stored: readonly EmmettEvent[] = downcast === undefined ? events : events.map(downcast);
      const ownMetadata = ownMetadataOf(stored);
      const expectedStreamVersion = kernelVersion(options.expectedStreamVersion);
      try {
        const outcome = await store.append(
          [
            {
              streamName,
              events: stored.map(({ type, data }) => ({ type, data })),
              expectedStreamVersion,
            },
          ],
          { context: context(), ...(ownMetadata === undefined ? {} : { ownMetadata }) },
        );
        const [stream] = outcome.streams;
        return {
          nextExpectedStreamVersion: stream?.version ?? 0n,
          createdNewStream: stream?.createdNewStream === true,
        };
      } catch (error) {
        if (error instanceof VersionConflict)
          throw new ExpectedVersionConflictError(error.actual, expectedStreamVersion);
        throw error;
      }
    },
    streamExists: async (streamName) =>
      (await store.read(streamName, { from: 1n, to: 1n, maxCount: 1 })).streamExists,
  };
};
