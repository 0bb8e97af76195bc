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

/**
 * One statement each for a first and for a further event: with both in one (`WHERE base = 0 OR EXISTS …`) the planner
 * prefers to plan anew for every call, which cost a third of the throughput.
 * ON CONFLICT DO NOTHING: a lost race gives no row instead of an error, and the transaction stays usable.
 */
const INSERT = 'INSERT INTO events (stream, version, id, type, schema_version, data, metadata)';
const UNLESS_TAKEN = 'ON CONFLICT ON CONSTRAINT events_stream_version DO NOTHING';
const KEY_IS_NEW = 'NOT EXISTS (SELECT FROM idempotency_keys WHERE key = $8)';
const COLUMNS = '$1, $2::bigint + 1, $3::uuid, $4, $5::integer, $6::json, $7::json';
const AT_BASE = 'FROM events WHERE stream = $1 AND version = $2::bigint';

// The key has no ON CONFLICT: when another request stored it meanwhile, the event must go too (23505).
const withKey = (insert: string): string => `
WITH stored AS (${insert} ${UNLESS_TAKEN} RETURNING version)
INSERT INTO idempotency_keys (key, body_hash, streams, versions, created, result)
SELECT $8, $9, ARRAY[$1], ARRAY[version], ARRAY[version = 1], $10 FROM stored`;

const SINGLE = {
  'append-first': `${INSERT} VALUES (${COLUMNS}) ${UNLESS_TAKEN}`,
  'append-next': `${INSERT} SELECT ${COLUMNS} ${AT_BASE} ${UNLESS_TAKEN}`,
  'append-first-key': withKey(`${INSERT} SELECT ${COLUMNS} WHERE ${KEY_IS_NEW}`),
  'append-next-key': withKey(`${INSERT} SELECT ${COLUMNS} ${AT_BASE} AND ${KEY_IS_NEW}`),
} as const;

