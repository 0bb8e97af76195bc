-- The schema that the migrations make, read from the catalogue (npm run schema:dump). Do not edit.
-- pg_dump is not used: the machine's may be older than the server. Graphile Worker's own schema is not shown.

-- Sequences

CREATE SEQUENCE events_seq_seq AS bigint INCREMENT 1 CACHE 1; -- identity

-- Tables

CREATE TABLE credentials (
  user_id uuid NOT NULL,
  email_sealed bytea NOT NULL,
  password_hash text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE event_log (
  "position" bigint NOT NULL,
  seq bigint NOT NULL,
  leaf_hash bytea NOT NULL
);

CREATE TABLE events (
  seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  version bigint NOT NULL,
  recorded_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  id uuid NOT NULL,
  schema_version integer NOT NULL,
  stream text NOT NULL,
  type text NOT NULL,
  data json NOT NULL,
  metadata json NOT NULL
);

CREATE TABLE execution_leases (
  execution_id text NOT NULL,
  job_id uuid NOT NULL,
  claimant text NOT NULL,
  token_hash bytea,
  expires_at timestamp with time zone NOT NULL
);

CREATE TABLE idempotency_keys (
  key text NOT NULL,
  body_hash bytea NOT NULL,
  streams text[] NOT NULL,
  versions bigint[] NOT NULL,
  created boolean[] NOT NULL,
  result json,
  recorded_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE schema_migrations (
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE sequencer_lease (
  only_row boolean NOT NULL DEFAULT true,
  fence bigint NOT NULL,
  holder text NOT NULL,
  expires_at timestamp with time zone NOT NULL
);

CREATE TABLE sequencer_rounds (
  round bigint NOT NULL,
  head bigint NOT NULL,
  settled pg_snapshot NOT NULL,
  target pg_snapshot,
  after_seq bigint NOT NULL,
  floor_seq bigint NOT NULL,
  fence bigint NOT NULL,
  server bigint NOT NULL DEFAULT (pg_control_system()).system_identifier,
  sealed_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
);

-- Constraints

ALTER TABLE credentials ADD CONSTRAINT credentials_pkey PRIMARY KEY (user_id);

ALTER TABLE event_log ADD CONSTRAINT event_log_leaf_hash_check CHECK ((octet_length(leaf_hash) = 32));

ALTER TABLE event_log ADD CONSTRAINT event_log_pkey PRIMARY KEY ("position");

ALTER TABLE event_log ADD CONSTRAINT event_log_position_check CHECK (("position" > 0));

ALTER TABLE event_log ADD CONSTRAINT event_log_seq_key UNIQUE (seq);

ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY (seq);

ALTER TABLE events ADD CONSTRAINT events_schema_version_check CHECK ((schema_version > 0));

ALTER TABLE events ADD CONSTRAINT events_stream_version UNIQUE (stream, version);

ALTER TABLE events ADD CONSTRAINT events_version_check CHECK ((version > 0));

ALTER TABLE execution_leases ADD CONSTRAINT execution_leases_pkey PRIMARY KEY (execution_id);

ALTER TABLE execution_leases ADD CONSTRAINT execution_leases_token_hash_check CHECK ((octet_length(token_hash) = 32));

ALTER TABLE idempotency_keys ADD CONSTRAINT idempotency_keys_body_hash_check CHECK ((octet_length(body_hash) = 32));

ALTER TABLE idempotency_keys ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (key);

ALTER TABLE schema_migrations ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (name);

ALTER TABLE sequencer_lease ADD CONSTRAINT sequencer_lease_only_row_check CHECK (only_row);

ALTER TABLE sequencer_lease ADD CONSTRAINT sequencer_lease_pkey PRIMARY KEY (only_row);

ALTER TABLE sequencer_rounds ADD CONSTRAINT sequencer_rounds_head_check CHECK ((head >= 0));

ALTER TABLE sequencer_rounds ADD CONSTRAINT sequencer_rounds_pkey PRIMARY KEY (round);

-- Indexes

CREATE INDEX events_xid ON public.events USING btree (xid);

-- Functions

CREATE OR REPLACE FUNCTION public.append_events(locking boolean, atomic boolean, unit_stream text[], unit_expected bigint[], unit_count integer[], event_unit integer[], event_offset integer[], event_id uuid[], event_type text[], event_schema integer[], event_data json[], event_metadata json[], key_name text[], key_hash bytea[], key_result json[], member_key integer[], member_unit integer[], member_from integer[], member_to integer[])
 RETURNS TABLE(unit integer, base bigint)
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
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
END $function$
;

CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION '% on % refused: the table is insert-only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $function$
;

CREATE OR REPLACE FUNCTION public.stream_lock_key(stream text)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN hashtextextended(stream, (7001)::bigint)
;

-- Triggers

CREATE TRIGGER insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.event_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE event_log ENABLE ALWAYS TRIGGER insert_only;

CREATE TRIGGER insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE events ENABLE ALWAYS TRIGGER insert_only;

CREATE TRIGGER insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.idempotency_keys FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE idempotency_keys ENABLE ALWAYS TRIGGER insert_only;

CREATE TRIGGER insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.sequencer_rounds FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE sequencer_rounds ENABLE ALWAYS TRIGGER insert_only;

-- Grants to iama_app

GRANT DELETE, INSERT, SELECT, UPDATE ON credentials TO iama_app;

GRANT INSERT, SELECT ON event_log TO iama_app;

GRANT INSERT (version, id, schema_version, stream, type, data, metadata), SELECT ON events TO iama_app;

GRANT DELETE, INSERT, SELECT, UPDATE ON execution_leases TO iama_app;

GRANT INSERT (key, body_hash, streams, versions, created, result), SELECT ON idempotency_keys TO iama_app;

GRANT SELECT, UPDATE (fence, holder, expires_at) ON sequencer_lease TO iama_app;

GRANT INSERT (round, head, settled, target, after_seq, floor_seq, fence), SELECT ON sequencer_rounds TO iama_app;
