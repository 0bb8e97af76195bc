import type { CustomTypesConfig, QueryArrayConfig } from 'pg';
import type { MessageContext } from '../../../domain/kernel/message.ts';
import type { StoredEvent } from '../recorded.ts';
import { recorded } from '../recorded.ts';

const asText = (text: string): string => text;

/**
 * Every column stays the text that the server sent. pg's own parsers would round timestamps to milliseconds and parse
 * JSON twice; its `binary` mode (8.23) decodes values as UTF-8 first and so corrupts every byte above 0x7f.
 */
const textTypes: CustomTypesConfig = { getTypeParser: () => asText };

export type TextRow = readonly (string | null)[];

export const textQuery = (name: string, text: string, values: unknown[]): QueryArrayConfig => ({
  name,
  text,
  values,
  rowMode: 'array',
  types: textTypes,
});

/** For `rfc3339`. The zone is given as an interval: looking 'UTC' up by name cost 5% of reading. */
export const RECORDED_AT = `timezone(interval '0', e.recorded_at)`;

/** The columns of `e` (events) that make a stored event, in the order that `storedEvent` reads. */
export const EVENT_COLUMNS = `e.id, e.stream, e.version, e.type, e.schema_version, ${RECORDED_AT}, e.data, e.metadata`;

/** As many columns as `EVENT_COLUMNS`, of the same types, for a row that is no event. */
export const NO_EVENT =
  'NULL::uuid, NULL::text, NULL::bigint, NULL::text, NULL::integer, NULL::timestamp, NULL::json, NULL::json';

const SECONDS_END = 19;
const FULL_LENGTH = 26;

/** `2026-11-20 22:58:33.12` to `2026-11-20T22:58:33.120000Z`. */
export const rfc3339 = (timestamp: string): string => {
  const date = timestamp.slice(0, 10);
  if (timestamp.length === FULL_LENGTH) return `${date}T${timestamp.slice(11)}Z`;
  const fraction = timestamp.slice(SECONDS_END + 1).padEnd(6, '0');
  return `${date}T${timestamp.slice(11, SECONDS_END)}.${fraction}Z`;
};

const required = (value: string | null | undefined): string => {
  if (value === null || value === undefined) throw new Error('a column of an event is missing');
  return value;
};

/** Reads `EVENT_COLUMNS` starting at column `at`. */
export const storedEvent = (row: TextRow, at: number): StoredEvent => ({
  id: required(row[at]),
  stream: required(row[at + 1]),
  version: BigInt(required(row[at + 2])),
  type: required(row[at + 3]),
  schemaVersion: Number(required(row[at + 4])),
  recordedAt: rfc3339(required(row[at + 5])),
  data: required(row[at + 6]),
  metadata: required(row[at + 7]),
});

export const bigintColumn = (row: TextRow | undefined, at: number): bigint =>
  BigInt(required(row === undefined ? null : row[at]));

export const textColumn = (row: TextRow | undefined, at: number): string =>
  required(row === undefined ? null : row[at]);

const JSON_OID = 114;
const eventTypes: CustomTypesConfig = { getTypeParser: (oid) => (oid === JSON_OID ? JSON.parse : asText) };

/** `position` and `EVENT_COLUMNS`, asked for by `eventQuery`. */
export type EventRow = [
  position: string | null,
  id: string,
  stream: string,
  version: string,
  type: string,
  schemaVersion: string,
  recordedAt: string,
  data: Readonly<Record<string, unknown>>,
  context: MessageContext,
];

/**
 * Parses the JSON of a row as it arrives. Keeping its text until the last row of the range was there left the garbage
 * collector a third of the time of reading a log.
 */
export const eventQuery = (name: string, text: string, values: unknown[]): QueryArrayConfig => ({
  ...textQuery(name, text, values),
  types: eventTypes,
});

export const recordedRow = <P extends bigint | null>(row: EventRow, position: P) => {
  const [, id, stream, version, type, schemaVersion, recordedAt, data, context] = row;
  const header = {
    id,
    stream,
    version: BigInt(version),
    type,
    schemaVersion: Number(schemaVersion),
    recordedAt: rfc3339(recordedAt),
  };
  return recorded(header, data, context, position);
};
