import { createHash } from 'node:crypto';

/**
 * A UUID (version 8, RFC 9562: custom) that is the SHA-256 of its parts, so that the same output of the same event has
 * the same command id and idempotency key however often it is computed.
 */
export const deterministicId = (...parts: readonly (string | number | bigint)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) {
    const text = String(part);
    // Length first: ('ab', 'c') and ('a', 'bc') must differ.
    hash.update(`${text.length}:${text};`);
  }
  const hex = hash.digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