export const singleQuery = (single: SingleAppend): QueryConfig => {
  const { streamName, base, event, metadata, key } = single;
  const values = [streamName, base, event.id, event.type, event.schemaVersion, event.data, metadata];
  if (key === null) {
    const name = base === 0n ? 'append-first' : 'append-next';
    return { name, text: SINGLE[name], values };
  }
  const name = base === 0n ? 'append-first-key' : 'append-next-key';
  return {
    name,
    text: SINGLE[name],
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

// A scalar subquery, not EXISTS: a plan made while the log was small would hash the whole table. Parameters inside
// (SELECT …): the planner then cannot see how short the arrays are, else it plans small calls anew, at twice the cost.
const EXACT = `
${INSERT}
SELECT n.stream, n.base + 1, n.id, n.type, n.schema_version, n.data, n.metadata
  FROM unnest((SELECT $1::text[]), (SELECT $2::bigint[]), (SELECT $3::uuid[]), (SELECT $4::text[]),
              (SELECT $5::integer[]), (SELECT $6::json[]), (SELECT $7::json[]))
       AS n(stream, base, id, type, schema_version, data, metadata)
 WHERE n.base = 0 OR (SELECT true FROM events e WHERE e.stream = n.stream AND e.version = n.base)
${UNLESS_TAKEN} RETURNING stream`;

const EXACT_ATOMIC = `WITH stored AS (${EXACT}) SELECT require_all(count(*), $8) FROM stored`;

/**
 * One event for each of several streams at known versions, without keys: half the cost of `append_events`. Rows: the
 * streams stored; with `atomic` all of them, or 40001. Null when the units are not of that form.
 */
export const exactQuery = (units: readonly Unit[], atomic: boolean): QueryConfig | null => {
  const rows: { stream: string; base: bigint; event: EncodedEvent; metadata: string }[] = [];
  for (const { streamName, expected, parts } of units) {
    const base = exactVersion(expected);
    const [part, second] = parts;
    const [event, another] = part?.events ?? [];
    if (base === null || part === undefined || event === undefined) return null;
    if (second !== undefined || another !== undefined || part.key !== null) return null;
    rows.push({ stream: streamName, base, event, metadata: part.metadata });
  }
  const values = [
    textArray(rows.map(({ stream }) => stream)),
    int8Array(rows.map(({ base }) => base)),
    uuidArray(rows.map(({ event }) => event.id)),
    textArray(rows.map(({ event }) => event.type)),
    int4Array(rows.map(({ event }) => event.schemaVersion)),
    jsonArray(rows.map(({ event }) => event.data)),
    jsonArray(rows.map(({ metadata }) => metadata)),
  ];
  return atomic
    ? { name: 'append-exact-atomic', text: EXACT_ATOMIC, values: [...values, rows.length] }
    : { name: 'append-exact', text: EXACT, values };
};

/** Which events (from, to] of which unit (1-based) are the outcome of a key. */
type KeyColumn = Readonly<{ key: EncodedKey; unit: number; from: number; to: number }>;

type EventColumn = Readonly<{
  stream: string;
  unit: number;
  place: number;
  event: EncodedEvent;
  metadata: string;
}>;

const columnsOf = (units: readonly Unit[]) => {
  const events: EventColumn[] = [];
  const keys: KeyColumn[] = [];
  const counts = units.map(({ streamName, parts }, index) => {
    let place = 0;
    for (const part of parts) {
      const from = place;
      for (const event of part.events) {
        place += 1;
        events.push({ stream: streamName, unit: index + 1, place, event, metadata: part.metadata });
      }
      if (part.key !== null) keys.push({ key: part.key, unit: index + 1, from, to: place });
    }
    return place;
  });
  return { events, keys, counts };
};

const APPEND = `
SELECT append_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) AS bases`;

/**
 * The call of `append_events` (migrations/0001): one row with the version that each unit started from, -1 where nothing
 * of it was stored. `lock` waits for the streams' locks first. `atomic` raises 40001 unless every unit is stored; the
 * one key of the call is then `key`, and those of the parts are not looked at.
 */
export const unitsQuery = (
  units: readonly Unit[],
  options: Readonly<
    { lock: boolean; atomic: false } | { lock: boolean; atomic: true; key: EncodedKey | null }
  >,
): QueryConfig => {
  const { events, keys: partKeys, counts } = columnsOf(units);
  const whole = options.atomic && options.key !== null ? [{ key: options.key, unit: 0, from: 0, to: 0 }] : [];
  const keys = options.atomic ? whole : partKeys;
  return {
    name: 'append-units',
    text: APPEND,
    values: [
      options.lock,
      options.atomic,
      textArray(units.map(({ streamName }) => streamName)),
      int8Array(units.map(({ expected }) => expectedCode(expected))),
      int4Array(counts),
      textArray(events.map(({ stream }) => stream)),
      int4Array(events.map(({ unit }) => unit)),
      int4Array(events.map(({ place }) => place)),
      uuidArray(events.map(({ event }) => event.id)),
      textArray(events.map(({ event }) => event.type)),
      int4Array(events.map(({ event }) => event.schemaVersion)),
      jsonArray(events.map(({ event }) => event.data)),
      jsonArray(events.map(({ metadata }) => metadata)),
      textArray(keys.map(({ key }) => key.key)),
      hashArray(keys.map(({ key }) => Buffer.from(key.bodyHash, 'hex'))),
      jsonArray(keys.map(({ key }) => key.result)),
      int4Array(keys.map(({ unit }) => unit)),
      int4Array(keys.map(({ from }) => from)),
      int4Array(keys.map(({ to }) => to)),
    ],
  };
};

/** `{3,-1}`, an array of bigint as text. */
const parseBases = (text: string): bigint[] =>
  text === '{}' ? [] : text.slice(1, -1).split(',').map(BigInt);

/** The answer of `unitsQuery`. */
export const basesOf = (row: { bases: string[] | string } | undefined): bigint[] => {
  if (row === undefined) return [];
  return typeof row.bases === 'string' ? parseBases(row.bases) : row.bases.map(BigInt);
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
