import type { Recorded } from '../../../domain/kernel/message.ts';
import type { AuditedEvent } from '../../../read-api/kernel/audit.ts';
import { eventToWire } from '../../../read-api/kernel/wire.ts';

/** The JSON text in the log, where it tells the event in another form than today's; else null. */
export const storedText = ({ stored }: Recorded): string | null =>
  stored === undefined ? null : JSON.stringify(stored);

export const auditedEvent = (event: Recorded): AuditedEvent => ({
  ...eventToWire(event),
  stream: event.metadata.streamName,
  schema_version: event.metadata.schemaVersion,
  stored: storedText(event),
});
