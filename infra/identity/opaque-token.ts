import { createHash, hkdfSync, randomBytes } from 'node:crypto';

const BYTES = 32;

/** 32 random bytes, base64url. */
export const newOpaqueToken = (): string => randomBytes(BYTES).toString('base64url');

/** How a token is stored. It has 256 bits of its own, so a plain hash is enough. */
export const hashOfToken = (token: string): Buffer => createHash('sha256').update(token).digest();

export type Use =
  | 'successor of a refresh token v1'
  | 'attempt at a provider v1'
  | 'arrival from a provider v1';

/** AES-256 key that only the holder of the token can make; another one for each use. */
export const keyOfToken = (token: string, use: Use): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', token, 'iama', use, BYTES));
