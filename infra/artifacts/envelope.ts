import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { ARTIFACT_KINDS } from '../../domain/refactoring/job/values.ts';
import { artifactKey, type Keyring } from './keyring.ts';

/**
 * An encrypted artifact as it is stored: one line of JSON (the header), a newline, the AES-256-GCM ciphertext.
 * The header is authenticated as associated data, so neither expiry nor owner can be edited.
 */
const headerSchema = z.strictObject({
  format: z.literal('iama.artifact/1'),
  jobId: z.string(),
  artifactId: z.string(),
  kind: z.enum(ARTIFACT_KINDS),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.int().nonnegative(),
  expiresAt: z.iso.datetime(),
  keyRef: z.string(),
  iv: z.string(),
});
export type ArtifactHeader = z.infer<typeof headerSchema>;

const TAG_BYTES = 16;

export const sha256Hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** @throws Error when the keyring lost its current key. */
export const seal = (
  ring: Keyring,
  header: Omit<ArtifactHeader, 'format' | 'keyRef' | 'iv'>,
  plain: Uint8Array,
): Buffer => {
  const key = artifactKey(ring, ring.current, header.artifactId);
  if (key === null) throw new Error(`artifact key ${ring.current} is missing`);
  const iv = randomBytes(12);
  const full: ArtifactHeader = {
    format: 'iama.artifact/1',
    ...header,
    keyRef: ring.current,
    iv: iv.toString('base64'),
  };
  const line = Buffer.from(`${JSON.stringify(full)}\n`);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES }).setAAD(line);
  return Buffer.concat([line, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
};

/** The header of stored bytes, not yet authenticated; null when they are not an artifact. */
export const readHeader = (stored: Uint8Array): { header: ArtifactHeader; bodyAt: number } | null => {
  const newline = stored.indexOf(0x0a);
  if (newline < 0 || newline > 4096) return null;
  try {
    const parsed = headerSchema.safeParse(
      JSON.parse(Buffer.from(stored.subarray(0, newline)).toString('utf8')),
    );
    return parsed.success ? { header: parsed.data, bodyAt: newline + 1 } : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

/** The plain bytes; null when the key is unknown or anything was changed. */
export const open = (ring: Keyring, stored: Uint8Array): { header: ArtifactHeader; plain: Buffer } | null => {
  const read = readHeader(stored);
  if (read === null || stored.byteLength < read.bodyAt + TAG_BYTES) return null;
  const { header, bodyAt } = read;
  const key = artifactKey(ring, header.keyRef, header.artifactId);
  if (key === null) return null;
  const tagAt = stored.byteLength - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(header.iv, 'base64'), {
    authTagLength: TAG_BYTES,
  })
    .setAAD(stored.subarray(0, bodyAt))
    .setAuthTag(stored.subarray(tagAt));
  try {
    const plain = Buffer.concat([decipher.update(stored.subarray(bodyAt, tagAt)), decipher.final()]);
    return sha256Hex(plain) === header.sha256 ? { header, plain } : null;
  } catch {
    return null; // GCM says only that the tag does not match
  }
};
