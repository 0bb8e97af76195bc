import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasCode } from '../error-code.ts';
import { newSigningKeyPem } from './signing-key.ts';

/** 32 bytes each but the PEM. */
export type Secrets = Readonly<{
  passwordPepper: Uint8Array;
  emailIndexKey: Uint8Array;
  emailSealKey: Uint8Array;
  artifactKey: Uint8Array;
  jwtPrivateKeyPem: string;
}>;

/** Created by exactly one of any number of processes: written beside, then linked, which fails if it exists. */
export const once = async (path: string, make: () => string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomUUID()}`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(make());
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(temporary, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  return readFile(path, 'utf8');
};

const key = async (folder: string, name: string): Promise<Uint8Array> => {
  const text = await once(join(folder, `${name}.key`), () => randomBytes(32).toString('hex'));
  const bytes = Buffer.from(text.trim(), 'hex');
  if (bytes.byteLength !== 32) throw new Error(`${name}.key in ${folder} must hold 32 bytes in hex`);
  return bytes;
};

/** The secrets of an installation without configuration: made once in `folder`, mode 0600 (ID-04). */
export const secretsOfFolder = async (folder: string): Promise<Secrets> => ({
  passwordPepper: await key(folder, 'password-pepper'),
  emailIndexKey: await key(folder, 'email-index'),
  emailSealKey: await key(folder, 'email-seal'),
  artifactKey: await key(folder, 'artifacts'),
  jwtPrivateKeyPem: await once(join(folder, 'jwt.pem'), newSigningKeyPem),
});
