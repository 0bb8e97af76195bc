import type { MessageContext, Positioned, Recorded } from '../../domain/kernel/message.ts';

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

const build = <P extends bigint | null>(stored: StoredEvent, globalPosition: P) => {
  const context: MessageContext = JSON.parse(stored.metadata);
  const data: Readonly<Record<string, unknown>> = JSON.parse(stored.data);
  return {
    type: stored.type,
    data,
    kind: 'Event' as const,
    metadata: {
      commandId: context.commandId,
      correlationId: context.correlationId,
      causationId: context.causationId,
      actor: context.actor,
      ...(context.requestId === undefined ? {} : { requestId: context.requestId }),
      messageId: stored.id,
      streamName: stored.stream,
      streamPosition: stored.version,
      globalPosition,
      schemaVersion: stored.schemaVersion,
      recordedAt: stored.recordedAt,
    },
  };
};

export const toRecorded = (stored: StoredEvent, globalPosition: bigint | null): Recorded =>
  build(stored, globalPosition);

export const toPositioned = (stored: StoredEvent, globalPosition: bigint): Positioned =>
  build(stored, globalPosition);
