-- What tells a secret from another without telling the secret, so that a process with the wrong one does not start (ID-04).
CREATE TABLE secret_marks (
  name text PRIMARY KEY,
  mark bytea NOT NULL CHECK (octet_length(mark) = 32)
);

GRANT SELECT, INSERT ON secret_marks TO iama_app;
