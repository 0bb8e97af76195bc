import { rm } from 'node:fs/promises';
import type { Pool } from 'pg';
import type { Erasure } from '../../commands/identity/services.ts';
import { accountStream } from '../../domain/billing/account.ts';
import type { ArtifactStore } from '../../processors/refactoring/artifacts.port.ts';
import { FORGET } from '../snapshots/postgres-snapshots.ts';
import type { SubjectKeys } from './subject-keys.ts';

/** Rows that tell who somebody is or let them in; none of them follows from the log (decision 0040). */
const TABLES = ['credentials', 'refresh_tokens', 'mail_tokens', 'device_codes', 'personal_tokens'] as const;

/** What artifacts of a person are kept under: their jobs, and their tickets to support. */
const FOLDERS = `
  select job_id as folder from read.refactor_jobs where owner_id = $1
  union all
  select ticket_id from read.support_ticket_logs where user_id = $1`;

export type ErasureParts = Readonly<{
  pool: Pick<Pool, 'query'>;
  keys: Pick<SubjectKeys, 'destroy'>;
  artifacts: Pick<ArtifactStore, 'discard'>;
  emailOf: (userId: string) => Promise<string | null>;
  /** Files of mails that were written to an address. */
  mailsTo: (address: string) => Promise<readonly string[]>;
}>;

/**
 * What a person wrote is unreadable wherever it was copied to once the key is gone, so that goes first. Repeating it does
 * nothing that was done.
 */
export const erasure = ({ pool, keys, artifacts, emailOf, mailsTo }: ErasureParts): Erasure => ({
  async erase(userId) {
    await keys.destroy(userId);
    const { rows } = await pool.query<{ folder: string }>(FOLDERS, [userId]);
    for (const { folder } of rows) await artifacts.discard(folder);
    const address = await emailOf(userId);
    const mails = address === null ? [] : await mailsTo(address);
    for (const path of mails) await rm(path, { force: true });
    await pool.query(FORGET, [accountStream(userId)]);
    for (const table of TABLES) await pool.query(`delete from ${table} where user_id = $1`, [userId]);
  },
});
