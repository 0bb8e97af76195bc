import { HASH_BYTES, nodeHash } from './hashing.ts';

const half = (value: number): number => Math.floor(value / 2);
const isOdd = (value: number): boolean => value % 2 === 1;
const isHash = (value: Uint8Array): boolean => value.byteLength === HASH_BYTES;

/**
 * The root that an inclusion path leads to (RFC 9162, section 2.1.3.2); null when the path does not have the form that
 * leaf `index` (from 0) of a tree of `size` needs. Compare it with the root of a head.
 */
export const rootOfInclusion = (
  leaf: Buffer,
  index: number,
  size: number,
  path: readonly Buffer[],
): Buffer | null => {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return null;
  if (![leaf, ...path].every(isHash)) return null;
  let node = index;
  let last = size - 1;
  let root = leaf;
  for (const sibling of path) {
    if (last === 0) return null;
    if (isOdd(node) || node === last) {
      root = nodeHash(sibling, root);
      while (!isOdd(node) && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else {
      root = nodeHash(root, sibling);
    }
    node = half(node);
    last = half(last);
  }
  return last === 0 ? root : null;
};

export type SizedRoot = Readonly<{ size: number; root: Buffer }>;

/** Whether the newer tree begins with the older one, shown by a consistency path (RFC 9162, section 2.1.4.2). */
export const isConsistent = (older: SizedRoot, newer: SizedRoot, path: readonly Buffer[]): boolean => {
  if (!Number.isSafeInteger(older.size) || !Number.isSafeInteger(newer.size)) return false;
  if (older.size < 1 || older.size > newer.size || ![older.root, newer.root, ...path].every(isHash))
    return false;
  if (older.size === newer.size) return path.length === 0 && older.root.equals(newer.root);
  let node = older.size - 1;
  let last = newer.size - 1;
  while (isOdd(node)) {
    node = half(node);
    last = half(last);
  }
  // A power of two: the old root itself is where the path starts.
  const steps = node === 0 ? [older.root, ...path] : path;
  const [start, ...siblings] = steps;
  if (start === undefined) return false;
  let oldRoot = start;
  let newRoot = start;
  for (const sibling of siblings) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      oldRoot = nodeHash(sibling, oldRoot);
      newRoot = nodeHash(sibling, newRoot);
      while (!isOdd(node) && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else {
      newRoot = nodeHash(newRoot, sibling);
    }
    node = half(node);
    last = half(last);
  }
  return last === 0 && oldRoot.equals(older.root) && newRoot.equals(newer.root);
};
