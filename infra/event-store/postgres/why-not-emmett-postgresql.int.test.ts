import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withTransaction } from '../../postgres/pool.ts';
import { contextOf, headReaches, noted, readAll, streamName } from '../contract/fixtures.ts';
import { acquireLease } from './sequencer-lease.ts';
import { readPart } from './sequencer-read.ts';
import { readState } from './sequencer-state.ts';
import { writeQuery } from './sequencer-write.ts';
import type { PostgresSubject } from './testing.ts';
import { openSubject, ownerClient } from './testing.ts';

/** Each measured failure of emmett-postgresql 0.42 (ARCHITECTURE.md, "The event store"), as a test that ours passes. */
describe('why not emmett-postgresql', () => {
  let subject: PostgresSubject;
  beforeEach(async () => {
    subject = await openSubject();
  });
  afterEach(() => subject.close());

  const append = (stream: string, note: string, expected: 'STREAM_DOES_NOT_EXIST' | bigint = 0n) =>
    subject.log.append([{ streamName: stream, expectedStreamVersion: expected, events: [noted(note)] }], {
      context: contextOf(),
    });

  it('[ES-01] it does not enforce STREAM_DOES_NOT_EXIST', async () => {
    const stream = streamName();
    await append(stream, 'first', 'STREAM_DOES_NOT_EXIST');
    await expect(append(stream, 'second', 'STREAM_DOES_NOT_EXIST')).rejects.toMatchObject({
      name: 'VersionConflict',
      actual: 1n,
    });
    expect((await subject.log.read(stream)).events).toHaveLength(1);
  });

  it('[ES-05] it can lose events to subscribers when commit order inverts', async () => {
    const [early, late] = [streamName(), streamName()];
    const seen: unknown[] = [];
    let checkpoint = 0n;
    let highestSeq = 0n;
    const naive: unknown[] = [];
    const follow = async () => {
      for (const event of await subject.log.readLog({ after: checkpoint, limit: 10 })) {
        seen.push(event.data['note']);
        checkpoint = event.metadata.globalPosition;
      }
      // The control: a subscriber by sequence number alone, as that library reads.
      const { rows } = await subject.pool.query<{ seq: bigint; data: { note: string } }>(
        'SELECT seq, data FROM events WHERE seq > $1 ORDER BY seq',
        [highestSeq],
      );
      for (const row of rows) {
        naive.push(row.data.note);
        highestSeq = row.seq;
      }
    };

    await withTransaction(subject.pool, async (client) => {
      await subject.log.appendInTransaction(
        client,
        [{ streamName: early, expectedStreamVersion: 0n, events: [noted('began first')] }],
        { context: contextOf() },
      );
      await append(late, 'committed first');
      await headReaches(subject.log, 1n);
      await follow();
    });
    await headReaches(subject.log, 2n);
    await follow();

    expect(seen).toEqual(['committed first', 'began first']);
    expect(naive).toEqual(['committed first']);
  });

  it('[ES-05] it lets two holders of one lease both process', async () => {
    await subject.sequencer.stop();
    await append(streamName(), 'once');
    const [one, two] = [await ownerClient(subject.database), await ownerClient(subject.database)];
    const first = (await acquireLease(one, 'one')) ?? -1n;
    const work = await readPart(one, await readState(one), 10);
    await two.query("UPDATE sequencer_lease SET expires_at = '-infinity'");
    const second = (await acquireLease(two, 'two')) ?? -1n;
    const sameWork = await readPart(two, await readState(two), 10);
    const results = await Promise.allSettled([
      two.query(writeQuery(sameWork, second)),
      one.query(writeQuery(work, first)),
    ]);
    const written = results.map((result) => (result.status === 'fulfilled' ? result.value.rowCount : 0));
    expect(written).toEqual([1, 0]);
    expect(await readAll(subject.log)).toHaveLength(1);
    await Promise.all([one.end(), two.end()]);
  });

  it('[ES-05] it skips a failed batch', async () => {
    const owner = await ownerClient(subject.database);
    await owner.query('REVOKE INSERT ON event_log FROM iama_app');
    await append(streamName(), 'in the failed batch');
    await expect.poll(() => subject.errors.length).toBeGreaterThan(0);
    await owner.query('GRANT INSERT ON event_log TO iama_app');
    await append(streamName(), 'after it');
    await headReaches(subject.log, 2n);
    expect((await readAll(subject.log)).map((event) => event.data['note'])).toEqual([
      'in the failed batch',
      'after it',
    ]);
    await owner.end();
  });

  it('[ES-04] it rewrites digit strings into BigInt', async () => {
    const stream = streamName();
    const digits = '00123456789012345678';
    await append(stream, digits);
    const { events } = await subject.log.read(stream);
    expect(events[0]?.data).toStrictEqual({ note: digits });
    await subject.settle();
    expect((await readAll(subject.log))[0]?.data).toStrictEqual({ note: digits });
  });
});
