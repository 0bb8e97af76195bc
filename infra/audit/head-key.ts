import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { Rejection } from '../../domain/kernel/rejection.ts';

/** Signs tree heads with Ed25519. */
export type HeadSigner = Readonly<{
  keyId: string;
  /** SubjectPublicKeyInfo, PEM. */
  publicKeyPem: string;
  /** The same, DER. */
  publicKeyDer: Buffer;
  /** 64 bytes. */
  sign(text: string): Buffer;
}>;

/** A signer, or who says which one counts at the moment of the question. */
export type CurrentSigner<T extends HeadSigner | null = HeadSigner> = T | (() => Promise<T>);

export const signerNow = async <T extends HeadSigner | null>(signer: CurrentSigner<T>): Promise<T> =>
  typeof signer === 'function' ? signer() : signer;

/** Public keys that somebody trusts, by key id. */
export type HeadKeys = ReadonlyMap<string, KeyObject>;

const KEY_ID_LENGTH = 32;

const ed25519 = (key: KeyObject): KeyObject => {
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('the key of tree heads must be an Ed25519 key');
  return key;
};

const derOf = (publicKey: KeyObject): Buffer => publicKey.export({ type: 'spki', format: 'der' });

/** The first 128 bits of SHA-256 over the public key in DER, hex. */
export const keyIdOf = (publicKey: KeyObject): string =>
  createHash('sha256').update(derOf(publicKey)).digest('hex').slice(0, KEY_ID_LENGTH);

/** PKCS#8 PEM. */
export const newHeadKeyPem = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** Throws unless the PEM is an Ed25519 private key. */
export const headSigner = (pem: string): HeadSigner => {
  const privateKey = ed25519(createPrivateKey(pem));
  const publicKey = createPublicKey(privateKey);
  return {
    keyId: keyIdOf(publicKey),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    publicKeyDer: derOf(publicKey),
    sign: (text) => sign(null, Buffer.from(text, 'utf8'), privateKey),
  };
};

export const publicKeyOfDer = (der: Buffer): KeyObject =>
  ed25519(createPublicKey({ key: der, type: 'spki', format: 'der' }));

const unreadable = (): Rejection =>
  new Rejection('TREE_KEYS_UNREADABLE', 'There is no public key in PEM form, or one of another kind.');

const publicKeyOf = (pem: string): KeyObject => {
  try {
    return ed25519(createPublicKey(pem));
  } catch {
    throw unreadable();
  }
};

/** Any number of public keys, PEMs in a row. Throws `Rejection` TREE_KEYS_UNREADABLE when there is none, or one of another kind. */
export const headKeys = (pems: string): HeadKeys => {
  const found = pems.match(/-----BEGIN PUBLIC KEY-----[\s\S]+?-----END PUBLIC KEY-----/g) ?? [];
  if (found.length === 0) throw unreadable();
  return new Map(found.map(publicKeyOf).map((key) => [keyIdOf(key), key]));
};
