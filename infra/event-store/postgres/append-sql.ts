import type { QueryConfig } from 'pg';
import type { ExpectedVersion } from '../../../domain/kernel/event-store.ts';
import type { EncodedAppend, EncodedEvent, EncodedKey } from '../encoding.ts';
import { hashArray, int4Array, int8Array, jsonArray, textArray, uuidArray } from './binary-array.ts';

/** The version that an exact expectation needs, or null where the version must be read first. */
export const exactVersion = (expected: ExpectedVersion): bigint | null => {
  if (typeof expected === 'bigint') return expected;
  return expected === 'STREAM_DOES_NOT_EXIST' ? 0n : null;
};

/** One event of one stream at a known version: the fastest form, one row or none. */
export type SingleAppend = Readonly<{
  streamName: string;
  base: bigint;
  event: EncodedEvent;
  metadata: string;
  key: EncodedKey | null;
}>;

// ON CONFLICT DO NOTHING: a lost race gives no row instead of an error, and the transaction stays usable.
const SINGLE = `
INSERT INTO events (stream, version, id, type, schema_version, data, metadata)
SELECT $1, $2::bigint + 1, $3, $4, $5, $6, $7
 WHERE $2::bigint = 0 OR EXISTS (SELECT FROM events WHERE stream = $1 AND version = $2::bigint)
ON CONFLICT ON CONSTRAINT events_stream_version DO NOTHING`;

// The key has no ON CONFLICT: when another request stored it meanwhile, the event must go too (23505).
const SINGLE_WITH_KEY = `
WITH stored AS (
  INSERT INTO events (stream, version, id, type, schema_version, data, metadata)
  SELECT $1, $2::bigint + 1, $3, $4, $5, $6, $7
   WHERE ($2::bigint = 0 OR EXISTS (SELECT FROM events WHERE stream = $1 AND version = $2::bigint))
     AND NOT EXISTS (SELECT FROM idempotency_keys WHERE key = $8)
  ON CONFLICT ON CONSTRAINT events_stream_version DO NOTHING
  RETURNING version
)
INSERT INTO idempotency_keys (key, body_hash, streams, versions, created, result)
SELECT $8, $9, ARRAY[$1], ARRAY[version], ARRAY[version = 1], $10 FROM stored`;

export const singleQuery = (single: SingleAppend): QueryConfig => {
  const { streamName, base, event, metadata, key } = single;
  const values = [streamName, base, event.id, event.type, event.schemaVersion, event.data, metadata];
  if (key === null) return { name: 'append-single', text: SINGLE, values };
  return {
    name: 'append-single-key',
    text: SINGLE_WITH_KEY,
    values: [...values, key.key, Buffer.from(key.bodyHash, 'hex'), key.result],
  };
};

/** Appends to one stream that are stored together, one after the other. */
export type Unit = Readonly<{ streamName: string; expected: ExpectedVersion; parts: readonly UnitPart[] }>;

export type UnitPart = Readonly<{
  events: readonly EncodedEvent[];
  metadata: string;
  key: EncodedKey | null;
}>;

const expectedCode = (expected: ExpectedVersion): bigint =>
  exactVersion(expected) ?? (expected === 'STREAM_EXISTS' ? -2n : -1n);

type Columns = {
  unitStream: string[];
  unitExpected: bigint[];
  unitCount: number[];
  eventUnit: number[];
  eventOffset: number[];
  events: EncodedEvent[];
  metadata: string[];
  keys: EncodedKey[];
  member: { key: number; unit: number; from: number; to: number }[];
};

const columnsOf = (units: readonly Unit[]): Columns => {
  const columns: Columns = {
    unitStream: [],
    unitExpected: [],
    unitCount: [],
    eventUnit: [],
    eventOffset: [],
    events: [],
    metadata: [],
    keys: [],
    member: [],
  };
  const keyNumbers = new Map<string, number>();
  units.forEach((unit, index) => {
    let offset = 0;
    for (const part of unit.parts) {
      const from = offset;
      for (const event of part.events) {
        offset += 1;
        columns.eventUnit.push(index + 1);
        columns.eventOffset.push(offset);
        columns.events.push(event);
        columns.metadata.push(part.metadata);
      }
      if (part.key === null) continue;
      const number = keyNumbers.get(part.key.key) ?? columns.keys.push(part.key);
      keyNumbers.set(part.key.key, number);
      columns.member.push({ key: number, unit: index + 1, from, to: offset });
    }
    columns.unitStream.push(unit.streamName);
    columns.unitExpected.push(expectedCode(unit.expected));
    columns.unitCount.push(offset);
  });
  return columns;
};

const APPEND = `
SELECT unit, base FROM append_events(
  $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`;

/**
 * The call of `append_events` (migrations/0001). `lock` waits for the streams' locks first; `atomic` raises 40001
 * unless every unit is stored. Rows: 1-based unit and the version that it started from.
 */
export const unitsQuery = (
  units: readonly Unit[],
  options: Readonly<{ lock: boolean; atomic: boolean; extraKey?: EncodedKey }>,
): QueryConfig => {
  const c = columnsOf(units);
  if (options.extraKey !== undefined) c.keys.push(options.extraKey);
  return {
    name: 'append-units',
    text: APPEND,
    values: [
      options.lock,
      options.atomic,
      textArray(c.unitStream),
      int8Array(c.unitExpected),
      int4Array(c.unitCount),
      int4Array(c.eventUnit),
      int4Array(c.eventOffset),
      uuidArray(c.events.map((event) => event.id)),
      textArray(c.events.map((event) => event.type)),
      int4Array(c.events.map((event) => event.schemaVersion)),
      jsonArray(c.events.map((event) => event.data)),
      jsonArray(c.metadata),
      textArray(c.keys.map((key) => key.key)),
      hashArray(c.keys.map((key) => Buffer.from(key.bodyHash, 'hex'))),
      jsonArray(c.keys.map((key) => key.result)),
      int4Array(c.member.map((member) => member.key)),
      int4Array(c.member.map((member) => member.unit)),
      int4Array(c.member.map((member) => member.from)),
      int4Array(c.member.map((member) => member.to)),
    ],
  };
};

export const unitsOf = (append: EncodedAppend): Unit[] =>
  append.streams.map(({ streamName, expected, events }) => ({
    streamName,
    expected,
    parts: [{ events, metadata: append.metadata, key: append.key }],
  }));

/** The single form of an append, where it has one. */
export const singleOf = (append: EncodedAppend): SingleAppend | null => {
  const [stream] = append.streams;
  const [event] = stream?.events ?? [];
  if (stream === undefined || event === undefined) return null;
  if (append.streams.length > 1 || stream.events.length > 1) return null;
  const base = exactVersion(stream.expected);
  if (base === null) return null;
  return { streamName: stream.streamName, base, event, metadata: append.metadata, key: append.key };
};
