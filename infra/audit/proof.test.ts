import { createPublicKey, generateKeyPairSync, hash, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { rootOfRun } from '../event-store/merkle/hashing.ts';
import { consistencyPath, inclusionPath, type SubtreeHash, treeRoot } from '../event-store/merkle/proofs.ts';
import { headKeys, headSigner, newHeadKeyPem } from './head-key.ts';
import { type ConsistencyProof, checkConsistency, checkInclusion, type InclusionProof } from './proof.ts';
import { checkHead, headText, signHead, type TreeHead } from './tree-head.ts';

const signer = headSigner(newHeadKeyPem());
const keys = headKeys(signer.publicKeyPem);
const stranger = headSigner(newHeadKeyPem());

const entryOf = (position: number): string => `iama-leaf-1\n${position}\nan event`;
const leaves = Array.from({ length: 21 }, (_, n) => hash('sha256', `\u0000${entryOf(n + 1)}`, 'buffer'));
const subtreesOver =
  (run: readonly Buffer[]): SubtreeHash =>
  async (height, index) =>
    rootOfRun(Buffer.concat(run.slice(index * 2 ** height, (index + 1) * 2 ** height)));
const subtrees = subtreesOver(leaves);
const hex = (hashes: readonly Buffer[]): string[] => hashes.map((value) => value.toString('hex'));

const headOf = async (size: number, by = signer): Promise<TreeHead> => {
  const root_hash = (await treeRoot(subtrees, size)).toString('hex');
  return signHead({ origin: 'iama', tree_size: size, root_hash, signed_at: '2026-11-21T03:00:00.000Z' }, by);
};
const inclusion = async (...positions: readonly number[]): Promise<InclusionProof> => ({
  schema: 'iama.inclusion/1',
  head: await headOf(21),
  proofs: await Promise.all(
    positions.map(async (position) => ({
      position,
      leaf_hash: leaves[position - 1]?.toString('hex') ?? '',
      entry: entryOf(position),
      path: hex(await inclusionPath(subtrees, position - 1, 21)),
    })),
  ),
});
/** The one event of a signed log of three, whose hashed text claims another position. */
const lying = async (position: number): Promise<InclusionProof> => {
  const run = Array.from({ length: 3 }, () => hash('sha256', `\u0000${entryOf(7)}`, 'buffer'));
  const own = subtreesOver(run);
  const root_hash = (await treeRoot(own, 3)).toString('hex');
  return {
    schema: 'iama.inclusion/1',
    head: signHead(
      { origin: 'iama', tree_size: 3, root_hash, signed_at: '2026-11-21T03:00:00.000Z' },
      signer,
    ),
    proofs: [
      {
        position,
        leaf_hash: hex(run)[0] ?? '',
        entry: entryOf(7),
        path: hex(await inclusionPath(own, position - 1, 3)),
      },
    ],
  };
};
const consistency = async (from: number): Promise<ConsistencyProof> => ({
  schema: 'iama.consistency/1',
  from_size: from,
  head: await headOf(21),
  path: hex(await consistencyPath(subtrees, from, 21)),
});
const codeOf = (check: () => void): string | null => {
  try {
    check();
    return null;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
};

describe('a signed tree head', () => {
  it('[ES-07] is refused for any change, and by who does not know the key', async () => {
    const head = await headOf(21);
    expect(codeOf(() => checkHead(head, headKeys(stranger.publicKeyPem)))).toBe('TREE_KEY_UNKNOWN');
    const changes: Partial<TreeHead>[] = [
      { origin: 'other' },
      { tree_size: 20 },
      { root_hash: 'a'.repeat(64) },
      { signed_at: '2026-11-21T03:00:00.001Z' },
      { signature: Buffer.alloc(64).toString('base64') },
      { key_id: signer.keyId, signature: (await headOf(21, stranger)).signature },
      { origin: `iama\n21`, tree_size: 3 },
    ];
    for (const change of changes)
      expect(codeOf(() => checkHead({ ...head, ...change }, keys))).toBe('TREE_HEAD_FORGED');
    expect(codeOf(() => checkHead(head, keys))).toBeNull();
  });

  it('[ES-07] is refused when a field of it could be read as two, though its key signed these bytes', () => {
    const origin = 'iama\n3';
    const statement = {
      origin,
      tree_size: 5,
      root_hash: 'a'.repeat(64),
      signed_at: '2026-11-21T03:00:00.000Z',
    };
    const signature = signer.sign(headText(statement)).toString('base64');
    const head = { ...statement, key_id: signer.keyId, signature };
    expect(codeOf(() => checkHead(head, keys))).toBe('TREE_HEAD_FORGED');
    expect(() => signHead(statement, signer)).toThrow('control character');
  });

  it('[ES-07] its bytes are frozen, and its signature is plain Ed25519 over them', async () => {
    const head = await headOf(1);
    const text = `iama-tree-head-1\niama\n1\n${hex(leaves)[0]}\n2026-11-21T03:00:00.000Z\n`;
    expect(headText(head)).toBe(text);
    const key = createPublicKey(signer.publicKeyPem);
    expect(verify(null, Buffer.from(text), key, Buffer.from(head.signature, 'base64'))).toBe(true);
  });

  it('[ES-07] is not signed by, and not checked with, a key of another kind', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    expect(() => headSigner(rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())).toThrow(
      'Ed25519',
    );
    const rsaKey = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const noKey = '-----BEGIN PUBLIC KEY-----\nYWJj\n-----END PUBLIC KEY-----\n';
    for (const pems of ['', 'nothing', noKey, rsaKey, `${signer.publicKeyPem}${rsaKey}`])
      expect(() => headKeys(pems)).toThrow(expect.objectContaining({ code: 'TREE_KEYS_UNREADABLE' }));
  });

  it('[ES-07] several keys are known by their ids, so that old heads outlive a change of keys', async () => {
    const both = headKeys(`${signer.publicKeyPem}\n${stranger.publicKeyPem}`);
    expect([...both.keys()].sort()).toEqual([signer.keyId, stranger.keyId].sort());
    expect(codeOf(() => checkHead({ ...({} as TreeHead), key_id: 'x' }, both))).toBe('TREE_KEY_UNKNOWN');
    for (const by of [signer, stranger]) {
      const head = await headOf(7, by);
      expect(codeOf(() => checkHead(head, both))).toBeNull();
    }
  });
});

describe('offline', () => {
  it('[ES-07] [BIL-09] every event is proven with nothing but the proof and the key', async () => {
    const all = Array.from(leaves.keys(), (n) => n + 1);
    const proof = await inclusion(...all);
    expect(codeOf(() => checkInclusion(proof, keys))).toBeNull();
  });

  it('[ES-07] [BIL-09] an event that is changed, moved, or of another log is not', async () => {
    const good = await inclusion(3, 9);
    const [third, ninth] = good.proofs;
    if (third === undefined || ninth === undefined) throw new Error('two were asked for');
    const broken: readonly InclusionProof['proofs'][] = [
      [],
      [{ ...third, entry: `${third.entry} ` }],
      [{ ...third, position: 4 }],
      [{ position: 4, leaf_hash: third.leaf_hash, path: third.path }],
      [{ ...third, path: ninth.path }],
      [{ ...third, path: third.path.slice(1) }],
      [{ ...third, leaf_hash: ninth.leaf_hash }],
      [third, { ...ninth, position: 99 }],
    ];
    for (const proofs of broken)
      expect(codeOf(() => checkInclusion({ ...good, proofs }, keys))).toBe('PROOF_INVALID');
    const head = await headOf(20);
    const lie = await lying(3);
    expect(codeOf(() => checkInclusion(lie, keys))).toBe('PROOF_INVALID');
    expect(codeOf(() => checkInclusion({ ...good, head }, keys))).toBe('PROOF_INVALID');
    expect(codeOf(() => checkInclusion(good, headKeys(stranger.publicKeyPem)))).toBe('TREE_KEY_UNKNOWN');
  });

  it('[ES-07] a newer log is shown to begin with an older one, and no other', async () => {
    for (let from = 1; from <= 21; from += 1) {
      const proof = await consistency(from);
      const older = await headOf(from);
      expect(codeOf(() => checkConsistency(older, proof, keys))).toBeNull();
    }
    const proof = await consistency(8);
    const eighth = await headOf(8);
    const other = signHead({ ...eighth, root_hash: 'b'.repeat(64) }, signer);
    expect(codeOf(() => checkConsistency(other, proof, keys))).toBe('PROOF_INVALID');
    expect(codeOf(() => checkConsistency(eighth, { ...proof, from_size: 7 }, keys))).toBe('PROOF_INVALID');
    const elsewhere = signHead({ ...eighth, origin: 'elsewhere' }, signer);
    expect(codeOf(() => checkConsistency(elsewhere, proof, keys))).toBe('PROOF_INVALID');
    const seventh = await headOf(7);
    expect(codeOf(() => checkConsistency(seventh, proof, keys))).toBe('PROOF_INVALID');
  });
});
