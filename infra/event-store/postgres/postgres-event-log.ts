import type { ClientBase, ClientConfig, Pool } from 'pg';
import type {
  AppendOptions,
  AppendOutcome,
  EventLog,
  StreamAppend,
  TypesRead,
} from '../../../domain/kernel/event-store.ts';
import { type Event, placed } from '../../../domain/kernel/message.ts';
import type { EncodedAppend } from '../encoding.ts';
import { encodeAppend } from '../encoding.ts';
import { checkLogRange } from '../ranges.ts';
import { toPositioned } from '../recorded.ts';
import { appendAlone, appendEncodedInTransaction, findKey } from './append.ts';
import { Coalescer } from './coalescer.ts';
import { KnownVersions } from './known-versions.ts';
import { LogTail } from './log-tail.ts';
import { CHANNELS, Notifications } from './notifications.ts';
import { PendingEvents } from './pending-events.ts';
import { readHead, readPlaced, readPositions, readStream, readTypes } from './read.ts';
import { Sequencer } from './sequencer.ts';

export type PostgresEventLogOptions = Readonly<{
  /** Reads and appends. May be a PgBouncer in transaction mode. */
  pool: Pool;
  /** For LISTEN/NOTIFY and the sequencer: a direct connection. Default: the settings of the pool. */
  direct?: ClientConfig;
  /** False: only polling (a proxy that cannot LISTEN). Default true. */
  listen?: boolean;
  /** False: every append is its own statement. Default true. */
  coalesce?: boolean;
  /** Background errors (lost connections, lost leases). The log goes on by itself. */
  onError?: (error: Error) => void;
}>;

export type PostgresEventLog = EventLog &
  Readonly<{
    /** Offers this process as sequencer. Some process must, or positions are never assigned. */
    startSequencer(): { stop(): Promise<void> };
    /**
     * Appends inside the caller's transaction (READ COMMITTED), so that other rows commit with the events. Call
     * `notifyAppended` after the commit. After a `VersionConflict` the transaction is still usable.
     */
    appendInTransaction(
      client: ClientBase,
      appends: readonly StreamAppend[],
      options: AppendOptions,
    ): Promise<AppendOutcome>;
    /** Locks streams until the transaction ends, against each other and against appends in `any` or `existing` mode. */
    withStreamLock(client: ClientBase, streamNames: readonly string[]): Promise<void>;
    /** Wakes the sequencer, wherever it runs. A forgotten call costs time (a poll), not events. */
    notifyAppended(): void;
    /** Ends background work and the direct connections; the pool stays the caller's. */
    close(): Promise<void>;
  }>;

/** What the sequencer sends. Any role of the database may send something else. */
const POSITION = /^\d{1,19}$/;

const LISTENING_POLL_MS = 1_000;
const DEAF_POLL_MS = 25;
/** A first round over a log of millions, after a restore, takes seconds. */
const SEQUENCER_TIMEOUT_MS = 300_000;

/** Fewer events than this are looked up one by one. */
const FEW = 100;
/** Heads of the log between which its statistics are kept fresh: every fourfold growth. */
const FIRST_STATISTICS = 200n;
const LAST_STATISTICS = 4_000_000n;

/** A pool hides its password from enumeration, so a spread alone would lose it. */
const directConfig = (pool: Pool): ClientConfig => {
  const { password } = pool.options;
  return { ...pool.options, ...(password === undefined ? {} : { password }) };
};

