-- Double entry (BIL-11): a deferred constraint trigger that the ledger's read table is made with. At commit, every entry
-- that a row came into or left must sum to zero in each unit. Arguments: the columns of entry, amount and unit.
CREATE FUNCTION refuse_unbalanced_entry() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  entry text;
  entries text[] := '{}';
  unbalanced text;
  remainder numeric;
BEGIN
  IF TG_OP <> 'INSERT' THEN entries := entries || (to_jsonb(OLD) ->> TG_ARGV[0]); END IF;
  IF TG_OP <> 'DELETE' THEN entries := entries || (to_jsonb(NEW) ->> TG_ARGV[0]); END IF;
  FOREACH entry IN ARRAY entries LOOP
    EXECUTE format('SELECT %I::text, sum(%I) FROM %I.%I WHERE %I = $1 GROUP BY 1 HAVING sum(%2$I) <> 0 LIMIT 1',
      TG_ARGV[2], TG_ARGV[1], TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_ARGV[0])
      INTO unbalanced, remainder USING entry;
    IF remainder IS NOT NULL THEN
      RAISE EXCEPTION 'entry % of % does not balance: % % left over', entry, TG_TABLE_NAME, remainder, unbalanced
        USING ERRCODE = 'check_violation';
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
