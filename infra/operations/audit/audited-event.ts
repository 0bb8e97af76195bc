import type { Recorded } from '../../../domain/kernel/message.ts';
import type { AuditedEvent } from '../../../read-api/kernel/audit.ts';
import { snakeKeys } from '../../../read-api/kernel/wire.ts';

export const auditedEvent = ({ type, data, metadata }: Recorded): AuditedEvent => ({
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
  data: snakeKeys(data),
});
