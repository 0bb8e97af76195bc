-- The schema that the migrations make, read from the catalogue (npm run schema:dump). Do not edit.
-- pg_dump is not used: the machine's may be older than the server. Graphile Worker's own schema is not shown.

-- Sequences

CREATE SEQUENCE events_seq_seq AS bigint INCREMENT 1 CACHE 1; -- identity

-- Tables

CREATE TABLE admin_credentials (
  admin_id uuid NOT NULL,
  email_sealed bytea NOT NULL,
  password_hash text,
  totp_sealed bytea,
  totp_step bigint NOT NULL DEFAULT 0
);

CREATE TABLE admin_tokens (
  token_hash bytea NOT NULL,
  session_id uuid NOT NULL,
  admin_id uuid NOT NULL,
  generation integer NOT NULL,
  expires_at timestamp with time zone NOT NULL
);

CREATE UNLOGGED TABLE api_counts (
  counter text NOT NULL,
  process uuid NOT NULL,
  amount integer NOT NULL,
  told_at timestamp with time zone NOT NULL
);

CREATE TABLE attempt_counters (
  counter bytea NOT NULL,
  window_start timestamp with time zone NOT NULL,
  taken integer NOT NULL
);

CREATE TABLE credentials (
  user_id uuid NOT NULL,
  email_sealed bytea NOT NULL,
  password_hash text,
  created_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE decider_snapshots (
  stream text NOT NULL,
  form text NOT NULL,
  version bigint NOT NULL,
  event_id uuid NOT NULL,
  state text NOT NULL,
  mac bytea NOT NULL
);

CREATE TABLE device_codes (
  device_hash bytea NOT NULL,
  user_code_hash bytea NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  polled_at timestamp with time zone,
  approved boolean,
  user_id uuid,
  generation integer,
  spent_at timestamp with time zone
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

CREATE TABLE mail_tokens (
  token_hash bytea NOT NULL,
  user_id uuid,
  purpose text NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  spent_at timestamp with time zone,
  token_sealed bytea
);

CREATE TABLE oauth_attempts (
  state_hash bytea NOT NULL,
  browser_hash bytea NOT NULL,
  sealed bytea NOT NULL,
  expires_at timestamp with time zone NOT NULL
);

CREATE TABLE personal_tokens (
  token_hash bytea NOT NULL,
  session_id uuid NOT NULL,
  user_id uuid NOT NULL,
  generation integer NOT NULL,
  label text NOT NULL,
  scopes text[] NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamp with time zone NOT NULL
);

CREATE TABLE refresh_tokens (
  token_hash bytea NOT NULL,
  session_id uuid NOT NULL,
  user_id uuid NOT NULL,
  generation integer NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  spent_at timestamp with time zone,
  successor_hash bytea,
  successor_sealed bytea
);

CREATE TABLE schema_migrations (
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE secret_marks (
  name text NOT NULL,
  mark bytea NOT NULL
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

CREATE TABLE sign_in_failures (
  account bytea NOT NULL,
  failures integer NOT NULL,
  locked_until timestamp with time zone,
  last_at timestamp with time zone NOT NULL
);

CREATE TABLE tree_heads (
  size bigint NOT NULL,
  key_id text NOT NULL,
  origin text NOT NULL,
  root_hash bytea NOT NULL,
  signed_at timestamp with time zone NOT NULL,
  signature bytea NOT NULL,
  public_key bytea NOT NULL
);

CREATE TABLE tree_nodes (
  level smallint NOT NULL,
  index bigint NOT NULL,
  hash bytea NOT NULL
);

-- Constraints

ALTER TABLE admin_credentials ADD CONSTRAINT admin_credentials_pkey PRIMARY KEY (admin_id);

ALTER TABLE admin_tokens ADD CONSTRAINT admin_tokens_pkey PRIMARY KEY (token_hash);

ALTER TABLE admin_tokens ADD CONSTRAINT admin_tokens_token_hash_check CHECK ((octet_length(token_hash) = 32));

ALTER TABLE api_counts ADD CONSTRAINT api_counts_pkey PRIMARY KEY (counter, process);

ALTER TABLE attempt_counters ADD CONSTRAINT attempt_counters_counter_check CHECK ((octet_length(counter) = 32));

ALTER TABLE attempt_counters ADD CONSTRAINT attempt_counters_pkey PRIMARY KEY (counter, window_start);

ALTER TABLE credentials ADD CONSTRAINT credentials_pkey PRIMARY KEY (user_id);

ALTER TABLE decider_snapshots ADD CONSTRAINT decider_snapshots_mac_check CHECK ((octet_length(mac) = 32));

ALTER TABLE decider_snapshots ADD CONSTRAINT decider_snapshots_pkey PRIMARY KEY (stream);

ALTER TABLE decider_snapshots ADD CONSTRAINT decider_snapshots_version_check CHECK ((version > 0));

ALTER TABLE device_codes ADD CONSTRAINT device_codes_device_hash_check CHECK ((octet_length(device_hash) = 32));

ALTER TABLE device_codes ADD CONSTRAINT device_codes_pkey PRIMARY KEY (device_hash);

ALTER TABLE device_codes ADD CONSTRAINT device_codes_user_code_hash_check CHECK ((octet_length(user_code_hash) = 32));

ALTER TABLE device_codes ADD CONSTRAINT device_codes_user_code_hash_key UNIQUE (user_code_hash);

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

ALTER TABLE idempotency_keys ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (key);

ALTER TABLE mail_tokens ADD CONSTRAINT mail_tokens_pkey PRIMARY KEY (token_hash);

ALTER TABLE mail_tokens ADD CONSTRAINT mail_tokens_token_hash_check CHECK ((octet_length(token_hash) = 32));

ALTER TABLE oauth_attempts ADD CONSTRAINT oauth_attempts_browser_hash_check CHECK ((octet_length(browser_hash) = 32));

ALTER TABLE oauth_attempts ADD CONSTRAINT oauth_attempts_pkey PRIMARY KEY (state_hash);

ALTER TABLE oauth_attempts ADD CONSTRAINT oauth_attempts_state_hash_check CHECK ((octet_length(state_hash) = 32));

ALTER TABLE personal_tokens ADD CONSTRAINT personal_tokens_pkey PRIMARY KEY (token_hash);

ALTER TABLE personal_tokens ADD CONSTRAINT personal_tokens_token_hash_check CHECK ((octet_length(token_hash) = 32));

ALTER TABLE refresh_tokens ADD CONSTRAINT refresh_tokens_pkey PRIMARY KEY (token_hash);

ALTER TABLE refresh_tokens ADD CONSTRAINT refresh_tokens_successor_hash_check CHECK ((octet_length(successor_hash) = 32));

ALTER TABLE refresh_tokens ADD CONSTRAINT refresh_tokens_token_hash_check CHECK ((octet_length(token_hash) = 32));

ALTER TABLE schema_migrations ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (name);

ALTER TABLE secret_marks ADD CONSTRAINT secret_marks_mark_check CHECK ((octet_length(mark) = 32));

ALTER TABLE secret_marks ADD CONSTRAINT secret_marks_pkey PRIMARY KEY (name);

ALTER TABLE sequencer_lease ADD CONSTRAINT sequencer_lease_only_row_check CHECK (only_row);

ALTER TABLE sequencer_lease ADD CONSTRAINT sequencer_lease_pkey PRIMARY KEY (only_row);

ALTER TABLE sequencer_rounds ADD CONSTRAINT sequencer_rounds_head_check CHECK ((head >= 0));

ALTER TABLE sequencer_rounds ADD CONSTRAINT sequencer_rounds_pkey PRIMARY KEY (round);

ALTER TABLE sign_in_failures ADD CONSTRAINT sign_in_failures_account_check CHECK ((octet_length(account) = 32));

ALTER TABLE sign_in_failures ADD CONSTRAINT sign_in_failures_pkey PRIMARY KEY (account);

ALTER TABLE tree_heads ADD CONSTRAINT tree_heads_pkey PRIMARY KEY (size, key_id);

ALTER TABLE tree_heads ADD CONSTRAINT tree_heads_root_hash_check CHECK ((octet_length(root_hash) = 32));

ALTER TABLE tree_heads ADD CONSTRAINT tree_heads_signature_check CHECK ((octet_length(signature) = 64));

ALTER TABLE tree_heads ADD CONSTRAINT tree_heads_size_check CHECK ((size > 0));

ALTER TABLE tree_nodes ADD CONSTRAINT tree_nodes_hash_check CHECK ((octet_length(hash) = 32));

ALTER TABLE tree_nodes ADD CONSTRAINT tree_nodes_index_check CHECK ((index >= 0));

ALTER TABLE tree_nodes ADD CONSTRAINT tree_nodes_level_check CHECK (((level >= 1) AND (level <= 6)));

ALTER TABLE tree_nodes ADD CONSTRAINT tree_nodes_pkey PRIMARY KEY (level, index);

-- Indexes

CREATE INDEX admin_tokens_expires_at ON public.admin_tokens USING btree (expires_at);

CREATE INDEX device_codes_expires_at ON public.device_codes USING btree (expires_at);

CREATE INDEX events_xid ON public.events USING btree (xid);

CREATE INDEX mail_tokens_unsent ON public.mail_tokens USING btree (expires_at) WHERE (token_sealed IS NOT NULL);

CREATE INDEX oauth_attempts_expires_at ON public.oauth_attempts USING btree (expires_at);

CREATE INDEX personal_tokens_expires_at ON public.personal_tokens USING btree (expires_at);

CREATE INDEX personal_tokens_user_id ON public.personal_tokens USING btree (user_id);

CREATE INDEX refresh_tokens_expires_at ON public.refresh_tokens USING btree (expires_at);

-- Functions

CREATE OR REPLACE FUNCTION public.append_events(locking boolean, atomic boolean, unit_stream text[], unit_base bigint[], unit_count integer[], event_stream text[], event_unit integer[], event_place integer[], event_id uuid[], event_type text[], event_schema integer[], event_data json[], event_metadata json[], key_name text[], key_hash bytea[], key_result json[], key_unit integer[], key_from integer[], key_to integer[])
 RETURNS bigint[]
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
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
END $function$
;

CREATE OR REPLACE FUNCTION public.keep_newest_rounds()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  IF OLD.round > (SELECT max(round) FROM sequencer_rounds) - sequencer_rounds_kept() THEN
    RAISE EXCEPTION 'DELETE of round % refused: the newest % rounds are insert-only', OLD.round, sequencer_rounds_kept()
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN OLD;
END $function$
;

CREATE OR REPLACE FUNCTION public.prune_sequencer_rounds()
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  pruned bigint;
BEGIN
  DELETE FROM sequencer_rounds
   WHERE round <= least((SELECT min(round) FROM sequencer_rounds) + 50000,
                        (SELECT max(round) FROM sequencer_rounds) - sequencer_rounds_kept());
  GET DIAGNOSTICS pruned = ROW_COUNT;
  RETURN pruned;
END $function$
;

CREATE OR REPLACE FUNCTION public.refresh_store_statistics()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET default_statistics_target TO '10'
AS $function$
BEGIN
  ANALYZE events, event_log, idempotency_keys;
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

CREATE OR REPLACE FUNCTION public.refuse_unbalanced_entry()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  entry text;
  entries text[] := '{}';
  unbalanced text;
  remainder numeric;
BEGIN
  IF TG_OP <> 'INSERT' THEN entries := entries || (to_jsonb(OLD) ->> TG_ARGV[0]); END IF;
  IF TG_OP <> 'DELETE' THEN entries := entries || (to_jsonb(NEW) ->> TG_ARGV[0]); END IF;
  FOREACH entry IN ARRAY entries LOOP
    EXECUTE format('SELECT %I::text, sum(%I) FROM %I.%I WHERE %I = $1 GROUP BY 1 HAVING sum(%2$I) <> 0 LIMIT 1',
      TG_ARGV[2], TG_ARGV[1], TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_ARGV[0])
      INTO unbalanced, remainder USING entry;
    IF remainder IS NOT NULL THEN
      RAISE EXCEPTION 'entry % of % does not balance: % % left over', entry, TG_TABLE_NAME, remainder, unbalanced
        USING ERRCODE = 'check_violation';
    END IF;
  END LOOP;
  RETURN NULL;
END $function$
;

CREATE OR REPLACE FUNCTION public.require_all(stored bigint, wanted bigint)
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF stored < wanted THEN
    RAISE EXCEPTION 'append lost a race or an expectation' USING ERRCODE = '40001';
  END IF;
  RETURN stored;
END $function$
;

CREATE OR REPLACE FUNCTION public.sequencer_rounds_kept()
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN 10000
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

CREATE TRIGGER insert_only BEFORE UPDATE OR TRUNCATE ON public.sequencer_rounds FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE sequencer_rounds ENABLE ALWAYS TRIGGER insert_only;

CREATE TRIGGER keep_newest BEFORE DELETE ON public.sequencer_rounds FOR EACH ROW EXECUTE FUNCTION keep_newest_rounds();
ALTER TABLE sequencer_rounds ENABLE ALWAYS TRIGGER keep_newest;

CREATE TRIGGER insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.tree_heads FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE tree_heads ENABLE ALWAYS TRIGGER insert_only;

CREATE TRIGGER insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.tree_nodes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE tree_nodes ENABLE ALWAYS TRIGGER insert_only;

-- Grants to iama_app

GRANT DELETE, INSERT, SELECT, UPDATE ON admin_credentials TO iama_app;

GRANT DELETE, INSERT, SELECT, UPDATE ON admin_tokens TO iama_app;

GRANT DELETE, INSERT, SELECT, UPDATE ON api_counts TO iama_app;

GRANT DELETE, INSERT, SELECT, UPDATE ON attempt_counters TO iama_app;

GRANT DELETE, INSERT, SELECT, UPDATE ON credentials TO iama_app;

GRANT DELETE, INSERT, SELECT, UPDATE ON decider_snapshots TO iama_app;

GRANT DELETE, INSERT, SELECT, UPDATE ON device_codes TO iama_app;

GRANT INSERT, SELECT ON event_log TO iama_app;

GRANT INSERT (version, id, schema_version, stream, type, data, metadata), SELECT ON events TO iama_app;

GRANT DELETE, INSERT, SELECT, UPDATE ON execution_leases TO iama_app;

GRANT INSERT (key, body_hash, streams, versions, created, result), SELECT ON idempotency_keys TO iama_app;

GRANT DELETE, INSERT, SELECT, UPDATE ON mail_tokens TO iama_app;

GRANT DELETE, INSERT, SELECT, UPDATE ON oauth_attempts TO iama_app;

GRANT DELETE, INSERT, SELECT, UPDATE ON personal_tokens TO iama_app;

GRANT DELETE, INSERT, SELECT, UPDATE ON refresh_tokens TO iama_app;

GRANT INSERT, SELECT ON secret_marks TO iama_app;

GRANT SELECT, UPDATE (fence, holder, expires_at) ON sequencer_lease TO iama_app;

GRANT INSERT (round, head, settled, target, after_seq, floor_seq, fence), SELECT ON sequencer_rounds TO iama_app;

GRANT DELETE, INSERT, SELECT, UPDATE ON sign_in_failures TO iama_app;

GRANT INSERT, SELECT ON tree_heads TO iama_app;

GRANT INSERT, SELECT ON tree_nodes TO iama_app;
