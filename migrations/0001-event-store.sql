-- The append-only event store. Design and measurements: docs/decisions/0010-event-store.md.

DO $$
BEGIN
  CREATE ROLE iama_app NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL; -- roles belong to the server: another database made it
END $$;

CREATE TABLE events (
  -- Order of insertion, with gaps; cache 1 so that within a stream it follows the version.
  seq            bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
  -- The transaction that inserted the row; the sequencer tells by it what a snapshot could not see yet.
  xid            xid8        NOT NULL DEFAULT pg_current_xact_id(),
  version        bigint      NOT NULL CHECK (version > 0),
  recorded_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  id             uuid        NOT NULL,
  schema_version integer     NOT NULL CHECK (schema_version > 0),
  stream         text        NOT NULL,
  type           text        NOT NULL,
  -- json, not jsonb: bytes are kept (key order, \u0000, digits), so hashes are stable and reading is faster.
  data           json        NOT NULL,
  metadata       json        NOT NULL,
  CONSTRAINT events_stream_version UNIQUE (stream, version)
);
CREATE INDEX events_xid ON events (xid);

CREATE TABLE idempotency_keys (
  key         text PRIMARY KEY,
  body_hash   bytea       NOT NULL CHECK (octet_length(body_hash) = 32),
  -- The first outcome: one element per stream of the append.
  streams     text[]      NOT NULL,
  versions    bigint[]    NOT NULL,
  created     boolean[]   NOT NULL,
  result      json,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Dense, gapless global order, assigned after commit. The leaf hash is that of docs/decisions/0011-leaf-encoding.md.
CREATE TABLE event_log (
  position  bigint PRIMARY KEY CHECK (position > 0),
  seq       bigint NOT NULL UNIQUE,
  leaf_hash bytea  NOT NULL CHECK (octet_length(leaf_hash) = 32)
);

-- One row per round of the sequencer; the newest is its state. Insert-only, so the primary key decides between two
-- sequencers and a long transaction cannot bloat it as it would a row updated in place.
CREATE TABLE sequencer_rounds (
  round     bigint PRIMARY KEY,
  head      bigint      NOT NULL CHECK (head >= 0),
  -- Every event visible in `settled` and above `floor_seq` has its position.
  settled   pg_snapshot NOT NULL,
  -- While a large round is numbered in parts: the snapshot being settled, numbered up to `after_seq`.
  target    pg_snapshot,
  after_seq bigint      NOT NULL,
  -- Events up to here came from a restore: their xids belong to another server.
  floor_seq bigint      NOT NULL,
  fence     bigint      NOT NULL,
  -- Snapshots mean nothing on another server: after a logical restore, `reseat` writes a round of the new one.
  server    bigint      NOT NULL DEFAULT (pg_control_system()).system_identifier,
  sealed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO sequencer_rounds (round, head, settled, after_seq, floor_seq, fence)
VALUES (0, 0, pg_current_snapshot(), 0, 0, 0);

CREATE TABLE sequencer_lease (
  only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  fence      bigint      NOT NULL,
  holder     text        NOT NULL,
  expires_at timestamptz NOT NULL
);
INSERT INTO sequencer_lease (fence, holder, expires_at) VALUES (0, '', '-infinity');

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % refused: the table is insert-only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['events', 'idempotency_keys', 'event_log', 'sequencer_rounds'] LOOP
    EXECUTE format('CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
                    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
    -- ALWAYS: also when session_replication_role = replica.
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER insert_only', name);
  END LOOP;
END $$;

-- The key of the lock that `any` and `existing` appends take on their stream.
CREATE FUNCTION stream_lock_key(stream text) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN hashtextextended(stream, 7001);

-- Appends events to several streams in one statement.
--   units:   one per stream. expected: a version (0: no stream), -1 any, -2 existing. count: events of this unit.
--   events:  unit (1-based) and offset within it (1-based).
--   keys:    idempotency keys, and their members: which events (from, to] of which unit are the outcome of the key.
-- With `atomic` all units succeed or 40001 is raised. Without it, a unit that lost or whose key is known is left out
-- of the answer and nothing of it is stored. A half-stored unit always raises 40001.
-- Plans are forced generic: re-planning cost more than 100 us a call.
CREATE FUNCTION append_events(
  locking boolean, atomic boolean,
  unit_stream text[], unit_expected bigint[], unit_count integer[],
  event_unit integer[], event_offset integer[], event_id uuid[], event_type text[], event_schema integer[],
  event_data json[], event_metadata json[],
  key_name text[], key_hash bytea[], key_result json[],
  member_key integer[], member_unit integer[], member_from integer[], member_to integer[]
) RETURNS TABLE (unit integer, base bigint)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  lock_key bigint;
  known    integer[] := '{}';
  bases    bigint[];
  units    integer[];
  torn     boolean;
BEGIN
  IF locking THEN
    -- Sorted, so that two appends over the same streams cannot wait for each other.
    FOR lock_key IN SELECT DISTINCT stream_lock_key(s) FROM unnest(unit_stream) AS s ORDER BY 1 LOOP
      PERFORM pg_advisory_xact_lock(lock_key);
    END LOOP;
  END IF;

  IF cardinality(key_name) > 0 THEN
    IF atomic AND EXISTS (SELECT FROM idempotency_keys k WHERE k.key = ANY (key_name)) THEN
      RAISE EXCEPTION 'idempotency key known' USING ERRCODE = '40001';
    END IF;
    SELECT coalesce(array_agg(m.unit), '{}') INTO known
      FROM unnest(member_key, member_unit) AS m(key, unit)
      JOIN idempotency_keys k ON k.key = key_name[m.key];
  END IF;

  WITH wanted AS (
    SELECT n.unit::integer AS unit, n.stream, n.count,
           CASE WHEN n.expected >= 0 THEN n.expected
                ELSE coalesce((SELECT max(e.version) FROM events e WHERE e.stream = n.stream), 0) END AS base,
           n.expected
      FROM unnest(unit_stream, unit_expected, unit_count) WITH ORDINALITY AS n(stream, expected, count, unit)
  ), allowed AS MATERIALIZED (
    SELECT w.unit, w.stream, w.count, w.base
      FROM wanted w
     WHERE (w.expected IN (0, -1)
            OR (w.expected = -2 AND w.base > 0)
            OR (w.expected > 0 AND EXISTS (SELECT FROM events e WHERE e.stream = w.stream AND e.version = w.expected)))
       AND w.unit <> ALL (known)
  ), stored AS (
    INSERT INTO events (stream, version, id, type, schema_version, data, metadata)
    SELECT a.stream, a.base + n.place, n.id, n.type, n.schema_version, n.data, n.metadata
      FROM unnest(event_unit, event_offset, event_id, event_type, event_schema, event_data, event_metadata)
           WITH ORDINALITY AS n(unit, place, id, type, schema_version, data, metadata, ord)
      JOIN allowed a ON a.unit = n.unit
     ORDER BY n.ord
    ON CONFLICT ON CONSTRAINT events_stream_version DO NOTHING
    RETURNING stream
  ), tally AS (
    SELECT a.unit, a.base, a.count, count(s.stream) AS stored
      FROM allowed a LEFT JOIN stored s ON s.stream = a.stream
     GROUP BY a.unit, a.base, a.count
  )
  SELECT coalesce(array_agg(t.unit ORDER BY t.unit) FILTER (WHERE t.stored = t.count), '{}'),
         coalesce(array_agg(t.base ORDER BY t.unit) FILTER (WHERE t.stored = t.count), '{}'),
         coalesce(bool_or(t.stored NOT IN (0, t.count)), false)
    INTO units, bases, torn
    FROM tally t;

  IF torn OR (atomic AND cardinality(units) < cardinality(unit_stream)) THEN
    RAISE EXCEPTION 'append lost a race or an expectation' USING ERRCODE = '40001';
  END IF;

  IF cardinality(key_name) > 0 THEN
    -- No ON CONFLICT: a key stored meanwhile must abort the events of this call.
    INSERT INTO idempotency_keys (key, body_hash, streams, versions, created, result)
    SELECT key_name[k.n], key_hash[k.n],
           coalesce(array_agg(unit_stream[m.unit] ORDER BY m.ord) FILTER (WHERE m.unit IS NOT NULL), '{}'),
           coalesce(array_agg(d.base + m.upto ORDER BY m.ord) FILTER (WHERE m.unit IS NOT NULL), '{}'),
           coalesce(array_agg(d.base + m.since = 0 ORDER BY m.ord) FILTER (WHERE m.unit IS NOT NULL), '{}'),
           key_result[k.n]
      FROM generate_subscripts(key_name, 1) AS k(n)
      LEFT JOIN unnest(member_key, member_unit, member_from, member_to)
           WITH ORDINALITY AS m(key, unit, since, upto, ord) ON m.key = k.n
      LEFT JOIN unnest(units, bases) AS d(unit, base) ON d.unit = m.unit
     GROUP BY k.n
    HAVING count(m.unit) = count(d.unit);
  END IF;

  RETURN QUERY SELECT d.unit, d.base FROM unnest(units, bases) AS d(unit, base);
END $$;

-- Columns that the database fills (seq, xid, recorded_at) cannot be forged by the application.
GRANT USAGE ON SCHEMA public TO iama_app;
GRANT SELECT ON events, idempotency_keys, event_log, sequencer_rounds, sequencer_lease TO iama_app;
GRANT INSERT (stream, version, id, type, schema_version, data, metadata) ON events TO iama_app;
GRANT INSERT (key, body_hash, streams, versions, created, result) ON idempotency_keys TO iama_app;
GRANT INSERT ON event_log TO iama_app;
GRANT INSERT (round, head, settled, target, after_seq, floor_seq, fence) ON sequencer_rounds TO iama_app;
GRANT UPDATE (fence, holder, expires_at) ON sequencer_lease TO iama_app;
