import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leafHash } from '../event-store/leaf.ts';
import { storedEntries } from '../event-store/postgres/testing.ts';
import { growTree } from '../event-store/postgres/tree-nodes.ts';
import { headsFile, leavesFolder, readHeads } from './head-folder.ts';
import { writeLeaves } from './leaf-files.ts';
import { type AuditedLog, openAuditedLog } from './testing/audited-log.ts';
import { type Finding, type Verified, verifyLog } from './verify-log.ts';

const SIZE = 1_500;
const BAD = 700;

const seqOf = (position: number): string => `(SELECT seq FROM event_log WHERE position = ${position})`;

/** What a superuser does with all triggers off. */
describe('a log that a database superuser changed', () => {
  let audited: AuditedLog;
  beforeEach(async () => {
    audited = await openAuditedLog();
    await audited.append(600);
    await audited.publish();
    await audited.append(SIZE - 600);
    await audited.publish();
    await audited.subject.sequencer.stop();
  });
  afterEach(() => audited.close());

  const verified = async (leaves = true): Promise<Verified> => {
    const { folder, subject } = audited;
    const heads = await readHeads(headsFile(folder));
    return verifyLog(subject.pool, { heads, leaves: leaves ? leavesFolder(folder) : null });
  };
  const findingOf = async (leaves = true): Promise<Finding | null> => (await verified(leaves)).finding;
  const change = async (...statements: readonly string[]): Promise<void> => {
    for (const statement of statements) await audited.owner.query(statement);
  };
  const positionOnly = async (): Promise<readonly unknown[]> => {
    const finding = await findingOf();
    return [finding?.code, finding?.position];
  };

  /** Makes every hash in the database fit the changed events again, from a position on, and signs nothing. */
  const rewriteHashes = async (from: number): Promise<void> => {
    const { owner, subject } = audited;
    const entries = await storedEntries(subject.pool, BigInt(from - 1));
    for (const { position, stored } of entries)
      await owner.query('UPDATE event_log SET leaf_hash = $2 WHERE position = $1', [
        position,
        leafHash(position, stored),
      ]);
    await change('DELETE FROM tree_nodes');
    await growTree(subject.pool);
  };

  it('[ES-07] is whole before', async () => {
    expect(await verified()).toEqual({
      events: SIZE,
      covered: SIZE,
      headsChecked: 2,
      leaves: 'USED',
      finding: null,
    });
    await audited.subject.log.startSequencer();
    await audited.append(10);
    expect(await verified()).toMatchObject({ events: SIZE + 10, covered: SIZE, finding: null });
  });

  it('[ES-07] one byte of an event', async () => {
    await change(
      `UPDATE events SET data = replace(data::text, 'note', 'nope')::json WHERE seq = ${seqOf(BAD)}`,
    );
    expect(await positionOnly()).toEqual(['EVENT_CHANGED', BAD]);
    expect((await findingOf(false))?.position).toBe(BAD);
  });

  it.each([
    ['metadata', `metadata = replace(metadata::text, 'u-1', 'u-2')::json`],
    ['time', `recorded_at = recorded_at + interval '1 microsecond'`],
    ['type', `type = 'Noteb'`],
    ['version', 'version = version + 100000'],
    ['schema version', 'schema_version = 2'],
    ['stream', `stream = 'account'`],
    ['id', 'id = gen_random_uuid()'],
  ])('[ES-07] the %s of an event', async (_, assignment) => {
    await change(`UPDATE events SET ${assignment} WHERE seq = ${seqOf(BAD)}`);
    expect(await positionOnly()).toEqual(['EVENT_CHANGED', BAD]);
  });

  it('[ES-07] an event deleted', async () => {
    await change(`DELETE FROM events WHERE seq = ${seqOf(BAD)}`);
    expect(await positionOnly()).toEqual(['EVENT_MISSING', BAD]);
  });

  it('[ES-07] an event deleted with its position', async () => {
    await change(
      `DELETE FROM events WHERE seq = ${seqOf(BAD)}`,
      `DELETE FROM event_log WHERE position = ${BAD}`,
    );
    expect(await positionOnly()).toEqual(['POSITION_MISSING', BAD]);
  });

  it('[ES-07] an event deleted, and all after it moved up', async () => {
    await change(
      `DELETE FROM events WHERE seq = ${seqOf(BAD)}`,
      `DELETE FROM event_log WHERE position = ${BAD}`,
      'ALTER TABLE event_log DROP CONSTRAINT event_log_position_check',
      `UPDATE event_log SET position = -position WHERE position > ${BAD}`,
      'UPDATE event_log SET position = -position - 1 WHERE position < 0',
    );
    await rewriteHashes(BAD);
    expect(await positionOnly()).toEqual(['NOT_AS_PUBLISHED', BAD]);
  });

  it('[ES-07] two events swapped', async () => {
    await change(
      'CREATE TEMP TABLE swapped AS SELECT position, seq, leaf_hash FROM event_log WHERE position IN (700, 900)',
      'DELETE FROM event_log WHERE position IN (700, 900)',
      'INSERT INTO event_log SELECT 1600 - position, seq, leaf_hash FROM swapped',
    );
    expect(await positionOnly()).toEqual(['EVENT_CHANGED', BAD]);
    await rewriteHashes(BAD);
    expect(await positionOnly()).toEqual(['NOT_AS_PUBLISHED', BAD]);
  });

  it('[ES-07] an event renumbered', async () => {
    await change(`UPDATE event_log SET position = ${SIZE + 1} WHERE position = ${BAD}`);
    expect(await positionOnly()).toEqual(['POSITION_MISSING', BAD]);
  });

  it('[ES-07] the tail cut off', async () => {
    await change(
      `DELETE FROM events WHERE seq >= ${seqOf(BAD)}`,
      `DELETE FROM event_log WHERE position >= ${BAD}`,
    );
    expect(await positionOnly()).toEqual(['LOG_TRUNCATED', BAD]);
    expect(await findingOf(false)).toMatchObject({ code: 'LOG_TRUNCATED', position: BAD });
  });

  it('[ES-07] the tail cut off with everything that the tree and its heads said of it', async () => {
    await change(
      `DELETE FROM events WHERE seq >= ${seqOf(BAD)}`,
      `DELETE FROM event_log WHERE position >= ${BAD}`,
      'DELETE FROM tree_nodes',
      'DELETE FROM tree_heads',
    );
    await growTree(audited.subject.pool);
    expect(await positionOnly()).toEqual(['LOG_TRUNCATED', BAD]);
  });

  it('[ES-07] the positions of the tail cut off, its events left', async () => {
    const { owner, subject } = audited;
    await owner.query(`DELETE FROM event_log WHERE position > ${SIZE - 1}`);
    const finding = await verifyLog(subject.pool, { heads: [], leaves: null });
    expect(finding.finding).toMatchObject({ code: 'EVENT_UNNUMBERED', position: null });
  });

  it('[ES-07] [SEC-06] an event changed, and leaf hashes and tree rows with it', async () => {
    await change(`UPDATE events SET data = '{"note":"forged"}' WHERE seq = ${seqOf(BAD)}`);
    await rewriteHashes(BAD);
    expect(await positionOnly()).toEqual(['NOT_AS_PUBLISHED', BAD]);
  });

  it('[ES-07] the same without leaves outside: the heads tell between which two it is', async () => {
    await change(`UPDATE events SET data = '{"note":"forged"}' WHERE seq = ${seqOf(BAD)}`);
    await rewriteHashes(BAD);
    expect(await findingOf(false)).toMatchObject({
      code: 'HEAD_CONTRADICTED',
      position: 601,
      upTo: SIZE,
    });
  });

  it('[ES-07] leaf hashes changed, tree rows left: a row names the 256 events', async () => {
    await change(`UPDATE events SET data = '{"note":"forged"}' WHERE seq = ${seqOf(BAD)}`);
    const { owner, subject } = audited;
    const after = BigInt(BAD - 1);
    const [entry] = await storedEntries(subject.pool, after);
    if (entry === undefined) throw new Error('the event is there');
    const leaf = leafHash(entry.position, entry.stored);
    await owner.query('UPDATE event_log SET leaf_hash = $2 WHERE position = $1', [BAD, leaf]);
    expect(await findingOf(false)).toMatchObject({ code: 'TREE_NODE_CHANGED', position: 513, upTo: 768 });
  });

  it('[ES-07] a row of the tree changed or deleted', async () => {
    await change('UPDATE tree_nodes SET hash = sha256(hash) WHERE level = 1 AND index = 2');
    expect(await findingOf()).toMatchObject({ code: 'TREE_NODE_CHANGED', position: 513, upTo: 768 });
    await change('DELETE FROM tree_nodes WHERE level = 1 AND index = 1');
    expect(await findingOf()).toMatchObject({ code: 'TREE_NODE_CHANGED', position: 257, upTo: 512 });
  });

  it('[ES-07] the first of several faults is named', async () => {
    await change(
      `UPDATE events SET type = 'Other' WHERE seq = ${seqOf(BAD)}`,
      `DELETE FROM events WHERE seq = ${seqOf(BAD - 1)}`,
      `UPDATE events SET type = 'Other' WHERE seq = ${seqOf(12)}`,
    );
    expect(await positionOnly()).toEqual(['EVENT_CHANGED', 12]);
  });

  it('[ES-07] an event slipped into a stream beside the log', async () => {
    await change(
      `INSERT INTO events (xid, stream, version, id, type, schema_version, data, metadata)
       SELECT xid, stream, version + 5000, gen_random_uuid(), type, 1, data, metadata FROM events
        WHERE seq = ${seqOf(BAD)}`,
    );
    expect(await findingOf()).toMatchObject({ code: 'EVENT_UNNUMBERED', position: null });
  });

  it('[ES-07] nothing that contradicts a head is signed, from the database or from outside', async () => {
    const { subject, tree, folder } = audited;
    const kept = await readHeads(headsFile(folder));
    await change(`UPDATE events SET data = '{"note":"forged"}' WHERE seq = ${seqOf(BAD)}`);
    await rewriteHashes(BAD);
    await subject.log.startSequencer();
    await audited.append(5);
    await expect(tree.publish()).rejects.toMatchObject({ code: 'TREE_CONTRADICTS_HEAD' });
    await change('DELETE FROM tree_heads');
    await expect(tree.publish(kept.at(-1))).rejects.toMatchObject({ code: 'TREE_CONTRADICTS_HEAD' });
    await expect(audited.publish()).rejects.toMatchObject({ code: 'TREE_CONTRADICTS_HEAD' });
    expect(await readHeads(headsFile(folder))).toEqual(kept);
  });

  it('[ES-07] leaves outside that were changed too are not believed', async () => {
    const { folder } = audited;
    await writeLeaves(leavesFolder(folder), 1, Buffer.alloc(32));
    expect(await verified()).toMatchObject({ leaves: 'UNUSABLE', finding: null });
  });
});
