import { randomUUID } from 'node:crypto';
import type {
  AppendOptions,
  ExpectedVersion,
  InvalidAppendCode,
  NewEvent,
  StreamAppend,
} from '../../domain/kernel/event-store.ts';
import { InvalidAppend } from '../../domain/kernel/event-store.ts';
import type { RecordedMetadata } from '../../domain/kernel/message.ts';
import { checkJsonText, exactJsonText } from './exact-json.ts';

export const LIMITS = {
  /** Characters. In UTF-8 a name still fits a b-tree entry. */
  nameLength: 255,
  /** Characters: a scope of up to 100 and the 200 that a client may send. */
  keyLength: 320,
  /** Bytes of the JSON text of one event. Larger things are artifacts, named by an event. */
  eventBytes: 262_144,
  /** Bytes of the JSON text of an event's own metadata. */
  metadataBytes: 16_384,
  eventsPerAppend: 5_000,
  streamsPerAppend: 256,
  readCount: 10_000,
} as const;

export type EncodedEvent = Readonly<{ id: string; type: string; schemaVersion: number; data: string }>;

export type EncodedStream = Readonly<{
  streamName: string;
  expected: ExpectedVersion;
  events: readonly EncodedEvent[];
}>;

export type EncodedKey = Readonly<{ key: string; bodyHash: string; result: string | null }>;

/** A checked append: every text in it is stored as it is. */
export type EncodedAppend = Readonly<{
  streams: readonly EncodedStream[];
  /** JSON text of the message context and of the events' own metadata, the same for every event of the append. */
  metadata: string;
  key: EncodedKey | null;
}>;

const MAX_VERSION = 2n ** 62n;
// Control characters would break the line-based leaf encoding.
const CONTROL = /\p{Cc}/u;

const checkName = (
  value: unknown,
  code: InvalidAppendCode,
  path: string,
  maxLength: number = LIMITS.nameLength,
): string => {
  if (typeof value !== 'string' || value === '') throw new InvalidAppend(code, path, 'must be a text');
  if (value.length > maxLength) throw new InvalidAppend(code, path, `is longer than ${maxLength} characters`);
  if (!value.isWellFormed() || CONTROL.test(value))
    throw new InvalidAppend(code, path, 'has a control character or a lone surrogate');
  return value;
};

export const checkStreamName = (name: unknown): string =>
  checkName(name, 'INVALID_STREAM_NAME', 'streamName');

const checkExpected = (expected: ExpectedVersion): ExpectedVersion => {
  const known =
    expected === 'STREAM_DOES_NOT_EXIST' ||
    expected === 'STREAM_EXISTS' ||
    expected === 'NO_CONCURRENCY_CHECK' ||
    (typeof expected === 'bigint' && expected >= 0n && expected <= MAX_VERSION);
  if (!known)
    throw new InvalidAppend('INVALID_EXPECTED_VERSION', 'expectedStreamVersion', `got ${String(expected)}`);
  return expected;
};

const encodeEvent = (event: NewEvent, path: string): EncodedEvent => {
  const schemaVersion = event.schemaVersion ?? 1;
  if (!Number.isInteger(schemaVersion) || schemaVersion < 1 || schemaVersion > 1_000_000)
    throw new InvalidAppend('INVALID_SCHEMA_VERSION', `${path}.schemaVersion`, 'must be a positive integer');
  if (typeof event.data !== 'object' || event.data === null || Array.isArray(event.data))
    throw new InvalidAppend('INVALID_JSON', `${path}.data`, 'must be an object');
  const data = exactJsonText(event.data, `${path}.data`);
  if (Buffer.byteLength(data) > LIMITS.eventBytes)
    throw new InvalidAppend('EVENT_TOO_LARGE', `${path}.data`, `is over ${LIMITS.eventBytes} bytes of JSON`);
  return {
    id: randomUUID(),
    type: checkName(event.type, 'INVALID_EVENT_TYPE', `${path}.type`),
    schemaVersion,
    data,
  };
};

const CONTEXT_IDS = ['commandId', 'correlationId', 'causationId'] as const;

/** Where emmett's events bring metadata of their own, these names are taken. */
const RECORDED: Readonly<Record<keyof RecordedMetadata, true>> = {
  commandId: true,
  correlationId: true,
  causationId: true,
  actor: true,
  requestId: true,
  messageId: true,
  streamName: true,
  streamPosition: true,
  globalPosition: true,
  schemaVersion: true,
  recordedAt: true,
};

