import type { QueryConfig } from 'pg';
import type { ExpectedVersion } from '../../../domain/kernel/event-store.ts';
import { int8Array, textArray } from '../../postgres/binary-array.ts';
import type { EncodedAppend } from '../encoding.ts';
import { contentColumns, keyColumns } from './append-columns.ts';
import type { Unit, UnitPart } from './append-units.ts';
import { exactVersion, unitsOf } from './append-units.ts';
import type { KnownVersions } from './known-versions.ts';

/** A part of a unit, and the version that its stream has before it. */
type PlacedPart = UnitPart & Readonly<{ stream: string; base: bigint }>;

// Parameters inside (SELECT …), as in append-exact.ts. No look at anything: what is taken already is an error (23505),
// which undoes all of the statement. Arrays of one length each, taken apart beside each other in the target list: as a
// function in FROM they would first be put down in a table of their own, an eighth of the statement.
const EVENTS = `INSERT INTO events (stream, version, id, type, schema_version, data, metadata)
SELECT unnest((SELECT $1::text[])), unnest((SELECT $2::bigint[])), unnest((SELECT $3::uuid[])), unnest((SELECT $4::text[])),
       unnest((SELECT $5::integer[])), unnest((SELECT $6::json[])), unnest((SELECT $7::json[]))`;

const KEYS = 'INSERT INTO idempotency_keys (key, body_hash, streams, versions, created, result)';

const WITH_KEYS = `
WITH stored AS (${EVENTS}) ${KEYS}
SELECT n.key, n.body_hash, ARRAY[n.stream], ARRAY[n.version], ARRAY[n.base = 0], n.result
  FROM (SELECT unnest((SELECT $8::text[])), unnest((SELECT $9::bytea[])), unnest((SELECT $10::json[])), unnest((SELECT $11::text[])),
               unnest((SELECT $12::bigint[])), unnest((SELECT $13::bigint[]))) AS n(key, body_hash, result, stream, base, version)`;

const WITH_ONE_KEY = `
WITH stored AS (${EVENTS}) ${KEYS} VALUES ($8, $9, $10, $11, $12, $13)`;

type Expectation = Readonly<{ streamName: string; expected: ExpectedVersion }>;

/** `any` and `existing` as the version that is known of the stream: an insert of the next one needs no look and no lock. */
export const assume = <E extends Expectation>(expectation: E, known: KnownVersions): E => {
  const { streamName, expected } = expectation;
  if (exactVersion(expected) !== null) return expectation;
  const newest = known.newest(streamName);
  return newest === null || newest === 0n ? expectation : { ...expectation, expected: newest };
};

const endOf = ({ base, events }: Pick<PlacedPart, 'base' | 'events'>): bigint => base + BigInt(events.length);

/** The parts of units whose streams are known to be where they expect them; null where that is not known of all. */
const placedParts = (units: readonly Unit[], known: KnownVersions): PlacedPart[] | null => {
  const placed: PlacedPart[] = [];
  for (const { streamName, expected, parts } of units) {
    let base = exactVersion(expected);
    if (base === null || !known.has(streamName, base)) return null;
    for (const part of parts) {
      const here = { ...part, stream: streamName, base };
      placed.push(here);
      base = endOf(here);
    }
  }
  return placed;
};

const eventValues = (parts: readonly PlacedPart[]): Buffer[] => {
  const rows = parts.flatMap(({ stream, base, events, metadata }) =>
    events.map((event, index) => ({ stream, version: base + BigInt(index + 1), event, metadata })),
  );
  return [
    textArray(rows.map(({ stream }) => stream)),
    int8Array(rows.map(({ version }) => version)),
    ...contentColumns(rows),
  ];
};

/**
 * Stores units whose streams are known to be where they expect them, each with the keys of its parts. Null where that is
 * not known. When it raises 23505, another writer was first, or a key is known, and nothing of the call is stored.
 */
export const knownQuery = (units: readonly Unit[], known: KnownVersions): QueryConfig | null => {
  const parts = placedParts(units, known);
  if (parts === null) return null;
  const values = eventValues(parts);
  const keyed = parts.filter(({ key }) => key !== null);
  if (keyed.length === 0) return { name: 'append-known', text: EVENTS, values };
  return {
    name: 'append-known-keys',
    text: WITH_KEYS,
    values: [
      ...values,
      ...keyColumns(keyed.map(({ key }) => key)),
      textArray(keyed.map(({ stream }) => stream)),
      int8Array(keyed.map(({ base }) => base)),
      int8Array(keyed.map(endOf)),
    ],
  };
};

/** The same for one append to several streams, all or nothing, whose one key is stored with the outcome of all. */
export const knownAtomicQuery = (append: EncodedAppend, known: KnownVersions): QueryConfig | null => {
  const parts = placedParts(unitsOf(append), known);
  if (parts === null || parts.length === 0) return null;
  const { key } = append;
  const values = eventValues(parts);
  if (key === null) return { name: 'append-known', text: EVENTS, values };
  return {
    name: 'append-known-key',
    text: WITH_ONE_KEY,
    values: [
      ...values,
      key.key,
      Buffer.from(key.bodyHash, 'hex'),
      parts.map(({ stream }) => stream),
      parts.map(endOf),
      parts.map(({ base }) => base === 0n),
      key.result,
    ],
  };
};
