import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Rejection } from '../../domain/kernel/rejection.ts';

/** Seconds between a webhook's signature and now, either way (BIL-12). */
const TOLERANCE = 300;

type Signature = Readonly<{ at: number; candidates: readonly string[] }>;

/** `t=<seconds>,v1=<hex>[,v1=<hex>...]`; other schemes are passed over. */
const parse = (header: string): Signature | null => {
  const parts = header.split(',').map((part) => part.split('=', 2));
  const at = Number(parts.find(([name]) => name?.trim() === 't')?.[1]);
  const candidates = parts.flatMap(([name, value]) =>
    name?.trim() === 'v1' && value !== undefined && /^[0-9a-f]{64}$/.test(value) ? [value] : [],
  );
  return Number.isSafeInteger(at) && candidates.length > 0 ? { at, candidates } : null;
};

const isSignedBy = (body: Uint8Array, { at, candidates }: Signature, secret: string): boolean => {
  const expected = createHmac('sha256', secret).update(`${at}.`).update(body).digest();
  return candidates.some((candidate) => timingSafeEqual(expected, Buffer.from(candidate, 'hex')));
};

/** The secrets of the moment: a file that changes counts from the next webhook on. */
export const webhookSecrets = async (files: readonly string[]): Promise<readonly string[]> =>
  Promise.all(files.map(async (file) => (await readFile(file, 'utf8')).trim()));

const invalid = (): Rejection =>
  new Rejection('WEBHOOK_SIGNATURE_INVALID', 'This is not signed by a secret that counts here.');

/** Before the body is there. Throws `Rejection` WEBHOOK_SIGNATURE_INVALID where the header is no signature at all. */
export const expectSignature = (header: string | null): void => {
  if (header === null || parse(header) === null) throw invalid();
};

/**
 * Throws `Rejection` WEBHOOK_SIGNATURE_INVALID unless one of the secrets signed these bytes, and WEBHOOK_STALE when that was
 * more than 300 s from `now`. The age of what nobody signed is not told.
 */
export const expectSigned = (
  body: Uint8Array,
  header: string | null,
  secrets: readonly string[],
  now: Date,
): void => {
  const signature = header === null ? null : parse(header);
  if (signature === null || !secrets.some((secret) => secret !== '' && isSignedBy(body, signature, secret)))
    throw invalid();
  if (Math.abs(now.getTime() / 1_000 - signature.at) > TOLERANCE)
    throw new Rejection('WEBHOOK_STALE', 'This was signed too long ago, or too far ahead.');
};
