import { join } from 'node:path';
import { type HeadSigner, headSigner, newHeadKeyPem } from '../audit/head-key.ts';
import { once } from '../identity/secrets.ts';
import { readIfPresent } from '../postgres/embedded-files.ts';
import type { Config } from './config.ts';

const keyFile = ({ dataFolder }: Config): string => join(dataFolder, 'secrets', 'tree-head.pem');

/**
 * The key that signs heads of the log: that of the configuration, else one made once in the data folder, mode 0600. Throws
 * when it is no Ed25519 key.
 */
export const ownHeadSigner = async (config: Config): Promise<HeadSigner> =>
  headSigner(config.tree.keyPem ?? (await once(keyFile(config), newHeadKeyPem)));

/** The same, but none is made: null on a machine that has none. */
export const knownHeadSigner = async (config: Config): Promise<HeadSigner | null> => {
  const pem = config.tree.keyPem ?? (await readIfPresent(keyFile(config)));
  return pem === null ? null : headSigner(pem);
};
