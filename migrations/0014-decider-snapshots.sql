-- States of deciders whose streams are long, so that a command need not fold all of it. A cache: any row may go at any time.
CREATE TABLE decider_snapshots (
  stream   text   PRIMARY KEY,
  -- Of the decider that made it; another one does not look at it.
  form     text   NOT NULL,
  version  bigint NOT NULL CHECK (version > 0),
  event_id uuid   NOT NULL,
  state    text   NOT NULL,
  -- Under a key that is not in the database.
  mac      bytea  NOT NULL CHECK (octet_length(mac) = 32)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON decider_snapshots TO iama_app;
