-- The Merkle tree over event_log.leaf_hash and its signed heads. Design: docs/decisions/0012-tamper-evidence.md.

-- Roots of complete subtrees of 256 ** level leaves, numbered from 0. What lies between follows from these and the leaves,
-- so this costs one row for 256 events.
CREATE TABLE tree_nodes (
  level smallint NOT NULL CHECK (level BETWEEN 1 AND 6),
  index bigint   NOT NULL CHECK (index >= 0),
  hash  bytea    NOT NULL CHECK (octet_length(hash) = 32),
  PRIMARY KEY (level, index)
);

CREATE TABLE tree_heads (
  size       bigint      NOT NULL CHECK (size > 0),
  -- After a change of keys the same tree may be signed again.
  key_id     text        NOT NULL,
  origin     text        NOT NULL,
  root_hash  bytea       NOT NULL CHECK (octet_length(root_hash) = 32),
  signed_at  timestamptz NOT NULL,
  signature  bytea       NOT NULL CHECK (octet_length(signature) = 64),
  -- SubjectPublicKeyInfo of the Ed25519 key, DER.
  public_key bytea       NOT NULL,
  PRIMARY KEY (size, key_id)
);

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['tree_nodes', 'tree_heads'] LOOP
    EXECUTE format('CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
                    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER insert_only', name);
  END LOOP;
END $$;

GRANT SELECT, INSERT ON tree_nodes, tree_heads TO iama_app;
