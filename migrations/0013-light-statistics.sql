-- What the store's plans need of the statistics is how large the tables are. A sample of 30,000 rows took a third of a
-- second of a core while appends waited; a tenth of it tells as much.
ALTER FUNCTION refresh_store_statistics() SET default_statistics_target = 10;
