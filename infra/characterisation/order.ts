/** Deterministic choice: the same sources give the same plan on every machine, so nothing here is random. */

/** FNV-1a with a final mix, 32 bits. */
function hash32(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h ^= h >>> 15;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A short stable id of a text: 12 hexadecimal digits. */
export function stableId(text: string): string {
  const a = hash32(text).toString(16).padStart(8, '0');
  const b = hash32(`${text.length}:${text}#`).toString(16).padStart(8, '0');
  return a + b.slice(0, 4);
}

/** A sequence of 32-bit numbers that `seed` determines. */
export function sequence(seed: string): () => number {
  let counter = 0;
  return () => {
    counter += 1;
    return hash32(`${seed}/${counter}`);
  };
}

/** The items in an order that `seed` determines. */
export function shuffled<T>(items: readonly T[], seed: string): readonly T[] {
  return items
    .map((item, index) => ({ item, key: hash32(`${seed}/${index}`) }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

export function unique<T>(items: Iterable<T>): T[] {
  return [...new Set(items)];
}