/** Opens the event log on a migrated database. Nothing is read until it is used. */
export const openPostgresEventLog = (options: PostgresEventLogOptions): PostgresEventLog => {
  const { pool } = options;
  const direct: ClientConfig = options.direct ?? directConfig(pool);
  const onError = options.onError ?? (() => undefined);
  const tail = new LogTail();
  const known = new KnownVersions();
  const coalescer = options.coalesce === false ? null : new Coalescer(pool, known);
  const pending = new PendingEvents();
  let sequencer: Sequencer | null = null;
  let poll: NodeJS.Timeout | null = null;
  let closed = false;

  const notifications = new Notifications(direct, {
    onNotification: (channel, payload) => {
      if (channel === CHANNELS.appended) sequencer?.wake();
      else if (POSITION.test(payload)) tail.advance(BigInt(payload));
      else void refreshHead();
    },
    onReconnect: () => {
      sequencer?.wake();
      void refreshHead();
    },
    onError,
  });

  const refreshHead = async (): Promise<void> => {
    try {
      tail.advance(await readHead(pool));
    } catch (error) {
      onError(error instanceof Error ? error : new Error(String(error)));
    }
  };

  const pollMs = (): number => (notifications.healthy ? LISTENING_POLL_MS : DEAF_POLL_MS);

  /** Polls only while someone waits. */
  const schedulePoll = (): void => {
    if (poll !== null || closed) return;
    poll = setTimeout(async () => {
      if (tail.hasWaiters) await refreshHead();
      poll = null;
      if (tail.hasWaiters) schedulePoll();
    }, pollMs());
    poll.unref();
  };

  const listen = (): void => {
    if (options.listen !== false && !closed) notifications.start();
  };

  /** A young log outgrows the plans made for it faster than autovacuum looks. */
  let statisticsAt = FIRST_STATISTICS;
  const refreshStatistics = (head: bigint): void => {
    if (head < statisticsAt || head > LAST_STATISTICS) return;
    statisticsAt = head * 4n;
    pool.query('SELECT refresh_store_statistics()').catch(onError);
  };

  const notifyAppended = (): void => {
    sequencer?.wake();
    if (sequencer?.leading !== true) {
      listen();
      notifications.notifyAppended();
    }
  };

  /** While this process leads, its sequencer is spared reading what is appended here. */
  const remembering = async (encoded: EncodedAppend, append: () => Promise<AppendOutcome>) => {
    if (sequencer?.leading !== true) {
      pending.clear();
      return append();
    }
    pending.add(encoded);
    let stored = false;
    try {
      const outcome = await append();
      stored = !outcome.replayed;
      return outcome;
    } finally {
      if (!stored) pending.remove(encoded);
    }
  };

  /** What `readTypes` answers from memory; null where the database must be asked. */
  const knownOf = (types: readonly string[], range: ReturnType<typeof checkLogRange>): TypesRead | null => {
    const entries = tail.read(range);
    if (entries === null) return null;
    const found = entries.filter(({ stored }) => types.includes(stored.type));
    return { events: found.map(toPositioned), reached: entries.at(-1)?.position ?? range.after };
  };

  return {
    append: async (appends, appendOptions) => {
      const encoded = encodeAppend(appends, appendOptions);
      return remembering(encoded, async () => {
        const [stream] = encoded.streams;
        const outcome =
          coalescer !== null && stream !== undefined && encoded.streams.length === 1
            ? await coalescer.append(encoded, stream)
            : await appendAlone(pool, encoded, known);
        if (!outcome.replayed) notifyAppended();
        return outcome;
      });
    },
    appendInTransaction: async (client, appends, appendOptions) =>
      appendEncodedInTransaction(client, encodeAppend(appends, appendOptions)),
    withStreamLock: async (client, streamNames) => {
      await client.query(
        `SELECT pg_advisory_xact_lock(key)
           FROM (SELECT DISTINCT stream_lock_key(s) AS key FROM unnest($1::text[]) AS s ORDER BY 1) AS keys`,
        [streamNames],
      );
    },
    notifyAppended,
    findIdempotent: (key, bodyHash) => findKey(pool, key, bodyHash),
    read: async <E extends Event = Event>(streamName: string, range?: Parameters<EventLog['read']>[1]) => {
      const stream = await readStream<E>(pool, streamName, range);
      known.learn(streamName, stream.currentStreamVersion);
      return stream;
    },
    readLog: async (range) => {
      const checked = checkLogRange(range);
      const few = checked.limit < FEW || checked.after + BigInt(FEW) >= tail.head;
      const believed = tail.head;
      const events = tail.read(checked)?.map(toPositioned) ?? (await readPositions(pool, checked, few));
      if (events.length === 0 && believed > checked.after) tail.correct(believed, await readHead(pool));
      return events;
    },
    readTypes: async (types, range) => {
      const checked = checkLogRange(range);
      return knownOf(types, checked) ?? (await readTypes(pool, types, checked));
    },
    readPlaced: async (types, range) => {
      const checked = checkLogRange(range);
      const read = knownOf(types, checked);
      if (read === null) return readPlaced(pool, types, checked);
      return { events: read.events.map(placed), reached: read.reached };
    },
    head: async () => {
      const head = await readHead(pool);
      tail.advance(head);
      return head;
    },
    waitFor: async (position, timeoutMs, signal) => {
      listen();
      schedulePoll();
      await tail.wait(position, timeoutMs, signal);
    },
    startSequencer: () => {
      listen();
      const started = new Sequencer({
        client: { ...direct, statement_timeout: SEQUENCER_TIMEOUT_MS },
        onSequenced: (entries) => {
          tail.push(entries);
          refreshStatistics(tail.head);
        },
        pending,
        onError,
        pollMs,
      });
      sequencer = started;
      started.start();
      return {
        stop: async () => {
          if (sequencer === started) sequencer = null;
          await started.stop();
        },
      };
    },
    close: async () => {
      closed = true;
      if (poll !== null) clearTimeout(poll);
      await sequencer?.stop();
      sequencer = null;
      await notifications.stop();
      tail.wakeAll();
    },
  };
};
