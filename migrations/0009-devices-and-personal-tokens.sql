-- A device that asks to be signed in, until the person decides (ID-07). Codes are hashes; the short one is keyed.
CREATE TABLE device_codes (
  device_hash    bytea PRIMARY KEY CHECK (octet_length(device_hash) = 32),
  user_code_hash bytea       NOT NULL UNIQUE CHECK (octet_length(user_code_hash) = 32),
  expires_at     timestamptz NOT NULL,
  polled_at      timestamptz,
  -- null: nobody has decided.
  approved       boolean,
  -- Who decided, and the generation of that person's sessions then.
  user_id        uuid,
  generation     integer,
  spent_at       timestamptz
);
CREATE INDEX device_codes_expires_at ON device_codes (expires_at);

-- A token for machines is a session that an opaque token proves. The label is the person's, so it is not in the log.
CREATE TABLE personal_tokens (
  token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  session_id uuid        NOT NULL,
  user_id    uuid        NOT NULL,
  generation integer     NOT NULL,
  label      text        NOT NULL,
  scopes     text[]      NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX personal_tokens_user_id ON personal_tokens (user_id);
CREATE INDEX personal_tokens_expires_at ON personal_tokens (expires_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON device_codes, personal_tokens TO iama_app;
