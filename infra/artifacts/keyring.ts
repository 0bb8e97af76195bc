import { hkdfSync } from 'node:crypto';

/** Master keys by reference. New artifacts use `current`; old references stay readable until their artifacts expire. */
export type Keyring = Readonly<{ current: string; keys: ReadonlyMap<string, Uint8Array> }>;

/**
 * A keyring of 32-byte master keys.
 * @throws Error when a key has another length or `current` names none: a process must not start with a weak key (ID-04).
 */
export const keyring = (current: string, keys: Readonly<Record<string, Uint8Array>>): Keyring => {
  const map = new Map(Object.entries(keys));
  for (const [ref, key] of map) {
    if (key.byteLength !== 32)
      throw new Error(`artifact key ${ref} must have 32 bytes, has ${key.byteLength}`);
  }
  if (!map.has(current)) throw new Error(`artifact key ${current} is not in the keyring`);
  return { current, keys: map };
};

/** One AES-256 key per artifact (HKDF-SHA-256, RFC 5869), so that no GCM nonce can meet the same key twice. */
export const artifactKey = (ring: Keyring, keyRef: string, artifactId: string): Buffer | null => {
  const master = ring.keys.get(keyRef);
  if (master === undefined) return null;
  return Buffer.from(hkdfSync('sha256', master, artifactId, 'iama artifact v1', 32));
};
