/** FNV-1a over UTF-16 code units: the same on every machine and for ever, since checkpoints depend on it. */
export const stableHash = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
};

/** The partition, 0-based, of a lane (a stream, a process instance or the key of a row). */
export const partitionOf = (lane: string, partitions: number): number =>
  partitions === 1 ? 0 : stableHash(lane) % partitions;
