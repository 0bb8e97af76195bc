import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

export type SigningKey = Readonly<{ privateKey: KeyObject; publicKey: KeyObject }>;

const MODULUS_BITS = 2048;

/** PKCS#8 PEM. */
export const newSigningKeyPem = (): string =>
  generateKeyPairSync('rsa', {
    modulusLength: MODULUS_BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey;

/** Throws unless the PEM is an RSA private key of at least 2048 bits: a process must not start with a weak key (ID-04). */
export const signingKey = (pem: string): SigningKey => {
  const privateKey = createPrivateKey(pem);
  const bits = privateKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (privateKey.asymmetricKeyType !== 'rsa' || bits < MODULUS_BITS)
    throw new Error(`the signing key must be RSA with at least ${MODULUS_BITS} bits`);
  return { privateKey, publicKey: createPublicKey(privateKey) };
};
