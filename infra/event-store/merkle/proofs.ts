import { Frontier } from './frontier.ts';

/** The root of the complete subtree of `2 ** height` leaves that is the `index`th of its size, from 0. */
export type SubtreeHash = (height: number, index: number) => Promise<Buffer>;

/** The largest power of two that is smaller than `size`; `size` is at least 2. */
const splitOf = (size: number): number => {
  let split = 1;
  while (2 * split < size) split *= 2;
  return split;
};

/** The tree hash of leaves [from, to), a range as the recursion of RFC 6962 makes it. */
const rangeHash = async (subtree: SubtreeHash, from: number, to: number): Promise<Buffer> => {
  const frontier = new Frontier();
  let at = from;
  for (let height = Math.floor(Math.log2(Math.max(to - from, 1))); at < to; height -= 1) {
    const leaves = 2 ** height;
    if (at + leaves > to) continue;
    frontier.push(await subtree(height, at / leaves), leaves);
    at += leaves;
  }
  return frontier.root();
};

const check = (isRange: boolean, what: string): void => {
  if (!isRange) throw new RangeError(what);
};

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/** The root of the tree over the first `size` leaves. */
export const treeRoot = (subtree: SubtreeHash, size: number): Promise<Buffer> => {
  check(isCount(size), 'a tree has a whole number of leaves');
  return rangeHash(subtree, 0, size);
};

/**
 * PATH(m, D[n]) of RFC 6962, section 2.1.1: the hashes that lead from leaf `index` (from 0) to the root of the first
 * `size` leaves. Throws RangeError when there is no such leaf.
 */
export const inclusionPath = async (subtree: SubtreeHash, index: number, size: number): Promise<Buffer[]> => {
  check(isCount(index) && isCount(size) && index < size, 'the leaf is not in the tree');
  const path: Buffer[] = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    if (index < middle) {
      path.push(await rangeHash(subtree, middle, to));
      to = middle;
    } else {
      path.push(await rangeHash(subtree, from, middle));
      from = middle;
    }
  }
  return path.reverse();
};

/**
 * PROOF(m, D[n]) of RFC 6962, section 2.1.2: shows that the tree over the first `newSize` leaves begins with the one over
 * `oldSize`. Empty when they are the same. Throws RangeError unless 1 <= oldSize <= newSize.
 */
export const consistencyPath = async (
  subtree: SubtreeHash,
  oldSize: number,
  newSize: number,
): Promise<Buffer[]> => {
  check(isCount(oldSize) && isCount(newSize) && oldSize >= 1 && oldSize <= newSize, 'no such pair of trees');
  const path: Buffer[] = [];
  let from = 0;
  let to = newSize;
  // Whether the range began as the old tree itself, whose root the verifier has.
  let isOldTree = true;
  while (oldSize !== to) {
    const middle = from + splitOf(to - from);
    if (oldSize <= middle) {
      path.push(await rangeHash(subtree, middle, to));
      to = middle;
    } else {
      path.push(await rangeHash(subtree, from, middle));
      from = middle;
      isOldTree = false;
    }
  }
  if (!isOldTree) path.push(await rangeHash(subtree, from, to));
  return path.reverse();
};
