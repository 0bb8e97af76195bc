import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Frontier } from './frontier.ts';
import { EMPTY_ROOT, nodeHash, rootOfRun } from './hashing.ts';
import { consistencyPath, inclusionPath, type SubtreeHash, treeRoot } from './proofs.ts';
import { isConsistent, rootOfInclusion } from './verify-path.ts';

const leafOf = (entry: Buffer): Buffer => hash('sha256', Buffer.concat([Buffer.from([0]), entry]), 'buffer');
const hex = (hashes: readonly Buffer[]): string[] => hashes.map((value) => value.toString('hex'));

/** MTH, PATH and SUBPROOF as RFC 6962 writes them, over the whole list. */
const splitOf = (size: number): number => (size <= 2 ? 1 : 2 * splitOf(Math.ceil(size / 2)));
const naiveRoot = (leaves: readonly Buffer[]): Buffer => {
  const [only] = leaves;
  if (only === undefined) return EMPTY_ROOT;
  if (leaves.length === 1) return only;
  const k = splitOf(leaves.length);
  return nodeHash(naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
};
const naivePath = (m: number, leaves: readonly Buffer[]): Buffer[] => {
  if (leaves.length <= 1) return [];
  const k = splitOf(leaves.length);
  return m < k
    ? [...naivePath(m, leaves.slice(0, k)), naiveRoot(leaves.slice(k))]
    : [...naivePath(m - k, leaves.slice(k)), naiveRoot(leaves.slice(0, k))];
};
const naiveProof = (m: number, leaves: readonly Buffer[], isWhole = true): Buffer[] => {
  if (m === leaves.length) return isWhole ? [] : [naiveRoot(leaves)];
  const k = splitOf(leaves.length);
  return m <= k
    ? [...naiveProof(m, leaves.slice(0, k), isWhole), naiveRoot(leaves.slice(k))]
    : [...naiveProof(m - k, leaves.slice(k), false), naiveRoot(leaves.slice(0, k))];
};

const subtreeOf =
  (leaves: readonly Buffer[]): SubtreeHash =>
  async (height, index) => {
    const run = leaves.slice(index * 2 ** height, (index + 1) * 2 ** height);
    if (run.length < 2 ** height) throw new Error('this subtree is not complete');
    return rootOfRun(Buffer.concat(run));
  };

/** The entries that implementations of Certificate Transparency test with, and the roots over the first n. */
const ENTRIES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const known = ENTRIES.map((entry) => leafOf(Buffer.from(entry, 'hex')));

const MOST_LEAVES = 700;
const leavesOfMost = Array.from({ length: MOST_LEAVES }, (_, n) => leafOf(Buffer.from(`entry ${n}`)));
const trees = fc.integer({ min: 1, max: MOST_LEAVES }).map((size) => leavesOfMost.slice(0, size));
const part = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the vectors of Certificate Transparency', () => {
  it('[ES-07] roots, and that of no leaf at all', async () => {
    expect(EMPTY_ROOT.toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    const roots = ROOTS.map((_, n) => treeRoot(subtreeOf(known), n + 1));
    expect(hex(await Promise.all(roots))).toEqual(ROOTS);
    const frontier = new Frontier();
    expect(hex([frontier.root()])).toEqual(hex([EMPTY_ROOT]));
    for (const [n, leaf] of known.entries()) {
      frontier.push(leaf);
      expect(frontier.root().toString('hex')).toBe(ROOTS[n]);
    }
  });

  it.each([
    [0, 1, []],
    [
      0,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      5,
      8,
      [
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
    [
      1,
      5,
      [
        '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ])('[ES-07] inclusion of leaf %i in %i', async (index, size, path) => {
    expect(hex(await inclusionPath(subtreeOf(known), index, size))).toEqual(path);
  });

  it.each([
    [1, 1, []],
    [
      1,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      6,
      8,
      [
        '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [
      2,
      5,
      [
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ])('[ES-07] consistency of %i with %i', async (older, newer, path) => {
    expect(hex(await consistencyPath(subtreeOf(known), older, newer))).toEqual(path);
  });
});

// Hundreds of trees of hundreds of leaves each: on a busy machine ten times the second that it takes alone.
describe('paths', { timeout: 60_000 }, () => {
  it('[ES-07] refuse leaves and trees that do not exist', async () => {
    const subtree = subtreeOf(known);
    for (const [index, size] of [
      [8, 8],
      [-1, 8],
      [0, 0],
      [0.5, 8],
      [0, Number.NaN],
    ] as const)
      await expect(inclusionPath(subtree, index, size)).rejects.toBeInstanceOf(RangeError);
    for (const [older, newer] of [
      [0, 8],
      [9, 8],
      [1.5, 8],
    ] as const)
      await expect(consistencyPath(subtree, older, newer)).rejects.toBeInstanceOf(RangeError);
  });

  it('[ES-07] inclusion is that of the naive tree, leads to its root, and from nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(trees, part, part, fc.nat(255), async (leaves, place, step, bit) => {
        const index = Math.floor(place * leaves.length);
        const path = await inclusionPath(subtreeOf(leaves), index, leaves.length);
        expect(hex(path)).toEqual(hex(naivePath(index, leaves)));
        const root = naiveRoot(leaves);
        const leaf = leaves[index] ?? EMPTY_ROOT;
        const leadsTo = (from: Buffer, at: number, size: number, by: readonly Buffer[]): boolean =>
          rootOfInclusion(from, at, size, by)?.equals(root) === true;
        expect(leadsTo(leaf, index, leaves.length, path)).toBe(true);
        const flipped = (value: Buffer): Buffer => {
          const other = Buffer.from(value);
          other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          return other;
        };
        expect(leadsTo(flipped(leaf), index, leaves.length, path)).toBe(false);
        expect(leadsTo(leaf, index, leaves.length, [...path, leaf])).toBe(false);
        if (leaves.length > 1) {
          expect(leadsTo(leaf, (index + 1) % leaves.length, leaves.length, path)).toBe(false);
          expect(leadsTo(leaf, index, leaves.length, path.slice(1))).toBe(false);
          const at = Math.floor(step * path.length);
          const changed = path.map((value, n) => (n === at ? flipped(value) : value));
          expect(leadsTo(leaf, index, leaves.length, changed)).toBe(false);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('[ES-07] consistency is that of the naive tree, and holds for these two roots only', async () => {
    await fc.assert(
      fc.asyncProperty(trees, part, part, async (leaves, place, step) => {
        const size = 1 + Math.floor(place * leaves.length);
        const path = await consistencyPath(subtreeOf(leaves), size, leaves.length);
        expect(hex(path)).toEqual(hex(naiveProof(size, leaves)));
        const older = { size, root: naiveRoot(leaves.slice(0, size)) };
        const newer = { size: leaves.length, root: naiveRoot(leaves) };
        expect(isConsistent(older, newer, path)).toBe(true);
        const rewritten = leaves.with(Math.floor(step * size), leafOf(Buffer.from('rewritten')));
        const forged = naiveRoot(rewritten);
        expect(isConsistent(older, { ...newer, root: forged }, path)).toBe(false);
        const forgedPath = await consistencyPath(subtreeOf(rewritten), size, leaves.length);
        expect(isConsistent(older, { ...newer, root: forged }, forgedPath)).toBe(false);
        expect(isConsistent({ ...older, root: forged }, newer, path)).toBe(false);
        expect(isConsistent(older, newer, [...path, forged])).toBe(false);
        if (path.length > 0) expect(isConsistent(older, newer, path.slice(1))).toBe(false);
      }),
      { numRuns: 150 },
    );
  });
});

describe('the frontier', () => {
  it('[ES-07] tells of every complete subtree once, with the root of its leaves', () => {
    const leaves = Array.from({ length: 21 }, (_, n) => leafOf(Buffer.from([n])));
    const told: string[] = [];
    const frontier = new Frontier((size, index, root) => {
      expect(root).toEqual(naiveRoot(leaves.slice(index * size, (index + 1) * size)));
      told.push(`${size}/${index}`);
    });
    for (const leaf of leaves) frontier.push(leaf);
    const wanted = [2, 4, 8, 16].flatMap((size) =>
      Array.from({ length: Math.floor(21 / size) }, (_, index) => `${size}/${index}`),
    );
    expect(told.sort()).toEqual(wanted.sort());
    expect([frontier.size, frontier.root()]).toEqual([21, naiveRoot(leaves)]);
  });
});
