import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportHead } from './export-head.ts';
import { headsFile, keysOfFolder, leavesFolder, readHeads } from './head-folder.ts';
import { headKeys, headSigner, newHeadKeyPem } from './head-key.ts';
import { leafCount } from './leaf-files.ts';
import { openLogTree } from './log-tree.ts';
import { checkConsistency, checkInclusion } from './proof.ts';
import { storedKeys, storeHead } from './stored-heads.ts';
import { type AuditedLog, ORIGIN, openAuditedLog } from './testing/audited-log.ts';
import { checkHead, signHead } from './tree-head.ts';
import { verifyLog } from './verify-log.ts';

describe('the tree of the log', () => {
  let audited: AuditedLog;
  beforeAll(async () => {
    audited = await openAuditedLog();
  });
  afterAll(() => audited.close());
  const trusted = () => headKeys(audited.signer.publicKeyPem);

  it('[ES-07] an empty log has no head and no proof', async () => {
    await expect(audited.tree.publish()).rejects.toMatchObject({ code: 'TREE_EMPTY' });
    await expect(audited.tree.prove([1])).rejects.toMatchObject({ code: 'TREE_EMPTY' });
    await expect(audited.tree.proveConsistency(1)).rejects.toMatchObject({ code: 'TREE_HEAD_NOT_FOUND' });
    expect(await audited.tree.newestHead()).toBeNull();
  });

  it('[ES-07] several processes that publish at once make one head, in the file once', async () => {
    await audited.append(300);
    const published = await Promise.all([audited.publish(), audited.publish(), audited.publish()]);
    expect(published.filter((head) => head !== null)).toHaveLength(1);
    const heads = await readHeads(headsFile(audited.folder));
    expect(heads).toEqual([await audited.tree.newestHead()]);
    expect(heads[0]).toMatchObject({ tree_size: 300, origin: ORIGIN });
    expect(await leafCount(leavesFolder(audited.folder))).toBe(300);
    for (const head of heads) checkHead(head, await keysOfFolder(audited.folder));
  });

  it('[ES-07] a proof of what no head covers yet comes with a head signed now', async () => {
    await audited.append(40);
    const old = await audited.tree.prove([7, 300]);
    expect(old.head.tree_size).toBe(300);
    const fresh = await audited.tree.prove([1, 340]);
    expect(fresh.head.tree_size).toBe(340);
    for (const proof of [old, fresh]) {
      checkInclusion(proof, trusted());
      expect(JSON.parse(JSON.stringify(proof))).toEqual(proof);
    }
    await expect(audited.tree.prove([341])).rejects.toMatchObject({ code: 'POSITION_NOT_FOUND' });
    const first = (await readHeads(headsFile(audited.folder)))[0];
    if (first === undefined) throw new Error('a head was published');
    checkConsistency(first, await audited.tree.proveConsistency(300), trusted());
    checkConsistency(first, await audited.tree.proveConsistency(300, 340), trusted());
    await expect(audited.tree.proveConsistency(300, 301)).rejects.toMatchObject({
      code: 'TREE_HEAD_NOT_FOUND',
    });
    await expect(audited.tree.proveConsistency(9_999)).rejects.toMatchObject({ code: 'POSITION_NOT_FOUND' });
  });

  it('[BIL-09] events of streams are proven with their text, which a forger cannot fit', async () => {
    await audited.append(3, 'job-1');
    await audited.append(2, 'usage-1');
    const { rows } = await audited.subject.pool.query<{ id: string }>(
      `SELECT id FROM events WHERE stream IN ('job-1', 'usage-1') AND version <> 2 ORDER BY seq`,
    );
    const eventIds = rows.map(({ id }) => id);
    const proof = await audited.tree.proveEvents({ streams: ['job-1', 'usage-1'], eventIds });
    checkInclusion(proof, trusted());
    expect(proof.head.tree_size).toBe(345);
    expect(proof.proofs.map(({ position, entry }) => [position, entry?.split('\n')[2]])).toEqual([
      [341, eventIds[0]],
      [343, eventIds[1]],
      [344, eventIds[2]],
    ]);
    const forged = proof.proofs.map((one) => ({ ...one, entry: one.entry?.replace('note', 'nope') ?? '' }));
    expect(() => checkInclusion({ ...proof, proofs: forged }, trusted())).toThrow('does not have this hash');
    const elsewhere = audited.tree.proveEvents({ streams: ['accounts'], eventIds });
    await expect(elsewhere).rejects.toMatchObject({ code: 'EVENT_NOT_FOUND' });
  });

  it('[ES-07] after a change of keys the same log is signed anew, and old heads still hold', async () => {
    const { subject, folder } = audited;
    const signer = headSigner(newHeadKeyPem());
    const tree = openLogTree(subject.pool, { signer, origin: ORIGIN, now: () => new Date() });
    await audited.publish();
    const head = await exportHead(folder, { tree, pool: subject.pool });
    expect(head).toMatchObject({ tree_size: 345, key_id: signer.keyId });
    const keys = await keysOfFolder(folder);
    const heads = await readHeads(headsFile(folder));
    expect(heads.map(({ tree_size }) => tree_size)).toEqual([300, 345, 345]);
    for (const published of heads) checkHead(published, keys);
    expect([...(await storedKeys(subject.pool)).keys()].sort()).toEqual([...keys.keys()].sort());
    expect(await verifyLog(subject.pool, { heads, leaves: leavesFolder(folder) })).toMatchObject({
      headsChecked: 3,
      finding: null,
    });
  });

  it('[ES-07] of two heads of one tree by one key the first stays, and both signers are told that one', async () => {
    const { signer, subject } = audited;
    const statement = { origin: ORIGIN, tree_size: 999, root_hash: '5a'.repeat(32) };
    const first = signHead({ ...statement, signed_at: '2026-11-21T08:00:00.000Z' }, signer);
    const second = signHead({ ...statement, signed_at: '2026-11-21T08:00:00.001Z' }, signer);
    expect(await storeHead(subject.pool, first, signer)).toEqual(first);
    expect(await storeHead(subject.pool, second, signer)).toEqual(first);
    await audited.owner.query('DELETE FROM tree_heads WHERE size = 999');
  });

  it('[ES-07] a process without a key uses heads and makes none', async () => {
    const { subject } = audited;
    const tree = openLogTree(subject.pool, { signer: null, origin: ORIGIN, now: () => new Date() });
    expect((await tree.prove([345])).head.tree_size).toBe(345);
    await audited.append(1);
    await expect(tree.prove([346])).rejects.toMatchObject({ code: 'TREE_KEY_MISSING' });
  });

  it('[ES-07] a log that was cut off is not signed, though the tree still holds what was cut', async () => {
    // Two full tiles: the root of what was signed needs none of the leaves that go.
    await audited.append(512 - 346);
    expect(await audited.publish()).toMatchObject({ tree_size: 512 });
    await audited.owner.query('DELETE FROM event_log WHERE position > 256');
    await expect(audited.publish()).rejects.toMatchObject({
      code: 'TREE_CONTRADICTS_HEAD',
      data: { signedSize: 512, size: 256 },
    });
  });
});
