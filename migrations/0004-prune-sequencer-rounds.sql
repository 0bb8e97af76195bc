-- One row a round, up to 250 a second, and only the newest is ever read. What is old may go; what decides between two
-- sequencers, or tells what happened lately, may not, whoever asks.
CREATE FUNCTION sequencer_rounds_kept() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 10000;

DROP TRIGGER insert_only ON sequencer_rounds;
CREATE TRIGGER insert_only BEFORE UPDATE OR TRUNCATE ON sequencer_rounds
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE sequencer_rounds ENABLE ALWAYS TRIGGER insert_only;

CREATE FUNCTION keep_newest_rounds() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.round > (SELECT max(round) FROM sequencer_rounds) - sequencer_rounds_kept() THEN
    RAISE EXCEPTION 'DELETE of round % refused: the newest % rounds are insert-only', OLD.round, sequencer_rounds_kept()
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER keep_newest BEFORE DELETE ON sequencer_rounds FOR EACH ROW EXECUTE FUNCTION keep_newest_rounds();
ALTER TABLE sequencer_rounds ENABLE ALWAYS TRIGGER keep_newest;

-- The only way for the application. Deletes the oldest, at most so many that a call stays under a second or two; answers
-- how many. Call it again until it answers 0.
CREATE FUNCTION prune_sequencer_rounds() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  pruned bigint;
BEGIN
  DELETE FROM sequencer_rounds
   WHERE round <= least((SELECT min(round) FROM sequencer_rounds) + 50000,
                        (SELECT max(round) FROM sequencer_rounds) - sequencer_rounds_kept());
  GET DIAGNOSTICS pruned = ROW_COUNT;
  RETURN pruned;
END $$;
REVOKE EXECUTE ON FUNCTION prune_sequencer_rounds() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION prune_sequencer_rounds() TO iama_app;
