-- What operators sign in with, apart from users (OPS-01). Without password and key of codes nobody can.
CREATE TABLE admin_credentials (
  admin_id      uuid PRIMARY KEY,
  email_sealed  bytea  NOT NULL,
  password_hash text,
  totp_sealed   bytea,
  -- The newest step whose code was used: each code is good once.
  totp_step     bigint NOT NULL DEFAULT 0
);

-- Sessions of operators, as hashes of their tokens.
CREATE TABLE admin_tokens (
  token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  session_id uuid        NOT NULL,
  admin_id   uuid        NOT NULL,
  generation integer     NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX admin_tokens_expires_at ON admin_tokens (expires_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON admin_credentials, admin_tokens TO iama_app;
