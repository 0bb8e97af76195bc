import { hash } from 'node:crypto';
import type { StoredEvent } from './recorded.ts';

const LEAF_PREFIX = '\u0000';
const FORMAT = 'iama-leaf-1';

/**
 * The canonical bytes of a log entry (docs/decisions/0011-leaf-encoding.md): header lines, then the JSON texts exactly
 * as stored. Unambiguous, because no header field may hold a control character and the length of `data` is given.
 */
export const leafText = (position: bigint, event: StoredEvent): string =>
  `${FORMAT}\n${position}\n${event.id}\n${event.stream}\n${event.version}\n${event.type}\n${event.schemaVersion}\n${event.recordedAt}\n${Buffer.byteLength(event.data)}\n${event.data}\n${event.metadata}`;

/** RFC 6962, section 2.1: SHA-256 of 0x00 and the entry, in hex. As bytes it takes half as long again. */
export const leafHex = (position: bigint, event: StoredEvent): string =>
  hash('sha256', LEAF_PREFIX + leafText(position, event), 'hex');

/** The same as 32 bytes. */
export const leafHash = (position: bigint, event: StoredEvent): Buffer =>
  Buffer.from(leafHex(position, event), 'hex');
