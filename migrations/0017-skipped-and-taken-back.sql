-- An event that was skipped and is tried again: what its row has processed since has to be processed again after it.
ALTER TABLE runtime.dead_letters ADD COLUMN taken_back boolean NOT NULL DEFAULT false;
