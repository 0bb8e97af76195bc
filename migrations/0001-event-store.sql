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
--   units:  one per stream. base: the version it must be at, -1 any, -2 existing. count: its events.
--   events: in order; unit (1-based), place within the unit (1-based).
--   keys:   idempotency keys. `atomic`: at most one, of the whole call. Else each of some events (from, to] of one unit.
-- Answers the version that each unit started from. With `atomic` all units are stored or 40001 is raised. Without it,
-- a unit that lost or whose key is known is answered -1 and nothing of it is stored. A half-stored unit raises 40001.
-- Settings: re-planning cost over 100 us a call, and a plan made while the tables were small must not scan them later.
CREATE FUNCTION append_events(
  locking boolean, atomic boolean,
  unit_stream text[], unit_base bigint[], unit_count integer[],
  event_stream text[], event_unit integer[], event_place integer[], event_id uuid[], event_type text[],
  event_schema integer[], event_data json[], event_metadata json[],
  key_name text[], key_hash bytea[], key_result json[], key_unit integer[], key_from integer[], key_to integer[]
) RETURNS bigint[]
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
  lock_key bigint;
  lost     integer[];
  wanted   integer := cardinality(event_id);
  stored   integer;
BEGIN
  IF locking THEN
    -- Sorted, so that two appends over the same streams cannot wait for each other.
    FOR lock_key IN SELECT DISTINCT stream_lock_key(s) FROM unnest(unit_stream) AS s ORDER BY 1 LOOP
      PERFORM pg_advisory_xact_lock(lock_key);
    END LOOP;
  END IF;

  IF -1 = ANY (unit_base) OR -2 = ANY (unit_base) THEN
    SELECT array_agg(CASE WHEN u.base >= 0 THEN u.base WHEN u.base = -2 THEN coalesce(v.version, -1)
                          ELSE coalesce(v.version, 0) END ORDER BY u.ord)
      INTO unit_base
      FROM unnest(unit_stream, unit_base) WITH ORDINALITY AS u(stream, base, ord),
           LATERAL (SELECT max(e.version) AS version FROM events e WHERE u.base < 0 AND e.stream = u.stream) AS v;
  END IF;

  IF cardinality(key_name) > 0 AND EXISTS (SELECT FROM idempotency_keys k WHERE k.key = ANY (key_name)) THEN
    IF atomic THEN
      RAISE EXCEPTION 'idempotency key known' USING ERRCODE = '40001';
    END IF;
    SELECT array_agg(DISTINCT n.unit) INTO lost
      FROM unnest(key_name, key_unit) AS n(key, unit) JOIN idempotency_keys k ON k.key = n.key;
    SELECT array_agg(CASE WHEN u.ord = ANY (lost) THEN -1 ELSE u.base END ORDER BY u.ord) INTO unit_base
      FROM unnest(unit_base) WITH ORDINALITY AS u(base, ord);
  END IF;

  -- A unit of several events is also left out when the next version is taken, lest half of it be stored.
  INSERT INTO events (stream, version, id, type, schema_version, data, metadata)
  SELECT n.stream, unit_base[n.unit] + n.place, n.id, n.type, n.schema_version, n.data, n.metadata
    FROM unnest(event_stream, event_unit, event_place, event_id, event_type, event_schema, event_data, event_metadata)
         WITH ORDINALITY AS n(stream, unit, place, id, type, schema_version, data, metadata, ord)
   WHERE unit_base[n.unit] >= 0
     AND (unit_base[n.unit] = 0
          OR (SELECT true FROM events e WHERE e.stream = n.stream AND e.version = unit_base[n.unit]))
     AND (unit_count[n.unit] = 1
          OR (SELECT true FROM events e WHERE e.stream = n.stream AND e.version = unit_base[n.unit] + 1) IS NULL)
   ORDER BY n.ord
  ON CONFLICT ON CONSTRAINT events_stream_version DO NOTHING;
  GET DIAGNOSTICS stored = ROW_COUNT;

  IF stored < wanted THEN
    IF atomic THEN
      RAISE EXCEPTION 'append lost a race or an expectation' USING ERRCODE = '40001';
    END IF;
    SELECT array_agg(CASE WHEN t.mine = unit_count[t.unit] THEN unit_base[t.unit] ELSE -1 END ORDER BY t.unit),
           array_agg(t.unit) FILTER (WHERE t.mine NOT IN (0, unit_count[t.unit]))
      INTO unit_base, lost
      FROM (SELECT n.unit, count(e.id) AS mine
              FROM unnest(event_stream, event_unit, event_place, event_id) AS n(stream, unit, place, id)
              LEFT JOIN LATERAL (SELECT o.id FROM events o
                                  WHERE o.stream = n.stream AND o.version = unit_base[n.unit] + n.place
                                    AND o.id = n.id) AS e ON true
             GROUP BY n.unit) AS t;
    IF cardinality(lost) > 0 THEN
      RAISE EXCEPTION 'append lost a race half way' USING ERRCODE = '40001';
    END IF;
  END IF;

  -- No ON CONFLICT below: a key stored meanwhile must abort the events of this call.
  IF cardinality(key_name) = 0 THEN
    NULL;
  ELSIF atomic THEN
    INSERT INTO idempotency_keys (key, body_hash, streams, versions, created, result)
    SELECT key_name[1], key_hash[1], unit_stream,
           coalesce(array_agg(u.base + u.count ORDER BY u.ord), '{}'),
           coalesce(array_agg(u.base = 0 ORDER BY u.ord), '{}'), key_result[1]
      FROM unnest(unit_base, unit_count) WITH ORDINALITY AS u(base, count, ord);
  ELSE
    INSERT INTO idempotency_keys (key, body_hash, streams, versions, created, result)
    SELECT k.key, k.hash, ARRAY[unit_stream[k.unit]], ARRAY[unit_base[k.unit] + k.upto],
           ARRAY[unit_base[k.unit] + k.since = 0], k.result
      FROM unnest(key_name, key_hash, key_result, key_unit, key_from, key_to) AS k(key, hash, result, unit, since, upto)
     WHERE unit_base[k.unit] >= 0;
  END IF;

  RETURN unit_base;
END $$;

-- Lets one statement store all or nothing.
CREATE FUNCTION require_all(stored bigint, wanted bigint) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  IF stored < wanted THEN
    RAISE EXCEPTION 'append lost a race or an expectation' USING ERRCODE = '40001';
  END IF;
  RETURN stored;
END $$;

-- Plans are made for the size that the planner believes in, and autovacuum looks only once a minute. The sequencer calls
-- this while a young log grows. Only the owner of a table may analyze it.
CREATE FUNCTION refresh_store_statistics() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  ANALYZE events, event_log, idempotency_keys;
END $$;
REVOKE EXECUTE ON FUNCTION refresh_store_statistics() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION refresh_store_statistics() TO iama_app;

-- Columns that the database fills (seq, xid, recorded_at) cannot be forged by the application.
GRANT USAGE ON SCHEMA public TO iama_app;
GRANT SELECT ON events, idempotency_keys, event_log, sequencer_rounds, sequencer_lease TO iama_app;
GRANT INSERT (stream, version, id, type, schema_version, data, metadata) ON events TO iama_app;
GRANT INSERT (key, body_hash, streams, versions, created, result) ON idempotency_keys TO iama_app;
GRANT INSERT ON event_log TO iama_app;
GRANT INSERT (round, head, settled, target, after_seq, floor_seq, fence) ON sequencer_rounds TO iama_app;
GRANT UPDATE (fence, holder, expires_at) ON sequencer_lease TO iama_app;
