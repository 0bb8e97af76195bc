-- Who signs in at a provider only has no password (ID-05), nor has one whose password nobody proved to be theirs (ID-06).
ALTER TABLE credentials ALTER COLUMN password_hash DROP NOT NULL;

-- Sign-ins at a provider that are under way, bound to the browser that began them.
CREATE TABLE oauth_attempts (
  state_hash   bytea PRIMARY KEY CHECK (octet_length(state_hash) = 32),
  browser_hash bytea       NOT NULL CHECK (octet_length(browser_hash) = 32),
  -- Provider, PKCE verifier and nonce, under a key that only the state gives.
  sealed       bytea       NOT NULL,
  expires_at   timestamptz NOT NULL
);
CREATE INDEX oauth_attempts_expires_at ON oauth_attempts (expires_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON oauth_attempts TO iama_app;
