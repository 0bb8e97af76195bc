import type { MessageContext, Positioned, Recorded, RecordedMetadata } from '../../domain/kernel/message.ts';

/** One stored event as texts and numbers, the same for every implementation. */
export type StoredEvent = Readonly<{
  id: string;
  stream: string;
  version: bigint;
  type: string;
  schemaVersion: number;
  /** RFC 3339, UTC, microseconds. */
  recordedAt: string;
  /** JSON texts, exactly as stored. */
  data: string;
  metadata: string;
}>;

/** A stored event with its place in the log. */
export type LogEntry = Readonly<{ position: bigint; stored: StoredEvent }>;

type Header = Omit<StoredEvent, 'data' | 'metadata'>;
type Data = Readonly<Record<string, unknown>>;
type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * An event that was read. A class and no literal: of what a literal makes V8 may decide, by the first milliseconds of reading, that it
 * lives long and is born old; then the data of every event that was read is copied before it is found dead (docs/performance.md).
 */
export class EventRead<M> {
  readonly type: string;
  readonly data: Data;
  readonly kind = 'Event' as const;
  readonly metadata: M;

  constructor(type: string, data: Data, metadata: M) {
    this.type = type;
    this.data = data;
    this.metadata = metadata;
  }
}

/** Makes `context` the metadata, by adding to it: copying it into another object cost a quarter of reading an event. */
export const recorded = <P extends bigint | null>(
  header: Header,
  data: Data,
  context: MessageContext,
  globalPosition: P,
) => {
  const metadata = context as Writable<RecordedMetadata & { globalPosition: P }>;
  metadata.messageId = header.id;
  metadata.streamName = header.stream;
  metadata.streamPosition = header.version;
  metadata.globalPosition = globalPosition;
  metadata.schemaVersion = header.schemaVersion;
  metadata.recordedAt = header.recordedAt;
  return new EventRead(header.type, data, metadata);
};

export const toRecorded = (stored: StoredEvent, globalPosition: bigint | null): Recorded =>
  recorded(stored, JSON.parse(stored.data), JSON.parse(stored.metadata), globalPosition);

export const toPositioned = ({ stored, position }: LogEntry): Positioned =>
  recorded(stored, JSON.parse(stored.data), JSON.parse(stored.metadata), position);
