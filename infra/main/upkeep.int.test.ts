import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendNotes } from '../event-store/contract/fixtures.ts';
import type { PostgresSubject } from '../event-store/postgres/testing.ts';
import { openSubject, ownerClient } from '../event-store/postgres/testing.ts';
import { pruneRounds } from './upkeep.ts';

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
