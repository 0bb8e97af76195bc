import type { QueryConfig } from 'pg';
import type { EncodedAppend, EncodedEvent, EncodedKey } from '../encoding.ts';
import { exactVersion } from './append-units.ts';

/** One event of one stream at a known version: the fastest form, one row or none. */
export type SingleAppend = Readonly<{
  streamName: string;
  base: bigint;
  event: EncodedEvent;
  metadata: string;
  key: EncodedKey | null;
}>;

// One look at the newest version tells everything that was decided before: no ON CONFLICT, whose second look and
// confirmation of every row cost a fifth of a batch. Only a race between two statements is an error (23505).
const AT_BASE =
  'coalesce((SELECT version FROM events WHERE stream = $1 ORDER BY stream DESC, version DESC LIMIT 1), 0) = $2::bigint';
const INSERT = `INSERT INTO events (stream, version, id, type, schema_version, data, metadata)
SELECT $1, $2::bigint + 1, $3::uuid, $4, $5::integer, $6::json, $7::json WHERE ${AT_BASE}`;

const WITH_KEY = `
WITH stored AS (${INSERT} AND NOT EXISTS (SELECT FROM idempotency_keys WHERE key = $8) RETURNING version)
INSERT INTO idempotency_keys (key, body_hash, streams, versions, created, result)
SELECT $8, $9, ARRAY[$1], ARRAY[version], ARRAY[version = 1], $10 FROM stored`;

// Where the stream is known to be at the base there is nothing to look at, and whoever comes second is refused (23505).
const KNOWN = `INSERT INTO events (stream, version, id, type, schema_version, data, metadata)
VALUES ($1, $2::bigint + 1, $3, $4, $5, $6, $7)`;

const KNOWN_WITH_KEY = `
WITH stored AS (${KNOWN})
INSERT INTO idempotency_keys (key, body_hash, streams, versions, created, result)
VALUES ($8, $9, ARRAY[$1], ARRAY[$2::bigint + 1], ARRAY[$2::bigint = 0], $10)`;

/**
 * One row is affected, or none when the expectation is broken or the key known; 23505 when another was faster. With
 * `known` (the stream is known to be at the base) a broken expectation and a known key are 23505 too.
 */
export const singleQuery = (single: SingleAppend, known: boolean): QueryConfig => {
  const { streamName, base, event, metadata, key } = single;
  const values = [streamName, base, event.id, event.type, event.schemaVersion, event.data, metadata];
  if (key === null)
    return known
      ? { name: 'append-one-known', text: KNOWN, values }
      : { name: 'append-one', text: INSERT, values };
  const keyed = [...values, key.key, Buffer.from(key.bodyHash, 'hex'), key.result];
  return known
    ? { name: 'append-one-known-key', text: KNOWN_WITH_KEY, values: keyed }
    : { name: 'append-one-key', text: WITH_KEY, values: keyed };
};

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
