import { hash } from 'node:crypto';

/** Hashes of RFC 6962, section 2.1, are SHA-256. */
export const HASH_BYTES = 32;

/** Of a tree without leaves. */
export const EMPTY_ROOT: Buffer = hash('sha256', '', 'buffer');

const NODE_PREFIX = 1;

/** SHA-256 of 0x01 and both children. */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => {
  const bytes = Buffer.allocUnsafe(1 + 2 * HASH_BYTES);
  bytes[0] = NODE_PREFIX;
  bytes.set(left, 1);
  bytes.set(right, 1 + HASH_BYTES);
  return hash('sha256', bytes, 'buffer');
};

/** The root over hashes of subtrees of one size, left to right; `hashes` is one run of 32-byte values, a power of two. */
export const rootOfRun = (hashes: Buffer): Buffer => {
  let row = hashes;
  while (row.length > HASH_BYTES) {
    const above = Buffer.allocUnsafe(row.length / 2);
    for (let at = 0; at < row.length; at += 2 * HASH_BYTES)
      nodeHash(row.subarray(at, at + HASH_BYTES), row.subarray(at + HASH_BYTES, at + 2 * HASH_BYTES)).copy(
        above,
        at / 2,
      );
    row = above;
  }
  return row;
};
