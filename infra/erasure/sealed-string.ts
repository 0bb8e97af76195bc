import { createCipheriv, createDecipheriv, createHmac, type KeyObject } from 'node:crypto';

const PREFIX = 'iama-sealed-1.';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Whose text it is, as far as the string itself says; null: it is no sealed text. */
export const sealedFor = (text: string): string | null => {
  if (!text.startsWith(PREFIX)) return null;
  const end = text.indexOf('.', PREFIX.length);
  return end < 0 ? null : text.slice(PREFIX.length, end);
};

/** Quick and sure of a no. */
export const mayHoldSealed = (json: string): boolean => json.includes(PREFIX);

/**
 * `iama-sealed-1.<subject>.<nonce, tag, cipher text in base64url>` (AES-256-GCM, the subject bound to it). The nonce follows
 * from the text, so that the same text of a person is always the same string: states that hold it can still be compared.
 */
export const sealString = (key: KeyObject, subject: string, text: string): string => {
  const nonce = createHmac('sha256', key).update('nonce\0').update(text).digest().subarray(0, NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(subject));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return `${PREFIX}${subject}.${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`;
};

/** null: it is not sealed under this key for this subject. */
export const openString = (key: KeyObject, subject: string, text: string): string | null => {
  if (sealedFor(text) !== subject) return null;
  const bytes = Buffer.from(text.slice(PREFIX.length + subject.length + 1), 'base64url');
  if (bytes.byteLength < NONCE_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES));
  decipher.setAAD(Buffer.from(subject));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const start = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([start, decipher.final()]).toString('utf8');
  } catch {
    // All that `final` can fail on: the tag does not fit this key, this subject and these bytes.
    return null;
  }
};
