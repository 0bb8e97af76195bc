import type { Positioned, Recorded, RecordedMetadata } from '../../domain/kernel/message.ts';

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

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Adds to the object that the parser made: copying it into another cost a quarter of reading an event. */
const build = <P extends bigint | null>(stored: StoredEvent, globalPosition: P) => {
  const metadata: Writable<RecordedMetadata & { globalPosition: P }> = JSON.parse(stored.metadata);
  metadata.messageId = stored.id;
  metadata.streamName = stored.stream;
  metadata.streamPosition = stored.version;
  metadata.globalPosition = globalPosition;
  metadata.schemaVersion = stored.schemaVersion;
  metadata.recordedAt = stored.recordedAt;
  const data: Readonly<Record<string, unknown>> = JSON.parse(stored.data);
  return { type: stored.type, data, kind: 'Event' as const, metadata };
};

export const toRecorded = (stored: StoredEvent, globalPosition: bigint | null): Recorded =>
  build(stored, globalPosition);

export const toPositioned = (stored: StoredEvent, globalPosition: bigint): Positioned =>
  build(stored, globalPosition);
