import type { Json, Recorded } from '../../domain/kernel/message.ts';
import type { Row } from '../../domain/kernel/projection.ts';

/** A read row as JSON: 64-bit integers become numbers where exact, else decimal strings. */
export const rowToJson = (row: Row): { [key: string]: Json } =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? exact(value) : value]),
  );

const exact = (value: bigint): number | string =>
  value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER)
    ? Number(value)
    : value.toString();

const FIELD = /^[a-z]+(?:[A-Z][a-z0-9]*)+$/;

/**
 * Field names in snake_case, at every depth. Only names that are camelCase are touched, so that paths used as keys stay
 * as they are.
 */
export const snakeKeys = (value: unknown): Json => {
  if (typeof value === 'bigint') return exact(value);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value)) return value.map(snakeKeys);
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      FIELD.test(key) ? key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : key,
      snakeKeys(member),
    ]),
  );
};

/** What an event says, to whomever it may be told. `position` null: not sequenced yet. */
export const eventToWire = ({ type, data, metadata }: Recorded) => ({
  version: Number(metadata.streamPosition),
  position: metadata.globalPosition === null ? null : Number(metadata.globalPosition),
  type,
  recorded_at: metadata.recordedAt,
  actor: metadata.actor,
  event_id: metadata.messageId,
  command_id: metadata.commandId,
  correlation_id: metadata.correlationId,
  causation_id: metadata.causationId,
  data: snakeKeys(data),
});
