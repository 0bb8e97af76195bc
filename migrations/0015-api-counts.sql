-- What processes of the API count for all of them together: requests of a minute and open streams of a user. Each tells
-- its own and reads those of the others; what was told a while ago counts no more.
CREATE UNLOGGED TABLE api_counts (
  counter text        NOT NULL,
  process uuid        NOT NULL,
  amount  integer     NOT NULL,
  told_at timestamptz NOT NULL,
  PRIMARY KEY (counter, process)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON api_counts TO iama_app;
