import type { PoolClient } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VersionConflict } from '../../../domain/kernel/event-store.ts';
import { withTransaction } from '../../postgres/pool.ts';
import { contextOf, noted, streamName } from '../contract/fixtures.ts';
import type { PostgresSubject } from './testing.ts';
import { openSubject, ownerClient } from './testing.ts';

describe('appendInTransaction', () => {
  let subject: PostgresSubject;
  beforeAll(async () => {
    subject = await openSubject();
    const owner = await ownerClient(subject.database);
    await owner.query('CREATE TABLE side (note text); GRANT ALL ON side TO iama_app');
    await owner.end();
  });
  afterAll(() => subject.close());

  const append = (client: PoolClient, stream: string, expectedStreamVersion: bigint, count = 1) =>
    subject.log.appendInTransaction(
      client,
      [
        {
          streamName: stream,
          expectedStreamVersion,
          events: Array.from({ length: count }, (_, index) => noted(index)),
        },
      ],
      { context: contextOf() },
    );
  const sideRows = async (note: string): Promise<number> =>
    (await subject.pool.query('SELECT FROM side WHERE note = $1', [note])).rowCount ?? 0;

  it('[ES-02] rolled back, neither the events nor the other rows are there', async () => {
    const stream = streamName();
    await expect(
      withTransaction(subject.pool, async (client) => {
        await append(client, stream, 0n);
        await client.query('INSERT INTO side VALUES ($1)', [stream]);
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    expect((await subject.log.read(stream)).streamExists).toBe(false);
    expect(await sideRows(stream)).toBe(0);
  });

  it.each([1, 3])('[ES-02] after a conflict the transaction is still usable (%i events)', async (count) => {
    const stream = streamName();
    await withTransaction(subject.pool, (client) => append(client, stream, 0n));
    await withTransaction(subject.pool, async (client) => {
      const error = await append(client, stream, 0n, count).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(VersionConflict);
      await client.query('INSERT INTO side VALUES ($1)', [stream]);
    });
    expect(await sideRows(stream)).toBe(1);
    expect((await subject.log.read(stream)).currentStreamVersion).toBe(1n);
  });

  it('[ES-02] committed, both are there, and the log goes on without a call to notifyAppended', async () => {
    const stream = streamName();
    await subject.settle();
    const head = await subject.log.head();
    await withTransaction(subject.pool, async (client) => {
      await append(client, stream, 0n, 2);
      await append(client, stream, 2n);
      await client.query('INSERT INTO side VALUES ($1)', [stream]);
    });
    expect(await sideRows(stream)).toBe(1);
    await subject.log.waitFor(head, 5_000);
    expect(
      (await subject.log.readLog({ after: head, limit: 10 })).map((e) => e.metadata.streamPosition),
    ).toEqual([1n, 2n, 3n]);
  });

  it('[ES-03] a key stored by a transaction is answered to the next, and not after a rollback', async () => {
    const stream = streamName();
    const idempotency = { key: stream, bodyHash: '0f'.repeat(32), result: '{"ok":true}' };
    const keyed = (client: PoolClient) =>
      subject.log.appendInTransaction(
        client,
        [{ streamName: stream, expectedStreamVersion: 0n, events: [noted(1)] }],
        {
          context: contextOf(),
          idempotency,
        },
      );
    await expect(
      withTransaction(subject.pool, async (client) => {
        await keyed(client);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect((await withTransaction(subject.pool, keyed)).replayed).toBe(false);
    expect(await withTransaction(subject.pool, keyed)).toMatchObject({
      replayed: true,
      result: '{"ok":true}',
    });
  });

  it('[ES-01] withStreamLock keeps `any` appends out until the transaction ends', async () => {
    const stream = streamName();
    const order: string[] = [];
    let other: Promise<unknown> = Promise.resolve();
    await withTransaction(subject.pool, async (client) => {
      await subject.log.withStreamLock(client, [stream, streamName(), stream]);
      other = withTransaction(subject.pool, async (second) => {
        await subject.log.withStreamLock(second, [stream]);
        order.push('second');
      });
      await new Promise((resolve) => setTimeout(resolve, 100));
      order.push('first');
    });
    await other;
    expect(order).toEqual(['first', 'second']);
  });
});
