-- Two of the few tables that do not follow from the log: docs/decisions/0040-what-is-not-in-the-log.md.

-- Secrets of people. The address is sealed (AES-256-GCM); the log knows it by a keyed hash only.
CREATE TABLE credentials (
  user_id       uuid PRIMARY KEY,
  email_sealed  bytea       NOT NULL,
  -- bcrypt over a peppered HMAC of the password, never the password.
  password_hash text        NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Who works on an execution, and the hash of the token that proves it. Renewed by progress, too often for the log.
CREATE TABLE execution_leases (
  execution_id text PRIMARY KEY,
  job_id       uuid        NOT NULL,
  claimant     text        NOT NULL,
  -- null between taking the lease and issuing the token.
  token_hash   bytea CHECK (octet_length(token_hash) = 32),
  expires_at   timestamptz NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE ON credentials, execution_leases TO iama_app;