const checkOwnMetadata = (own: Readonly<Record<string, unknown>>): void => {
  const taken = Object.keys(own).find((name) => Object.hasOwn(RECORDED, name));
  if (taken !== undefined)
    throw new InvalidAppend('INVALID_METADATA', `metadata.${taken}`, 'is what the store itself records');
  if (Buffer.byteLength(exactJsonText(own, 'metadata')) > LIMITS.metadataBytes)
    throw new InvalidAppend('INVALID_METADATA', 'metadata', `is over ${LIMITS.metadataBytes} bytes of JSON`);
};

const encodeMetadata = ({ context, ownMetadata }: AppendOptions): string => {
  if (ownMetadata !== undefined) checkOwnMetadata(ownMetadata);
  const { commandId, correlationId, causationId, requestId } = context;
  const actor = { type: context.actor?.type, id: context.actor?.id };
  for (const name of CONTEXT_IDS) checkName(context[name], 'INVALID_CONTEXT', `context.${name}`);
  checkName(actor.id, 'INVALID_CONTEXT', 'context.actor.id');
  if (requestId !== undefined) checkName(requestId, 'INVALID_CONTEXT', 'context.requestId');
  if (!['user', 'admin', 'system'].includes(actor.type))
    throw new InvalidAppend('INVALID_CONTEXT', 'context.actor.type', 'must be user, admin or system');
  const recorded = { commandId, correlationId, causationId, actor, requestId };
  return JSON.stringify(ownMetadata === undefined ? recorded : { ...recorded, ...ownMetadata });
};

const encodeKey = (options: AppendOptions): EncodedKey | null => {
  const { idempotency } = options;
  if (idempotency === undefined) return null;
  if (!/^[0-9a-f]{64}$/.test(idempotency.bodyHash))
    throw new InvalidAppend('INVALID_IDEMPOTENCY', 'idempotency.bodyHash', 'must be lower-case hex SHA-256');
  return {
    key: checkName(idempotency.key, 'INVALID_IDEMPOTENCY', 'idempotency.key', LIMITS.keyLength),
    bodyHash: idempotency.bodyHash,
    result: idempotency.result === undefined ? null : checkJsonText(idempotency.result, 'idempotency.result'),
  };
};

/**
 * Checks an append and turns it into texts. An append of no stream at all is allowed with an idempotency key: it
 * stores the answer of a command that changed nothing. Throws `InvalidAppend`; nothing has been written then.
 */
export const encodeAppend = (appends: readonly StreamAppend[], options: AppendOptions): EncodedAppend => {
  const key = encodeKey(options);
  if (appends.length === 0 && key === null)
    throw new InvalidAppend('EMPTY_APPEND', 'appends', 'names no stream and no idempotency key');
  if (appends.length > LIMITS.streamsPerAppend)
    throw new InvalidAppend('TOO_MANY_STREAMS', 'appends', `has over ${LIMITS.streamsPerAppend} streams`);
  const names = new Set<string>();
  let count = 0;
  const streams = appends.map((append) => {
    const streamName = checkStreamName(append.streamName);
    if (names.has(streamName))
      throw new InvalidAppend('DUPLICATE_STREAM', 'appends', `names stream ${streamName} twice`);
    names.add(streamName);
    if (append.events.length === 0)
      throw new InvalidAppend('EMPTY_APPEND', streamName, 'has no event to append');
    count += append.events.length;
    if (count > LIMITS.eventsPerAppend)
      throw new InvalidAppend('TOO_MANY_EVENTS', 'appends', `has over ${LIMITS.eventsPerAppend} events`);
    return {
      streamName,
      expected: checkExpected(append.expectedStreamVersion),
      events: append.events.map((event, index) => encodeEvent(event, `events[${index}]`)),
    };
  });
  return { streams, metadata: encodeMetadata(options), key };
};

/** True when a stream at `actual` (0n: none) meets the expectation. */
export const meets = (expected: ExpectedVersion, actual: bigint): boolean => {
  switch (expected) {
    case 'NO_CONCURRENCY_CHECK':
      return true;
    case 'STREAM_EXISTS':
      return actual > 0n;
    case 'STREAM_DOES_NOT_EXIST':
      return actual === 0n;
    default:
      return actual === expected;
  }
};
