import type pg from 'pg';

const JOURNAL_MB = 2_560;

/**
 * Brings the journal to where that of a server is which has run for a while: it writes into files of earlier checkpoints.
 * In a new file every flush also waits for the file system to record where the file lies, five times as long and seldom
 * twice the same, which is what would be measured.
 */
export const useJournal = async (owner: Pick<pg.Pool, 'query'>): Promise<void> => {
  for (let written = 0; written < JOURNAL_MB; written += 16)
    await owner.query("SELECT pg_logical_emit_message(false, 'bench', repeat(' ', 16 * 1024 * 1024))");
  await owner.query('CHECKPOINT');
};
