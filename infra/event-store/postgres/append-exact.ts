import type { QueryConfig } from 'pg';
import { int8Array, textArray } from '../../postgres/binary-array.ts';
import type { EncodedEvent, EncodedKey } from '../encoding.ts';
import { contentColumns, keyColumns } from './append-columns.ts';
import type { Unit } from './append-units.ts';
import { exactVersion } from './append-units.ts';

// Parameters inside (SELECT …): the planner then cannot see how short the arrays are, else it plans small calls anew, at
// twice the cost. The order by both columns makes it one step down the index; see append-single.ts for the guard.
const given = (columns: readonly (readonly [name: string, type: string])[]): string => `
  unnest(${columns.map(([, type], index) => `(SELECT $${index + 1}::${type}[])`).join(', ')})
    AS n(${columns.map(([name]) => name).join(', ')})
 WHERE coalesce((SELECT e.version FROM events e WHERE e.stream = n.stream
                  ORDER BY e.stream DESC, e.version DESC LIMIT 1), 0) = n.base`;

const EVENT = [
  ['stream', 'text'],
  ['base', 'bigint'],
  ['id', 'uuid'],
  ['type', 'text'],
  ['schema_version', 'integer'],
  ['data', 'json'],
  ['metadata', 'json'],
] as const;
const KEY = [
  ['key', 'text'],
  ['body_hash', 'bytea'],
  ['result', 'json'],
] as const;

const INSERT = `INSERT INTO events (stream, version, id, type, schema_version, data, metadata)
SELECT n.stream, n.base + 1, n.id, n.type, n.schema_version, n.data, n.metadata FROM`;

/** How many were stored, and which, where it is not all of them ($1 is the streams). */
const answer = (from: string): string =>
  `SELECT count(*)::integer AS stored, nullif(array_agg(stream), $1) AS streams FROM ${from}`;

const PLAIN = `
WITH stored AS (${INSERT} ${given(EVENT)} RETURNING stream) ${answer('stored')}`;

const ATOMIC = `
WITH stored AS (${INSERT} ${given(EVENT)} RETURNING stream) SELECT require_all(count(*), $8) FROM stored`;

// The key has no ON CONFLICT: when another request stored it meanwhile, the events must go too (23505).
const KEYED = `
WITH n AS MATERIALIZED (
  SELECT * FROM ${given([...EVENT, ...KEY])}
     AND NOT EXISTS (SELECT FROM idempotency_keys k WHERE k.key = n.key)
), stored AS (${INSERT} n), keys AS (
  INSERT INTO idempotency_keys (key, body_hash, streams, versions, created, result)
  SELECT key, body_hash, ARRAY[stream], ARRAY[base + 1], ARRAY[base = 0], result FROM n WHERE key IS NOT NULL
)
${answer('n')}`;

type Row = Readonly<{
  stream: string;
  base: bigint;
  event: EncodedEvent;
  metadata: string;
  key: EncodedKey | null;
}>;

/** One event for each of several streams at known versions; null when the units are not of that form. */
const rowsOf = (units: readonly Unit[]): Row[] | null => {
  const rows: Row[] = [];
  for (const { streamName, expected, parts } of units) {
    const base = exactVersion(expected);
    const [part, second] = parts;
    const [event, another] = part?.events ?? [];
    if (base === null || part === undefined || event === undefined) return null;
    if (second !== undefined || another !== undefined) return null;
    rows.push({ stream: streamName, base, event, metadata: part.metadata, key: part.key });
  }
  return rows;
};

const eventValues = (rows: readonly Row[]): Buffer[] => [
  textArray(rows.map(({ stream }) => stream)),
  int8Array(rows.map(({ base }) => base)),
  ...contentColumns(rows),
];

/**
 * Stores one event for each of several streams at known versions, each on its own: half the cost of `append_events`.
 * Null when the units are not of that form. Answers one row for `storedStreams`; 23505 when one of them was in a race,
 * and then nothing of the call is stored.
 */
export const exactQuery = (units: readonly Unit[]): QueryConfig | null => {
  const rows = rowsOf(units);
  if (rows === null) return null;
  const values = eventValues(rows);
  if (rows.every(({ key }) => key === null)) return { name: 'append-exact', text: PLAIN, values };
  const keys = keyColumns(rows.map(({ key }) => key));
  return { name: 'append-exact-key', text: KEYED, values: [...values, ...keys] };
};

/** All of the units or nothing (40001). Null when they are not of that form, or have keys. */
export const exactAtomicQuery = (units: readonly Unit[]): QueryConfig | null => {
  const rows = rowsOf(units);
  if (rows === null || rows.some(({ key }) => key !== null)) return null;
  return { name: 'append-exact-atomic', text: ATOMIC, values: [...eventValues(rows), rows.length] };
};

/** The answer to `exactQuery`: the streams stored, or null for all of them. */
export const storedStreams = (
  row: { stored: number; streams: string[] | null } | undefined,
  units: readonly Unit[],
): ReadonlySet<string> | null =>
  row !== undefined && row.stored === units.length ? null : new Set(row?.streams ?? []);
