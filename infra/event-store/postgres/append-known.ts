import type { QueryConfig } from 'pg';
import {
  hashArray,
  int4Array,
  int8Array,
  jsonArray,
  textArray,
  uuidArray,
} from '../../postgres/binary-array.ts';
import type { EncodedAppend, EncodedEvent } from '../encoding.ts';
import type { Unit } from './append-units.ts';
import { exactVersion, unitsOf } from './append-units.ts';
import type { KnownVersions } from './known-versions.ts';

type EventRow = Readonly<{ stream: string; version: bigint; event: EncodedEvent; metadata: string }>;

// Parameters inside (SELECT …), as in append-exact.ts. No look at anything: what is taken already is an error (23505),
// which undoes all of the statement.
const EVENTS = `INSERT INTO events (stream, version, id, type, schema_version, data, metadata)
SELECT * FROM unnest((SELECT $1::text[]), (SELECT $2::bigint[]), (SELECT $3::uuid[]), (SELECT $4::text[]),
                     (SELECT $5::integer[]), (SELECT $6::json[]), (SELECT $7::json[]))`;

const KEYS = 'INSERT INTO idempotency_keys (key, body_hash, streams, versions, created, result)';

const WITH_KEYS = `
WITH stored AS (${EVENTS}) ${KEYS}
SELECT n.key, n.body_hash, ARRAY[n.stream], ARRAY[n.version], ARRAY[n.created = 1], n.result
  FROM unnest((SELECT $8::text[]), (SELECT $9::bytea[]), (SELECT $10::json[]), (SELECT $11::text[]), (SELECT $12::bigint[]),
              (SELECT $13::integer[])) AS n(key, body_hash, result, stream, version, created)`;

const WITH_ONE_KEY = `
WITH stored AS (${EVENTS}) ${KEYS} VALUES ($8, $9, $10, $11, $12, $13)`;

const eventRows = (units: readonly Unit[]): EventRow[] =>
  units.flatMap(({ streamName, expected, parts }) => {
    let version = exactVersion(expected) ?? 0n;
    return parts.flatMap(({ events, metadata }) =>
      events.map((event) => {
        version += 1n;
        return { stream: streamName, version, event, metadata };
      }),
    );
  });

const eventValues = (rows: readonly EventRow[]): Buffer[] => [
  textArray(rows.map(({ stream }) => stream)),
  int8Array(rows.map(({ version }) => version)),
  uuidArray(rows.map(({ event }) => event.id)),
  textArray(rows.map(({ event }) => event.type)),
  int4Array(rows.map(({ event }) => event.schemaVersion)),
  jsonArray(rows.map(({ event }) => event.data)),
  jsonArray(rows.map(({ metadata }) => metadata)),
];

const areKnown = (units: readonly Unit[], known: KnownVersions): boolean =>
  units.every(({ streamName, expected }) => {
    const base = exactVersion(expected);
    return base !== null && known.has(streamName, base);
  });

/**
 * Stores units whose streams are known to be where they expect them, each with the keys of its parts. Null where that is
 * not known. When it raises 23505, another writer was first, or a key is known, and nothing of the call is stored.
 */
export const knownQuery = (units: readonly Unit[], known: KnownVersions): QueryConfig | null => {
  if (!areKnown(units, known)) return null;
  const values = eventValues(eventRows(units));
  const keys = units.flatMap(({ streamName, expected, parts }) => {
    let version = exactVersion(expected) ?? 0n;
    return parts.flatMap(({ key, events }) => {
      const base = version;
      version += BigInt(events.length);
      return key === null ? [] : [{ key, streamName, version, created: base === 0n }];
    });
  });
  if (keys.length === 0) return { name: 'append-known', text: EVENTS, values };
  return {
    name: 'append-known-keys',
    text: WITH_KEYS,
    values: [
      ...values,
      textArray(keys.map(({ key }) => key.key)),
      hashArray(keys.map(({ key }) => key.bodyHash)),
      jsonArray(keys.map(({ key }) => key.result)),
      textArray(keys.map(({ streamName }) => streamName)),
      int8Array(keys.map(({ version }) => version)),
      int4Array(keys.map(({ created }) => Number(created))),
    ],
  };
};

/** The same for one append to several streams, all or nothing, whose one key is stored with the outcome of all. */
export const knownAtomicQuery = (append: EncodedAppend, known: KnownVersions): QueryConfig | null => {
  const { key, streams } = append;
  const units = unitsOf(append);
  if (units.length === 0 || !areKnown(units, known)) return null;
  const values = eventValues(eventRows(units));
  if (key === null) return { name: 'append-known', text: EVENTS, values };
  const bases = units.map(({ expected }) => exactVersion(expected) ?? 0n);
  return {
    name: 'append-known-key',
    text: WITH_ONE_KEY,
    values: [
      ...values,
      key.key,
      Buffer.from(key.bodyHash, 'hex'),
      streams.map(({ streamName }) => streamName),
      streams.map(({ events }, index) => (bases[index] ?? 0n) + BigInt(events.length)),
      bases.map((base) => base === 0n),
      key.result,
    ],
  };
};
