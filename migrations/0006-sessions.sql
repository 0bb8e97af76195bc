-- Secrets of sessions and of mails: docs/decisions/0040-what-is-not-in-the-log.md. Which sessions there are follows from
-- the log; a row here only proves that somebody holds a token.
CREATE TABLE refresh_tokens (
  token_hash       bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  session_id       uuid        NOT NULL,
  user_id          uuid        NOT NULL,
  generation       integer     NOT NULL,
  -- Of the whole family: a rotation does not lengthen it.
  expires_at       timestamptz NOT NULL,
  spent_at         timestamptz,
  -- The token that followed, sealed under a key that only the holder of this one has.
  successor_hash   bytea CHECK (octet_length(successor_hash) = 32),
  successor_sealed bytea
);
CREATE INDEX refresh_tokens_expires_at ON refresh_tokens (expires_at);

CREATE TABLE mail_tokens (
  token_hash   bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  -- null: asked for an address that nobody has; no mail follows.
  user_id      uuid,
  purpose      text        NOT NULL,
  expires_at   timestamptz NOT NULL,
  spent_at     timestamptz,
  -- Until the mail is sent.
  token_sealed bytea
);
CREATE INDEX mail_tokens_unsent ON mail_tokens (expires_at) WHERE token_sealed IS NOT NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON refresh_tokens, mail_tokens TO iama_app;
