import type { Recorded } from '../../../domain/kernel/message.ts';
import type { AuditedEvent } from '../../../read-api/kernel/audit.ts';
import { snakeKeys } from '../../../read-api/kernel/wire.ts';

/** The JSON text in the log, where it tells the event in another form than today's; else null. */
export const storedText = ({ stored }: Recorded): string | null =>
  stored === undefined ? null : JSON.stringify(stored);

export const auditedEvent = (event: Recorded): AuditedEvent => {
  const { type, data, metadata } = event;
  return {
    position: metadata.globalPosition === null ? null : Number(metadata.globalPosition),
    stream: metadata.streamName,
    version: Number(metadata.streamPosition),
    type,
    recorded_at: metadata.recordedAt,
    actor: metadata.actor,
    event_id: metadata.messageId,
    command_id: metadata.commandId,
    correlation_id: metadata.correlationId,
    causation_id: metadata.causationId,
    schema_version: metadata.schemaVersion,
    data: snakeKeys(data),
    stored: storedText(event),
  };
};
