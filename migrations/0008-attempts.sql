-- Attempts of people, counted for all instances together (ID-09). Keys are keyed hashes of addresses and accounts.
CREATE TABLE attempt_counters (
  counter      bytea       NOT NULL CHECK (octet_length(counter) = 32),
  window_start timestamptz NOT NULL,
  taken        integer     NOT NULL,
  PRIMARY KEY (counter, window_start)
);

-- Sign-ins in a row that did not succeed. Raised before the password is looked at, so that guesses at once all count.
CREATE TABLE sign_in_failures (
  account      bytea PRIMARY KEY CHECK (octet_length(account) = 32),
  failures     integer     NOT NULL,
  locked_until timestamptz,
  last_at      timestamptz NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE ON attempt_counters, sign_in_failures TO iama_app;
