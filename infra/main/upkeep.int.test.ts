import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { folderArtifactStore } from '../artifacts/folder-store.ts';
import { keyring } from '../artifacts/keyring.ts';
import { appendNotes } from '../event-store/contract/fixtures.ts';
import type { PostgresSubject } from '../event-store/postgres/testing.ts';
import { openSubject, ownerClient } from '../event-store/postgres/testing.ts';
import { createPool } from '../postgres/pool.ts';
import { createTestDatabase, type TestDatabase } from '../postgres/testing/database.ts';
import { pruneIdentity, pruneRounds, startUpkeep } from './upkeep.ts';

const ROUNDS = 70_500;
const KEPT = 10_000;

describe('rounds of the sequencer', () => {
  let subject: PostgresSubject;
  beforeAll(async () => {
    subject = await openSubject();
    await append(1);
    await subject.sequencer.stop();
    // Rounds that found nothing new, as the sequencer writes them.
    await subject.pool.query(
      `INSERT INTO sequencer_rounds (round, head, settled, after_seq, floor_seq, fence)
       SELECT last.round + n, head, settled, after_seq, floor_seq, fence
         FROM (SELECT * FROM sequencer_rounds ORDER BY round DESC LIMIT 1) last, generate_series(1, $1) n`,
      [ROUNDS],
    );
  });
  afterAll(() => subject.close());

  const append = async (events: number): Promise<void> => {
    for (let n = 0; n < events; n += 1) await appendNotes(subject.log, 1, 'rounds');
    await subject.settle();
  };
  const rounds = async () => {
    const { rows } = await subject.pool.query<{ first: bigint; last: bigint; n: bigint }>(
      'SELECT min(round) AS first, max(round) AS last, count(*) AS n FROM sequencer_rounds',
    );
    const [found] = rows;
    if (found === undefined) throw new Error('an aggregate always has a row');
    return found;
  };
  const refused = { code: '42501' };

  it('[ES-06] the newest 10,000 are deleted by nobody, replicas and the owner included', async () => {
    const { last } = await rounds();
    const owner = await ownerClient(subject.database);
    const youngest = `DELETE FROM sequencer_rounds WHERE round = ${last}`;
    const oldestKept = `DELETE FROM sequencer_rounds WHERE round = ${last - BigInt(KEPT) + 1n}`;
    await expect(owner.query(youngest)).rejects.toMatchObject(refused);
    await expect(owner.query(oldestKept)).rejects.toMatchObject(refused);
    await owner.query("SET session_replication_role = 'replica'");
    await expect(owner.query(oldestKept)).rejects.toMatchObject(refused);
    await owner.end();
  });

  it('[ES-06] the application deletes none itself, not even old ones', async () => {
    const sql = 'DELETE FROM sequencer_rounds WHERE round = 0';
    await expect(subject.pool.query(sql)).rejects.toMatchObject(refused);
  });

  it('[ES-05] [ES-06] pruning leaves the newest 10,000, and a sequencer goes on from them', async () => {
    const before = await rounds();
    expect(await pruneRounds(subject.pool)).toBe(Number(before.n) - KEPT);
    const after = await rounds();
    expect(after).toEqual({ first: before.last - BigInt(KEPT) + 1n, last: before.last, n: BigInt(KEPT) });
    expect(await pruneRounds(subject.pool)).toBe(0);
    const successor = subject.log.startSequencer();
    await append(3);
    await successor.stop();
    const { rows } = await subject.pool.query('SELECT position FROM event_log ORDER BY position');
    expect(rows).toEqual([1n, 2n, 3n, 4n].map((position) => ({ position })));
    expect(subject.errors).toEqual([]);
  });
});

describe('what nobody can use any more to sign in', () => {
  const day = 24 * 3_600;
  /** `$1` tells two rows apart, `$2` is their time; seconds from now of one that is over, and of one that is not. */
  const rows = {
    refresh_tokens: ['(token_hash, session_id, user_id, generation, expires_at)', '$3, $3, 0, $2', -1, day],
    device_codes: ['(device_hash, user_code_hash, expires_at)', 'sha256($1), $2', -1, day],
    personal_tokens: [
      '(token_hash, session_id, user_id, generation, label, scopes, expires_at)',
      "$3, $3, 0, 'ci', '{}', $2",
      -1,
      day,
    ],
    admin_tokens: ['(token_hash, session_id, admin_id, generation, expires_at)', '$3, $3, 0, $2', -1, day],
    oauth_attempts: ['(state_hash, browser_hash, sealed, expires_at)', "sha256($1), '\\x00', $2", -1, day],
    mail_tokens: ['(token_hash, purpose, expires_at)', "'VERIFY_EMAIL', $2", -1, day],
    attempt_counters: ['(counter, window_start, taken)', '$2, 1', -day - 60, -day + 60],
    sign_in_failures: ['(account, failures, last_at)', '1, $2', -day - 60, -day + 60],
  } as const;

  let database: TestDatabase;
  let pool: Pool;
  beforeEach(async () => {
    database = await createTestDatabase();
    pool = createPool({ connectionString: database.appUrl, max: 2, onIdleError: () => undefined });
    for (const [table, [columns, values, over, live]] of Object.entries(rows))
      for (const [name, seconds] of [['over', over] as const, ['live', live] as const])
        await pool.query(
          `insert into ${table} ${columns} select sha256($1::bytea), ${values}
           from (select $2::timestamptz, $3::uuid) unused`,
          [Buffer.from(name), new Date(Date.now() + seconds * 1_000), randomUUID()],
        );
  });
  afterEach(async () => {
    await pool.end();
    await database.drop();
  });

  const counts = async (): Promise<Record<string, number>> => {
    const found: Record<string, number> = {};
    for (const table of Object.keys(rows)) {
      const { rows: answer } = await pool.query(`select count(*)::int as n from ${table}`);
      found[table] = answer[0].n;
    }
    return found;
  };
  const oneOfEach = Object.fromEntries(Object.keys(rows).map((table) => [table, 1]));

  it('[ID-03] [ID-07] goes, of each kind, and nothing else does', async () => {
    expect(await pruneIdentity(pool)).toBe(Object.keys(rows).length);
    expect(await counts()).toEqual(oneOfEach);
    expect(await pruneIdentity(pool)).toBe(0);
  });

  it('[DEL-05] [ID-07] goes when a process starts, though another chore fails, which is said', async () => {
    const lines: string[] = [];
    const logger = pino({}, { write: (line) => lines.push(line) });
    const artifacts = folderArtifactStore({
      root: '/dev/null',
      keyring: keyring('k', { k: new Uint8Array(32) }),
    });
    const unreadable = { ...artifacts, sweep: () => Promise.reject(new Error('the disk is gone')) };
    const upkeep = startUpkeep({ artifacts: unreadable, pool, eraseDue: async () => 0, logger });
    try {
      await expect.poll(counts).toEqual(oneOfEach);
      expect(lines.join('')).toContain('deleting expired artifacts failed');
      expect(lines.join('')).toContain('expired tokens deleted');
    } finally {
      upkeep.stop();
    }
  });
});
