import type { Event, MessageContext, Placed, Positioned, Recorded } from './message.ts';

/** `bigint` is the exact version (0n: the stream must be empty). Names are emmett's (ES-01). */
export type ExpectedVersion = bigint | 'STREAM_DOES_NOT_EXIST' | 'STREAM_EXISTS' | 'NO_CONCURRENCY_CHECK';

export type NewEvent<E extends Event = Event> = E & Readonly<{ schemaVersion?: number }>;

export type StreamAppend = Readonly<{
  streamName: string;
  events: readonly NewEvent[];
  expectedStreamVersion: ExpectedVersion;
}>;

/** ES-03. `bodyHash` is lower-case hex SHA-256 of the canonical request body; `result` is stored as exact JSON text. */
export type Idempotency = Readonly<{ key: string; bodyHash: string; result?: string }>;

export type AppendOptions = Readonly<{
  context: MessageContext;
  idempotency?: Idempotency;
  /** Kept with every event of the append, beside what the store records under other names. For users of emmett's interface. */
  ownMetadata?: Readonly<Record<string, unknown>>;
}>;

export type AppendOutcome = Readonly<{
  /** New version of each stream, in the order of the request. */
  streams: readonly Readonly<{ streamName: string; version: bigint; createdNewStream: boolean }>[];
  /** True when the idempotency key was known with the same body: nothing was appended. */
  replayed: boolean;
  /** The stored `Idempotency.result` of the first request with this key. */
  result: string | null;
}>;

/** Thrown on a lost race or a broken expectation; carries the true current version (0n: no stream). */
export class VersionConflict extends Error {
  readonly streamName: string;
  readonly expected: ExpectedVersion;
  readonly actual: bigint;

  constructor(streamName: string, expected: ExpectedVersion, actual: bigint) {
    super(`stream ${streamName}: expected ${String(expected)}, is at ${actual}`);
    this.name = 'VersionConflict';
    this.streamName = streamName;
    this.expected = expected;
    this.actual = actual;
  }
}

/** Thrown when a key is used again with another body (ES-03). */
export class IdempotencyKeyReused extends Error {
  readonly code = 'IDEMPOTENCY_KEY_REUSED';
  readonly key: string;

  constructor(key: string) {
    super('the idempotency key was used before with a different request');
    this.name = 'IdempotencyKeyReused';
    this.key = key;
  }
}

export type InvalidAppendCode =
  | 'EMPTY_APPEND'
  | 'TOO_MANY_EVENTS'
  | 'TOO_MANY_STREAMS'
  | 'DUPLICATE_STREAM'
  | 'INVALID_STREAM_NAME'
  | 'INVALID_EXPECTED_VERSION'
  | 'INVALID_EVENT_TYPE'
  | 'INVALID_SCHEMA_VERSION'
  | 'INVALID_JSON'
  | 'EVENT_TOO_LARGE'
  | 'INVALID_CONTEXT'
  | 'INVALID_METADATA'
  | 'INVALID_IDEMPOTENCY'
  | 'INVALID_RANGE';

/** Thrown before anything is sent: the request could not be stored exactly as given. `path` names the bad value. */
export class InvalidAppend extends Error {
  readonly code: InvalidAppendCode;
  readonly path: string;

  constructor(code: InvalidAppendCode, path: string, message: string) {
    super(`${path}: ${message}`);
    this.name = 'InvalidAppend';
    this.code = code;
    this.path = path;
  }
}

export type StreamRead<E extends Event = Event> = Readonly<{
  events: readonly Recorded<E>[];
  /** 0n when the stream does not exist. */
  currentStreamVersion: bigint;
  streamExists: boolean;
}>;

/** What a decider made of the first `version` events of a stream, the last of which has the id `eventId`. */
export type Snapshot = Readonly<{ version: bigint; eventId: string; state: unknown }>;

/** A cache: what is gone is folded anew. `form` names the decider and the shape of its state (`Decider.form`). */
export interface SnapshotStore {
  /** null: there is none of this form that can be trusted. */
  find(streamName: string, form: string): Promise<Snapshot | null>;
  keep(streamName: string, form: string, snapshot: Snapshot): Promise<void>;
}

/** Writing and reading streams. Both stores also offer emmett's `EventStore` over this (see `infra/event-store`). */
export interface StreamStore {
  /** All or nothing over all streams named (ES-02). */
  append(appends: readonly StreamAppend[], options: AppendOptions): Promise<AppendOutcome>;
  read<E extends Event = Event>(
    streamName: string,
    range?: Readonly<{ from?: bigint; to?: bigint; maxCount?: number }>,
  ): Promise<StreamRead<E>>;
  /** The stored outcome of a key, if any; throws `IdempotencyKeyReused` when the body differs. */
  findIdempotent(key: string, bodyHash: string): Promise<AppendOutcome | null>;
  /** Absent: every stream is folded from its beginning. */
  readonly snapshots?: SnapshotStore;
}

/** Positions above `after`, up to `to` inclusive, at most `limit` of them. */
export type LogRange = Readonly<{ after: bigint; limit: number; to?: bigint }>;

/** `reached`: the last position that was looked at; `after` where the log has none in the range. */
export type TypesRead<E extends Placed = Positioned> = Readonly<{ events: readonly E[]; reached: bigint }>;

/** Reading the global log in position order. Gapless: an empty answer means that `after` is the head (ES-05). */
export interface LogReader {
  readLog(range: LogRange): Promise<readonly Positioned[]>;
  /** Only events of these types leave the server; `limit` counts the positions looked at, not the events found. */
  readTypes(types: readonly string[], range: LogRange): Promise<TypesRead>;
  /** The same events without who caused them, which need neither be sent nor parsed. */
  readPlaced(types: readonly string[], range: LogRange): Promise<TypesRead<Placed>>;
  head(): Promise<bigint>;
  /** Resolves when something may have been appended after `position`, or after `timeoutMs`, or when aborted. A wake-up, never data. */
  waitFor(position: bigint, timeoutMs: number, signal?: AbortSignal): Promise<void>;
}

export type EventLog = StreamStore & LogReader;
