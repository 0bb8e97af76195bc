import type {
  AppendOptions,
  AppendOutcome,
  EventLog,
  LogRange,
  StreamAppend,
  StreamRead,
} from '../../../domain/kernel/event-store.ts';
import { IdempotencyKeyReused, VersionConflict } from '../../../domain/kernel/event-store.ts';
import { type Event, type Positioned, placed, type Recorded } from '../../../domain/kernel/message.ts';
import { pause } from '../../runtime/pause.ts';
import type { EncodedAppend, EncodedKey, EncodedStream } from '../encoding.ts';
import { checkStreamName, encodeAppend, meets } from '../encoding.ts';
import { checkLogRange, checkStreamRange, ofTypes } from '../ranges.ts';
import type { StoredEvent } from '../recorded.ts';
import { toPositioned, toRecorded } from '../recorded.ts';

type Entry = Readonly<{ position: bigint; stored: StoredEvent }>;
type KnownKey = Readonly<{ bodyHash: string; outcome: AppendOutcome }>;

/**
 * The event log in memory, for tests and tools. As strict as the Postgres one: both pass the same contract suite.
 * `now` gives RFC 3339 with microseconds. Positions are assigned at once, since nothing here commits out of order.
 */
export const openMemoryEventLog = (
  now: () => string = () => new Date().toISOString().replace('Z', '000Z'),
): EventLog => {
  const log: Entry[] = [];
  const streams = new Map<string, Entry[]>();
  const keys = new Map<string, KnownKey>();
  const wakers = new Set<() => void>();

  const known = (key: string, bodyHash: string): AppendOutcome | null => {
    const found = keys.get(key);
    if (found === undefined) return null;
    if (found.bodyHash !== bodyHash) throw new IdempotencyKeyReused(key);
    return { ...found.outcome, replayed: true };
  };

  const versionOf = (stream: string): bigint => BigInt(streams.get(stream)?.length ?? 0);

  const store = (stream: EncodedStream, metadata: string): void => {
    const entries = streams.get(stream.streamName) ?? [];
    for (const event of stream.events) {
      const entry: Entry = {
        position: BigInt(log.length + 1),
        stored: {
          ...event,
          stream: stream.streamName,
          version: BigInt(entries.length + 1),
          recordedAt: now(),
          metadata,
        },
      };
      entries.push(entry);
      log.push(entry);
    }
    streams.set(stream.streamName, entries);
  };

  const commit = (append: EncodedAppend, key: EncodedKey | null): AppendOutcome => {
    for (const { streamName, expected } of append.streams) {
      const actual = versionOf(streamName);
      if (!meets(expected, actual)) throw new VersionConflict(streamName, expected, actual);
    }
    const outcome: AppendOutcome = {
      streams: append.streams.map((stream) => {
        const before = versionOf(stream.streamName);
        store(stream, append.metadata);
        return {
          streamName: stream.streamName,
          version: versionOf(stream.streamName),
          createdNewStream: before === 0n,
        };
      }),
      replayed: false,
      result: key?.result ?? null,
    };
    if (key !== null) keys.set(key.key, { bodyHash: key.bodyHash, outcome });
    for (const wake of wakers) wake();
    return outcome;
  };

  const readLog = (range: LogRange): readonly Positioned[] => {
    const { after, limit, to } = checkLogRange(range);
    return log
      .slice(Number(after), Number(after) + limit)
      .filter(({ position }) => position <= to)
      .map(toPositioned);
  };

  return {
    append: async (appends: readonly StreamAppend[], options: AppendOptions): Promise<AppendOutcome> => {
      const encoded = encodeAppend(appends, options);
      const replay = encoded.key === null ? null : known(encoded.key.key, encoded.key.bodyHash);
      return replay ?? commit(encoded, encoded.key);
    },
    read: async <E extends Event = Event>(
      streamName: string,
      range?: Readonly<{ from?: bigint; to?: bigint; maxCount?: number }>,
    ): Promise<StreamRead<E>> => {
      const { from, to, maxCount } = checkStreamRange(range);
      const entries = streams.get(checkStreamName(streamName)) ?? [];
      const events = entries
        .filter(({ stored }) => stored.version >= from && stored.version <= to)
        .slice(0, maxCount)
        .map(({ stored, position }) => toRecorded(stored, position) as Recorded<E>);
      const currentStreamVersion = BigInt(entries.length);
      return { events, currentStreamVersion, streamExists: entries.length > 0 };
    },
    findIdempotent: async (key, bodyHash) => known(key, bodyHash),
    readLog: async (range) => readLog(range),
    readTypes: async (types, range) => ofTypes(types, range, readLog(range)),
    readPlaced: async (types, range) => {
      const { events, reached } = ofTypes(types, range, readLog(range));
      return { events: events.map(placed), reached };
    },
    head: async () => BigInt(log.length),
    waitFor: async (position, timeoutMs, signal): Promise<void> => {
      if (BigInt(log.length) > position || signal?.aborted === true) return;
      const settled = new AbortController();
      const wake = () => settled.abort();
      wakers.add(wake);
      signal?.addEventListener('abort', wake, { once: true });
      try {
        await pause(timeoutMs, settled.signal);
      } finally {
        wakers.delete(wake);
        signal?.removeEventListener('abort', wake);
      }
    },
  };
};
